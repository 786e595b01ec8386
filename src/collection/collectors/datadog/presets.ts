import { ServiceCategory } from '../../../access/index.js';
import { UsageMetric } from '../../../usage/index.js';
import type { DatadogQuery } from './query.js';

export const presetNames = ['nvidia-gpus', 'kubernetes-volumes'] as const;
export type Preset = (typeof presetNames)[number];

const gpu = {
  observes: 'usage' as const,
  resourceId: '{host}/{gpu}',
  resourceType: 'GPU',
  providerName: 'own',
  serviceName: 'unknown',
  serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
  tagLabels: ['host', 'gpu'],
};

const volume = {
  observes: 'usage' as const,
  // Without the cluster, volumes of one name in two clusters would be one.
  resourceId: '{kube_cluster_name}/{kube_namespace}/{persistentvolumeclaim}',
  resourceName: '{persistentvolumeclaim}',
  resourceType: 'Volume',
  providerName: 'own',
  serviceName: 'unknown',
  serviceCategory: ServiceCategory.STORAGE,
  subAccountId: '{kube_namespace}',
  tagLabels: ['kube_cluster_name', 'kube_namespace', 'persistentvolumeclaim'],
};
const fromOne = (metric: string) => `cutoff_min(max:kubernetes.kubelet.volume.stats.${metric}{*} by {kube_cluster_name,kube_namespace,persistentvolumeclaim}.rollup(max), 1)`;

/**
 * Queries of metrics that Datadog itself names.
 *
 * - DCGM writes about 9.2e18 for no value, which no ratio, memory or power comes near: it is cut off.
 *   Engine activity is there for MIG too, where DCGM_FI_DEV_GPU_UTIL is not.
 * - A block volume reports that 0 is used, which is left out: how full it is, only who has it knows.
 *
 * Source  https://docs.datadoghq.com/integrations/dcgm/, https://docs.datadoghq.com/containers/kubernetes/data_collected/
 */
export const presets: Readonly<Record<Preset, readonly DatadogQuery[]>> = {
  'nvidia-gpus': [
    { ...gpu, query: 'cutoff_max(avg:dcgm.gr_engine_active{*} by {host,gpu}, 2)', metric: UsageMetric.GPU_UTILIZATION, factor: 1 },
    { ...gpu, query: 'cutoff_max(max:dcgm.frame_buffer.used{*} by {host,gpu}.rollup(max), 10000000)', metric: UsageMetric.GPU_MEMORY, factor: 1 / 1_024 },
    { ...gpu, query: 'cutoff_max(avg:dcgm.power_usage{*} by {host,gpu}, 100000)', metric: UsageMetric.GPU_POWER, factor: 1 },
    { ...gpu, observes: 'capacities', query: 'cutoff_max(cutoff_min(max:dcgm.frame_buffer.total{*} by {host,gpu}.rollup(max), 1), 10000000)', metric: UsageMetric.GPU_MEMORY, factor: 1 / 1_024 },
  ],
  'kubernetes-volumes': [
    { ...volume, query: fromOne('used_bytes'), metric: UsageMetric.STORAGE, factor: 2 ** -30 },
    { ...volume, query: fromOne('inodes_used'), metric: UsageMetric.STORAGE_INODES, factor: 1 },
    { ...volume, observes: 'capacities', query: fromOne('capacity_bytes'), metric: UsageMetric.STORAGE, factor: 2 ** -30 },
    { ...volume, observes: 'capacities', query: fromOne('inodes'), metric: UsageMetric.STORAGE_INODES, factor: 1 },
  ],
};
