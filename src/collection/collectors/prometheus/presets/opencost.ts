import { ServiceCategory } from '../../../../access/index.js';
import { UsageMetric } from '../../../../usage/index.js';
import type { Preset } from './preset.js';

const namespace = { resourceId: '[{cluster}/]{namespace}', resourceType: 'Namespace' };
/** The most at one time of the step, of all containers together. */
const allocated = (metric: string) => `max_over_time(sum by (cluster, namespace) (max by (cluster, namespace, pod, container, node) (${metric}{$selector}))[$step:$resolution])`;

/**
 * What namespaces have of a cluster, as OpenCost shares it out. Its prices (`node_gpu_hourly_cost` and others) are not read: costs come
 * from bills, and an estimate beside the bill would count them twice.
 */
export const opencost: Preset = {
  name: 'opencost',
  reads: 'GPUs, cores and memory allocated to namespaces, from OpenCost',
  serviceName: 'Kubernetes namespaces',
  serviceCategory: ServiceCategory.COMPUTE,
  queries: [
    { query: allocated('container_gpu_allocation'), metric: UsageMetric.GPU_ALLOCATED, ...namespace },
    { query: allocated('container_cpu_allocation'), metric: UsageMetric.CPU, ...namespace },
    { query: allocated('container_memory_allocation_bytes'), metric: UsageMetric.MEMORY, factor: 2 ** -30, ...namespace },
  ],
};
