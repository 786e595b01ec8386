import { migShare, sharedAmong, UnknownGpuShare, wholeGpu, type GpuShare, type GpuSharing } from '../../../resources/index.js';
import { quantity } from './quantity.js';

export type Labels = Readonly<Record<string, string>>;

/** One way in which a node offers GPUs: whole, or in slices or shares of one kind. */
export interface GpuOffer {
  /** The extended resource that pods ask for, such as `nvidia.com/mig-1g.5gb`. */
  resource: string;
  /** What one of it is of a GPU; null where nobody knows. */
  share: GpuShare | null;
  /** Why nobody does. */
  unknown: string | null;
  sharing: GpuSharing;
  /** How many may be given out: installed ones less those that are unhealthy or reserved. */
  allocatable: number;
  installed: number;
}

const gpuResource = /^(?:nvidia\.com\/(?:gpu|mig-[a-z0-9.-]+?)(?:\.shared)?|amd\.com\/gpu)$/;

export const isGpuResource = (resource: string): boolean => gpuResource.test(resource);

/** What kind of GPU a node has, without how it is shared; null where no label says so. */
export function gpuModel(labels: Labels): string | null {
  const product = labels['nvidia.com/gpu.product'] ?? labels['cloud.google.com/gke-accelerator'] ?? labels['amd.com/gpu.product-name'];
  return product?.replace(/-SHARED$/, '').replace(/-MIG-.*$/, '') ?? null;
}

/** Everything of GPUs that a node offers. What it has offered before stays there as 0. */
export function gpuOffers(labels: Labels, capacity: Labels, allocatable: Labels): GpuOffer[] {
  const resources = new Set([...Object.keys(capacity), ...Object.keys(allocatable)].filter(isGpuResource));
  return [...resources].map((resource) => ({
    resource,
    ...shareOf(resource, labels),
    allocatable: wholeNumber(allocatable[resource]),
    installed: wholeNumber(capacity[resource]),
  }));
}

function shareOf(resource: string, labels: Labels): Pick<GpuOffer, 'share' | 'unknown' | 'sharing'> {
  const profile = profileOf(resource, labels);
  const { isShared, strategy, replicas } = sharingOf(resource, labels);
  const sharing = isShared ? (strategy === 'mps' ? 'FRACTIONAL' : 'TIME_SLICED') : profile === null ? 'WHOLE' : 'MIG';
  try {
    const slice = profile === null ? wholeGpu : migShare(profile, gpuModel(labels));
    return { share: isShared ? sharedAmong(slice, Number(replicas)) : slice, unknown: null, sharing };
  } catch (error) {
    if (!(error instanceof UnknownGpuShare)) throw error;
    return { share: null, unknown: error.message, sharing };
  }
}

/** The MIG profile that a resource stands for: by its name, or by the node where all its GPUs are sliced alike. */
function profileOf(resource: string, labels: Labels): string | null {
  const named = /^nvidia\.com\/mig-(.+?)(?:\.shared)?$/.exec(resource)?.[1];
  if (named) return named;
  if (!resource.startsWith('nvidia.com/gpu')) return null;
  const product = labels['nvidia.com/gpu.product'] ?? '';
  return labels['cloud.google.com/gke-gpu-partition-size'] ?? /-MIG-(.+?)(?:-SHARED)?$/.exec(product)?.[1] ?? null;
}

/** Whether a resource is handed out several times, as the device plugin of NVIDIA or of GKE says. */
function sharingOf(resource: string, labels: Labels): { isShared: boolean; strategy: string | undefined; replicas: string | undefined } {
  if (!resource.startsWith('nvidia.com/')) return { isShared: false, strategy: undefined, replicas: undefined };
  const plain = resource.replace(/\.shared$/, '');
  const strategy = labels[`${plain}.sharing-strategy`] ?? labels['cloud.google.com/gke-gpu-sharing-strategy'];
  const replicas = labels[`${plain}.replicas`] ?? labels['cloud.google.com/gke-max-shared-clients-per-gpu'];
  const isSaid = strategy !== undefined && strategy !== 'none';
  const isNamed = resource.endsWith('.shared') || (plain === 'nvidia.com/gpu' && (labels['nvidia.com/gpu.product'] ?? '').endsWith('-SHARED'));
  return { isShared: isSaid || isNamed || Number(replicas ?? 1) > 1, strategy, replicas };
}

/** Extended resources come in whole numbers only. */
function wholeNumber(text: string | undefined): number {
  const number = quantity(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}

/** What one of a resource is that no node offers: by its name alone. Null where that does not tell. */
export function shareByName(resource: string): GpuShare | null {
  if (resource.endsWith('.shared')) return null;
  return shareOf(resource, {}).share;
}
