import { ServiceCategory } from '../../../../access/index.js';
import { UsageMetric } from '../../../../usage/index.js';
import type { Preset } from './preset.js';

const volume = 'cluster, namespace, persistentvolumeclaim';
const claim = { resourceId: '[{cluster}/]{namespace}/{persistentvolumeclaim}', resourceName: '{namespace}/{persistentvolumeclaim}', resourceType: 'Volume', tagLabels: ['namespace'] };
const gibibytesOfByte = 2 ** -30;

/**
 * Persistent volumes as the kubelet serves them: one series for each node that has the volume mounted.
 *
 * Used is capacity less available, so that blocks kept for root are not taken for free. Both are the smallest of the
 * step, which are of one time: volumes only grow. A volume that is used as a block device reports 0 used, which is unknown.
 */
export const kubeletVolumes: Preset = {
  name: 'kubelet-volumes',
  reads: 'bytes and inodes of persistent volumes, from the kubelet',
  serviceName: 'Kubernetes volumes',
  serviceCategory: ServiceCategory.STORAGE,
  queries: [
    {
      query: `max by (${volume}) (min_over_time(kubelet_volume_stats_capacity_bytes{$selector}[$step]) - min_over_time(kubelet_volume_stats_available_bytes{$selector}[$step]) and max_over_time(kubelet_volume_stats_used_bytes{$selector}[$step]) > 0)`,
      metric: UsageMetric.STORAGE,
      factor: gibibytesOfByte,
      ...claim,
    },
    {
      query: `max by (${volume}) (last_over_time(kubelet_volume_stats_capacity_bytes{$selector}[$step]) > 0)`,
      observes: 'capacities',
      metric: UsageMetric.STORAGE,
      factor: gibibytesOfByte,
      ...claim,
    },
    {
      // Some file systems have no fixed number of inodes, and say 0.
      query: `max by (${volume}) (max_over_time(kubelet_volume_stats_inodes_used{$selector}[$step]) and last_over_time(kubelet_volume_stats_inodes{$selector}[$step]) > 0)`,
      metric: UsageMetric.STORAGE_INODES,
      ...claim,
    },
    {
      query: `max by (${volume}) (last_over_time(kubelet_volume_stats_inodes{$selector}[$step]) > 0)`,
      observes: 'capacities',
      metric: UsageMetric.STORAGE_INODES,
      ...claim,
    },
  ],
};
