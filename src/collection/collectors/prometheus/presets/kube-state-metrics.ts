import { ServiceCategory } from '../../../../access/index.js';
import { UsageMetric } from '../../../../usage/index.js';
import type { Preset } from './preset.js';

const gpus = 'resource=~"(nvidia|amd)_com_gpu(_shared)?|nvidia_com_mig_.+|gpu_intel_com_(i915|xe)"';
const allocatable = `max by (cluster, node, resource) (kube_node_status_allocatable{${gpus}, $selector})`;
/** Of pods that have not ended: the exporter tells requests of ended ones too. Which node is empty while a pod waits. */
const requests = (matchers: string) =>
  `max by (cluster, namespace, pod, container, node, resource) (kube_pod_container_resource_requests{${gpus}, ${matchers}$selector})` +
  ' and on (cluster, namespace, pod) kube_pod_status_phase{phase=~"Pending|Running", $selector} == 1';
/** The most at one time of the step. Where there are GPUs and nobody asks for them, that is 0. */
const demand = (by: string, matchers: string) => `max_over_time((sum by (${by}) (${requests(matchers)}) or 0 * sum by (${by}) (${allocatable}))[$step:$resolution])`;
const capacity = (by: string) => `last_over_time(sum by (${by}) (${allocatable})[$step:$resolution])`;

const pool = { resourceId: '[{cluster}/]{resource}', resourceType: 'GPU pool', counts: '{resource}' };
const node = { resourceId: '[{cluster}/]{node}/{resource}', resourceType: 'GPUs of a node', parentResourceId: '[{cluster}/]{resource}', counts: '{resource}' };
const poolLabels = 'cluster, resource';
const nodeLabels = 'cluster, node, resource';
const bound = 'node!="", ';

/**
 * GPUs that pods ask for, and that nodes have. A pool is all GPUs of a cluster that are asked for by one name, such as
 * `nvidia.com/gpu`: which nodes a waiting pod would fit is not known here.
 */
export const kubeStateMetrics: Preset = {
  name: 'kube-state-metrics',
  reads: 'GPUs that pods request, waiting ones included, and GPUs of nodes, from kube-state-metrics',
  serviceName: 'Kubernetes GPUs',
  serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
  queries: [
    { query: demand(poolLabels, ''), metric: UsageMetric.GPU_REQUESTED, ...pool },
    { query: demand(poolLabels, bound), metric: UsageMetric.GPU_ALLOCATED, ...pool },
    { query: capacity(poolLabels), observes: 'capacities', metric: UsageMetric.GPU_REQUESTED, ...pool },
    { query: capacity(poolLabels), observes: 'capacities', metric: UsageMetric.GPU_ALLOCATED, ...pool },
    { query: demand(nodeLabels, bound), metric: UsageMetric.GPU_ALLOCATED, ...node },
    { query: capacity(nodeLabels), observes: 'capacities', metric: UsageMetric.GPU_ALLOCATED, ...node },
  ],
};
