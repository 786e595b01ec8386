import { scraped, type ScrapedHistory } from './scraped-history.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const gibibyte = 2 ** 30;
export const exporterStart = Date.parse('2026-08-01T00:00:00Z');
/** Which minute of the four hours it is, from 1 to 240: a sample at the end of a step belongs to it. */
const minuteOf = (atMs: number) => Math.round((atMs - exporterStart) / minuteMs);

const dcgm = (metric: string, labels: Record<string, string>, value: number | string) =>
  `${metric}{${Object.entries(labels).map(([label, text]) => `${label}="${text}"`).join(',')}} ${value}`;

/** What DCGM exporters of two nodes serve; some GPUs with MIG, some shared, one without values, one that is rebooted. */
function gpus(atMs: number): string {
  const minute = minuteOf(atMs);
  const on = (uuid: string, gpu: string, more: Record<string, string> = {}) => ({ gpu, UUID: uuid, device: `nvidia${gpu}`, modelName: 'NVIDIA H100 80GB HBM3', Hostname: 'node-a', ...more });
  // The pod changes twenty minutes into each hour.
  const pod = (minute - 1) % 60 < 20 ? 'train-1' : 'train-2';
  const whole = on('GPU-whole', '0', { namespace: 'ml', pod, container: 'main' });
  const a100 = { modelName: 'NVIDIA A100-SXM4-40GB' };
  const small = on('GPU-mig', '1', { ...a100, GPU_I_PROFILE: '1g.5gb', GPU_I_ID: '7' });
  const large = on('GPU-mig', '1', { ...a100, GPU_I_PROFILE: '3g.20gb', GPU_I_ID: '1' });
  const shared = ['0', '1', '2'].map((vgpu) => on('GPU-shared', '2', { vgpu, pod: `notebook-${vgpu}` }));
  const silent = on('GPU-silent', '3');
  const older = { gpu: '0', uuid: 'GPU-older', device: 'nvidia0', modelName: 'Tesla V100', hostname: 'node-b' };
  // 300 W, in millijoules; the counter begins anew 130 minutes in.
  const energy = (watts: number, since = 0) => (minute - since) * 60 * watts * 1_000;
  return [
    '# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).',
    '# TYPE DCGM_FI_DEV_GPU_UTIL gauge',
    dcgm('DCGM_FI_DEV_GPU_UTIL', whole, 100),
    dcgm('DCGM_FI_DEV_GPU_UTIL', older, 50),
    dcgm('DCGM_FI_DEV_GPU_UTIL', silent, '9223372036854775794'),
    dcgm('DCGM_FI_PROF_GR_ENGINE_ACTIVE', whole, pod === 'train-1' ? 0.9 : 0.3),
    dcgm('DCGM_FI_PROF_GR_ENGINE_ACTIVE', small, 0.8),
    dcgm('DCGM_FI_PROF_GR_ENGINE_ACTIVE', large, 0.25),
    ...shared.map((labels) => dcgm('DCGM_FI_PROF_GR_ENGINE_ACTIVE', labels, 0.6)),
    dcgm('DCGM_FI_DEV_FB_USED', whole, minute % 60 === 30 ? 65536 : 2048),
    dcgm('DCGM_FI_DEV_FB_USED', small, 1024),
    dcgm('DCGM_FI_DEV_FB_USED', large, 10240),
    ...shared.map((labels) => dcgm('DCGM_FI_DEV_FB_USED', labels, 4096)),
    dcgm('DCGM_FI_DEV_FB_USED', older, 512),
    dcgm('DCGM_FI_DEV_FB_USED', silent, '9223372036854775794'),
    dcgm('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', whole, energy(300, minute >= 130 ? 130 : -600)),
    dcgm('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', small, energy(250, -600)),
    dcgm('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', large, energy(250, -600)),
    dcgm('DCGM_FI_DEV_POWER_USAGE', whole, 999),
    dcgm('DCGM_FI_DEV_POWER_USAGE', older, 120),
    ...shared.map((labels) => dcgm('DCGM_FI_DEV_POWER_USAGE', labels, 70)),
  ].join('\n');
}

/** What two kubelets serve: a volume that grows, one that two nodes have, one that is used as a block device, one without inodes. */
function volumes(atMs: number): string {
  const grown = minuteOf(atMs) > 150;
  const of = (claim: string, node: string, { capacity, available, used, inodes, inodesUsed }: Record<'capacity' | 'available' | 'used' | 'inodes' | 'inodesUsed', number>) =>
    Object.entries({ capacity_bytes: capacity * gibibyte, available_bytes: available * gibibyte, used_bytes: used * gibibyte, inodes, inodes_used: inodesUsed, inodes_free: inodes - inodesUsed })
      .map(([name, value]) => `kubelet_volume_stats_${name}{namespace="ml",persistentvolumeclaim="${claim}",node="${node}",instance="${node}:10250"} ${value}`);
  return [
    ...of('data', 'node-a', { capacity: grown ? 200 : 100, available: grown ? 155 : 60, used: grown ? 40 : 35, inodes: 6_553_600, inodesUsed: 1_000 + minuteOf(atMs) }),
    ...of('shared', 'node-a', { capacity: 1_000, available: 400, used: 600, inodes: 0, inodesUsed: 0 }),
    ...of('shared', 'node-b', { capacity: 1_000, available: 400, used: 600, inodes: 0, inodesUsed: 0 }),
    ...of('raw', 'node-b', { capacity: 50, available: 0, used: 0, inodes: 0, inodesUsed: 0 }),
  ].join('\n');
}

/** What kube-state-metrics serves: a pod that runs, one that begins to wait after 90 minutes, one that has ended, and one with two slices of MIG. */
function cluster(atMs: number): string {
  const isWaiting = minuteOf(atMs) > 90;
  const node = (name: string, resource: string, count: number) => `kube_node_status_allocatable{node="${name}",resource="${resource}",unit="integer"} ${count}`;
  const pod = (name: string, node: string, phase: string, resource: string, count: number) => [
    `kube_pod_container_resource_requests{namespace="ml",pod="${name}",uid="uid-${name}",container="main",node="${node}",resource="${resource}",unit="integer"} ${count}`,
    `kube_pod_container_resource_requests{namespace="ml",pod="${name}",uid="uid-${name}",container="main",node="${node}",resource="cpu",unit="core"} 12`,
    ...['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((each) => `kube_pod_status_phase{namespace="ml",pod="${name}",uid="uid-${name}",phase="${each}"} ${Number(each === phase)}`),
  ];
  return [
    node('gpu-1', 'nvidia_com_gpu', 8), node('gpu-2', 'nvidia_com_gpu', 8), node('gpu-3', 'nvidia_com_mig_1g_5gb', 7), node('gpu-1', 'cpu', 96),
    ...pod('runs', 'gpu-1', 'Running', 'nvidia_com_gpu', 4),
    ...pod('ended', 'gpu-2', 'Succeeded', 'nvidia_com_gpu', 2),
    ...pod('sliced', 'gpu-3', 'Running', 'nvidia_com_mig_1g_5gb', 2),
    ...(isWaiting ? pod('waits', '', 'Pending', 'nvidia_com_gpu', 16) : []),
  ].join('\n');
}

const queues = () => [
  'kueue_cluster_queue_nominal_quota{cohort="all",cluster_queue="research",flavor="h100",resource="nvidia.com/gpu"} 16',
  'kueue_cluster_queue_nominal_quota{cohort="all",cluster_queue="research",flavor="a100",resource="nvidia.com/gpu"} 8',
  'kueue_cluster_queue_nominal_quota{cohort="all",cluster_queue="research",flavor="h100",resource="cpu"} 512',
  'kueue_cluster_queue_nominal_quota{cohort="all",cluster_queue="free",flavor="h100",resource="nvidia.com/gpu"} +Inf',
  'kueue_cluster_queue_nominal_quota{cohort="all",cluster_queue="closed",flavor="h100",resource="nvidia.com/gpu"} 0',
  'kueue_cluster_queue_resource_usage{cohort="all",cluster_queue="research",flavor="h100",resource="nvidia.com/gpu"} 12',
  'kueue_cluster_queue_resource_usage{cohort="all",cluster_queue="research",flavor="a100",resource="nvidia.com/gpu"} 1',
  'kueue_cluster_queue_resource_usage{cohort="all",cluster_queue="free",flavor="h100",resource="nvidia.com/gpu"} 3',
  'kueue_cluster_queue_resource_pending{cohort="all",cluster_queue="research",resource="nvidia.com/gpu"} 8',
].join('\n');

/** What two servers of one model serve; one is started anew 70 minutes in. */
function models(atMs: number): string {
  const minute = minuteOf(atMs) + 60;
  const server = (pod: string, since: number) => [
    `vllm:prompt_tokens_total{namespace="chat",pod="${pod}",model_name="llama-70b",engine="0"} ${(minute - since) * 6_000}`,
    `vllm:generation_tokens_total{namespace="chat",pod="${pod}",model_name="llama-70b",engine="0"} ${(minute - since) * 1_200}`,
    `vllm:request_success_total{namespace="chat",pod="${pod}",model_name="llama-70b",engine="0",finished_reason="stop"} ${(minute - since) * 30}`,
  ];
  return [...server('vllm-0', 0), ...server('vllm-1', minute >= 130 ? 130 : 0)].join('\n');
}

const namespaces = () => [
  ...[['ml', 'train-1', 4], ['ml', 'train-2', 2], ['web', 'front', 0]].map(([namespace, pod, count]) => `container_gpu_allocation{namespace="${namespace}",pod="${pod}",container="main",node="node-a",instance="node-a"} ${count}`),
  'container_cpu_allocation{namespace="ml",pod="train-1",container="main",node="node-a",instance="node-a"} 1.5',
  `container_memory_allocation_bytes{namespace="ml",pod="train-1",container="main",node="node-a",instance="node-a"} ${2 * gibibyte}`,
  'node_gpu_hourly_cost{node="node-a",instance="node-a",provider_id="x"} 2.5',
].join('\n');

/** What a server has that scraped them all every minute, from an hour before `exporterStart` until four hours after. */
export const scrapedExporters = (): ScrapedHistory =>
  scraped({ startMs: exporterStart - hourMs, endMs: exporterStart + 4 * hourMs + minuteMs, everyMs: minuteMs }, (atMs) =>
    [gpus(atMs), volumes(atMs), cluster(atMs), queues(), models(atMs), namespaces()].join('\n'),
  );
