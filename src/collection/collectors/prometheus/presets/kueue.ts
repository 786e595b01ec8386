import { ServiceCategory } from '../../../../access/index.js';
import { UsageMetric } from '../../../../usage/index.js';
import type { Preset } from './preset.js';

const gpus = 'resource=~".+/gpu|.+/mig-.+|.+/gpu\\\\.shared"';
const flavorLabels = 'cluster, cluster_queue, flavor, resource';
const queueLabels = 'cluster, cluster_queue, resource';
/** As seen by one of the replicas that serve it. */
const one = (metric: string, by: string) => `max by (${by}) (${metric}{${gpus}, $selector})`;
const usage = one('kueue_cluster_queue_resource_usage', flavorLabels);
const pending = one('kueue_cluster_queue_resource_pending', queueLabels);
/** A queue without limit has an infinite one. */
const quota = `${one('kueue_cluster_queue_nominal_quota', flavorLabels)} < Inf`;

const flavor = { resourceId: '[{cluster}/]{cluster_queue}/{flavor}/{resource}', resourceType: 'Quota', parentResourceId: '[{cluster}/]{cluster_queue}/{resource}', counts: '{resource}' };
const queue = { resourceId: '[{cluster}/]{cluster_queue}/{resource}', resourceType: 'Cluster queue', counts: '{resource}' };

/**
 * Quotas of GPUs as Kueue serves them, where its configuration has `metrics.enableClusterQueueResources: true`.
 *
 * A workload that waits is not assigned a flavor yet: demand is that of the queue. Without the metric of what waits, which came
 * later than the others, it is unknown, not what is used.
 */
export const kueue: Preset = {
  name: 'kueue',
  reads: 'quotas of cluster queues, what is used of them and what waits, from Kueue',
  serviceName: 'Kueue',
  serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
  queries: [
    {
      query: `max_over_time((sum by (${queueLabels}) (${usage} or ${pending}) and on (cluster) ${pending})[$step:$resolution])`,
      metric: UsageMetric.GPU_REQUESTED,
      ...queue,
    },
    { query: `last_over_time(sum by (${queueLabels}) (${quota})[$step:$resolution])`, observes: 'capacities', metric: UsageMetric.GPU_REQUESTED, ...queue },
    { query: `max_over_time(${usage}[$step:$resolution])`, metric: UsageMetric.GPU_ALLOCATED, ...flavor },
    { query: `last_over_time((${quota})[$step:$resolution])`, observes: 'capacities', metric: UsageMetric.GPU_ALLOCATED, ...flavor },
  ],
};
