import { ServiceCategory } from '../../../../access/index.js';
import type { GpuSharing } from '../../../../resources/index.js';
import { UsageMetric } from '../../../../usage/index.js';
import type { Preset, PresetQuery } from './preset.js';

// Which pod has a GPU is in no expression: the label is missing at times, and `pod` may be the exporter's own. What no
// pod is named for is unattributed, and used all the same.
const gpu = 'UUID, uuid';
const instance = `${gpu}, GPU_I_ID, GPU_I_PROFILE`;
const node = 'cluster, node, Hostname, hostname';
const nodeId = '[{cluster}/]{node|Hostname|hostname}';
const gpuId = '{UUID|uuid}';
const instanceId = `${gpuId}[/{GPU_I_PROFILE}/{GPU_I_ID}]`;

const energy = 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{$selector}';

/** Any of what every exporter serves. */
const anySeries = (matchers: string) => `{__name__=~"DCGM_FI_DEV_FB_USED|DCGM_FI_PROF_GR_ENGINE_ACTIVE", ${matchers}$selector}`;

const gpus = (matchers: string, sharing: GpuSharing): PresetQuery => ({
  query: `group by (${node}, ${gpu}, gpu, modelName) (${anySeries(matchers)})`,
  observes: 'resources',
  resourceId: gpuId,
  resourceName: '{node|Hostname|hostname}/{gpu}',
  resourceType: 'GPU',
  parentResourceId: nodeId,
  gpu: { model: '{modelName}', sharing },
});

/**
 * The mean of all samples of the step, whichever pod the GPU had at the time. A GPU that is shared by time has its value
 * once for every pod: that leaves the mean what it is while there are as many pods, and leans to the times of more in a step where there are not.
 */
const mean = (series: string, by: string) => `sum by (${by}) (sum_over_time(${series}[$step])) / sum by (${by}) (count_over_time(${series}[$step]))`;

/**
 * GPUs as the DCGM exporter serves them. Where DCGM has no value it may serve one of some 10^14 or 9.22 * 10^18:
 * each expression has a bound that only those are beyond.
 *
 * Source  https://docs.nvidia.com/datacenter/dcgm/latest/dcgm-api/dcgm-api-field-ids.html
 */
export const dcgm: Preset = {
  name: 'dcgm',
  reads: 'GPUs, from the DCGM exporter',
  serviceName: 'GPUs',
  serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
  queries: [
    { query: `group by (${node}) (${anySeries('')})`, observes: 'resources', resourceId: nodeId, resourceType: 'Node' },
    gpus('GPU_I_ID="", ', 'WHOLE'),
    gpus('GPU_I_ID!="", ', 'MIG'),
    gpus('vgpu!="", ', 'TIME_SLICED'),
    {
      query: `group by (${node}, ${instance}, gpu, modelName) (${anySeries('GPU_I_ID!="", ')})`,
      observes: 'resources',
      resourceId: instanceId,
      resourceName: '{node|Hostname|hostname}/{gpu}/{GPU_I_PROFILE}/{GPU_I_ID}',
      resourceType: 'MIG instance',
      parentResourceId: gpuId,
      gpu: { model: '{modelName}', sharing: 'MIG', profile: '{GPU_I_PROFILE}' },
    },
    {
      // Instances of MIG have no utilization in percent. It says for how long any kernel ran, where the other says how busy the engine was.
      query: `${mean('DCGM_FI_PROF_GR_ENGINE_ACTIVE{$selector}', instance)} < 2 or ${mean('DCGM_FI_DEV_GPU_UTIL{GPU_I_ID="", $selector}', instance)} / 100 <= 1`,
      metric: UsageMetric.GPU_UTILIZATION,
      resourceId: instanceId,
    },
    {
      query: `max by (${instance}) (max_over_time(DCGM_FI_DEV_FB_USED{$selector}[$step])) / 1024 < 1e4`,
      metric: UsageMetric.GPU_MEMORY,
      resourceId: instanceId,
    },
    {
      // Power is that of the whole GPU, also where it is told of each instance. What the counter gained in the step misses no peak between two
      // samples, and adds up over steps; it is in millijoules. Over a reset it would be less than nothing.
      query: `(max by (${gpu}) (${energy} < 1e18) - max by (${gpu}) (${energy} offset $step < 1e18)) / 1000 / $seconds > 0 < 1e4 or ${mean('DCGM_FI_DEV_POWER_USAGE{$selector}', gpu)} < 1e4`,
      metric: UsageMetric.GPU_POWER,
      resourceId: gpuId,
    },
  ],
};
