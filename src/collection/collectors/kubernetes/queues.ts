import { UsageMetric } from '../../../usage/index.js';
import type { CollectionReport } from '../../collector.js';
import type { Listing } from './cluster-client.js';
import type { GpuInventory } from './gpu-inventory.js';
import { isGpuResource } from './gpu-offer.js';
import { GpuSum } from './gpu-sum.js';
import { quantity } from './quantity.js';
import type { Snapshot } from './snapshot.js';

/** What is read of a ClusterQueue of Kueue. */
export interface ClusterQueue {
  metadata?: { name?: string };
  spec?: {
    cohort?: string;
    cohortName?: string;
    resourceGroups?: { flavors?: { name: string; resources?: { name: string; nominalQuota?: string | number }[] }[] }[];
  };
  status?: { flavorsUsage?: { name: string; resources?: { name: string; total?: string | number }[] }[] };
}

/** @see https://kueue.sigs.k8s.io/docs/reference/kueue.v1beta1/ */
export const clusterQueues: Listing = { apiGroup: 'kueue.x-k8s.io', versions: ['v1beta2', 'v1beta1'], resource: 'clusterqueues' };

/** What a queue may have of GPUs and has, flavor by flavor. More than its quota is borrowed from its cohort. */
export function describeQueue(snapshot: Snapshot, { metadata, spec, status }: ClusterQueue, inventory: GpuInventory, report: CollectionReport): void {
  const queue = metadata?.name ?? '';
  const cohort = spec?.cohortName ?? spec?.cohort;
  for (const { name: flavor, resources = [] } of (spec?.resourceGroups ?? []).flatMap(({ flavors }) => flavors ?? [])) {
    const quotas = resources.filter(({ name }) => isGpuResource(name));
    if (quotas.length === 0) continue;
    const resourceId = snapshot.describe(`queues/${queue}/${flavor}`, {
      name: `${queue} (${flavor})`,
      resourceType: 'Kueue Quota',
      tags: { queue, flavor, ...(cohort && { cohort }) },
    });
    const used = status?.flavorsUsage?.find(({ name }) => name === flavor)?.resources?.map(({ name, total }) => ({ name, count: total }));
    const quota = gpusOf(quotas.map(({ name, nominalQuota }) => ({ name, count: nominalQuota })), inventory);
    if (quota === null) report.refuse('quotas of GPUs of which nobody knows how they are shared');
    snapshot.size(resourceId, UsageMetric.GPU_ALLOCATED, quota);
    // A queue that Kueue has not looked at yet has no status.
    snapshot.use(resourceId, UsageMetric.GPU_ALLOCATED, used ? gpusOf(used.filter(({ name }) => isGpuResource(name)), inventory) : null);
  }
}

function gpusOf(counts: { name: string; count: string | number | undefined }[], inventory: GpuInventory): number | null {
  const sum = new GpuSum();
  for (const { name, count } of counts) {
    const number = quantity(count);
    sum.add(number, Number.isSafeInteger(number) ? inventory.shareOf(name, undefined, undefined) : null);
  }
  return sum.gpus;
}
