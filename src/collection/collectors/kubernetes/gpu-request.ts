import type { V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { fractionalShare, UnknownGpuShare, type GpuShare } from '../../../resources/index.js';
import { isGpuResource } from './gpu-offer.js';
import { quantity } from './quantity.js';

/** GPUs, slices or shares that a pod asks for. */
export interface GpuRequest {
  resource: string;
  count: number;
  /** What one of them is, where the pod says it itself; null leaves it to what the node offers. */
  fraction: GpuShare | null;
}

/** A scheduler that hands out fractions holds whole GPUs by pods of its own: what counts are the fractions. */
const reservations: readonly string[] = ['kai-resource-reservation', 'runai-reservation'];

/** What a pod asks for of GPUs; empty where that is nothing. */
export function gpusAsked({ metadata, spec }: V1Pod): GpuRequest[] {
  if (!spec || reservations.includes(metadata?.namespace ?? '')) return [];
  const fraction = fractionAsked(spec, metadata?.annotations ?? {});
  return fraction ? [fraction] : resourcesAsked(spec);
}

/**
 * The fraction that a pod asks the KAI scheduler for, or that of Run:ai. What is none is not scheduled either.
 *
 * @see https://github.com/NVIDIA/KAI-Scheduler/tree/main/docs/gpu-sharing
 */
function fractionAsked({ schedulerName }: V1PodSpec, annotations: Readonly<Record<string, string>>): GpuRequest | null {
  const { 'gpu-fraction': text, 'gpu-fraction-num-devices': devices = '1' } = annotations;
  if (text === undefined || schedulerName === undefined || schedulerName === 'default-scheduler') return null;
  try {
    return /^[1-9]\d*$/.test(devices) ? { resource: 'nvidia.com/gpu', count: Number(devices), fraction: fractionalShare(text) } : null;
  } catch (error) {
    if (error instanceof UnknownGpuShare) return null;
    throw error;
  }
}

/** As the scheduler counts: containers run together, initial ones before them one after the other, sidecars all the time. */
function resourcesAsked({ containers = [], initContainers = [] }: V1PodSpec): GpuRequest[] {
  const resources = new Set([...containers, ...initContainers].flatMap((container) => Object.keys(container.resources?.limits ?? {}).filter(isGpuResource)));
  return [...resources].flatMap((resource) => {
    let [sidecars, before] = [0, 0];
    for (const container of initContainers) {
      const count = limitOf(container, resource);
      const isSidecar = container.restartPolicy === 'Always';
      before = Math.max(before, sidecars + count);
      if (isSidecar) sidecars += count;
    }
    const together = containers.reduce((sum, container) => sum + limitOf(container, resource), sidecars);
    const count = Math.max(together, before);
    return count > 0 ? [{ resource, count, fraction: null }] : [];
  });
}

/** Of extended resources the request is the limit, and a whole number. */
function limitOf({ resources }: V1Container, resource: string): number {
  const count = quantity(resources?.limits?.[resource]);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
