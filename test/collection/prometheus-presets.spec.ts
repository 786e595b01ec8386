import { collectors, type Observations } from '../../src/collection/index.js';
import type { ResourceDescription } from '../../src/resources/index.js';
import type { SeriesSamples } from '../../src/usage/index.js';
import {
  asExposition, asOpenMetrics, hasPrometheus, hasVictoriaMetrics, RealPrometheus, RealVictoriaMetrics, runCollector, scraped, type CollectorRun, type ScrapedHistory,
} from '../support/index.js';

const prometheus = collectors.find(({ name }) => name === 'prometheus')!;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const gibibyte = 2 ** 30;
const start = Date.parse('2026-08-01T00:00:00Z');
const hours = [0, 1, 2, 3].map((hour) => start + hour * hourMs);
/** Which minute of the four hours it is, from 1 to 240: a sample at the end of a step belongs to it. */
const minuteOf = (atMs: number) => Math.round((atMs - start) / minuteMs);

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

const scrapes = { startMs: start - hourMs, endMs: start + 4 * hourMs + minuteMs, everyMs: minuteMs };
const everything = scraped(scrapes, (atMs) => [gpus(atMs), volumes(atMs), cluster(atMs), queues(), models(atMs), namespaces()].join('\n'));

interface Peer {
  stop(): Promise<void>;
  url: string;
}
const peers: [name: string, isHere: boolean, start: (history: ScrapedHistory) => Promise<Peer>][] = [
  ['Prometheus', hasPrometheus, (history) => RealPrometheus.start(asOpenMetrics(history))],
  ['VictoriaMetrics', hasVictoriaMetrics, (history) => RealVictoriaMetrics.start(asExposition(history))],
];

for (const [peer, isHere, startPeer] of peers) {
  const name = `the presets of the prometheus collector, on a real ${peer}`;
  (isHere ? describe : describe.skip)(isHere ? name : `${name} (not shown here: there is none)`, () => {
    let server: Peer | undefined;
    beforeAll(async () => {
      server = await startPeer(everything);
    }, 120_000);
    afterAll(() => server?.stop());

    const collect = (preset: string, more: Record<string, unknown> = {}): Promise<CollectorRun> =>
      runCollector(prometheus, { url: server!.url, step: 'PT1H', presets: [preset], ...more }, { window: { start: new Date(start), end: new Date(start + 4 * hourMs) } });

    it('reads how busy a GPU was on average, whichever pod had it, and prefers the engine to the percent', async () => {
      const { observations, report } = await collect('dcgm');
      expect(values(observations, 'usage', 'GPU-whole', 'GPU_UTILIZATION')).toEqual(each(0.5));
      expect(values(observations, 'usage', 'GPU-older', 'GPU_UTILIZATION')).toEqual(each(0.5));
      expect([...report.refused]).toEqual([]);
    });

    it('tells instances of MIG and shared GPUs apart, and counts none of them twice', async () => {
      const { observations } = await collect('dcgm', { cluster: 'eu' });
      expect(values(observations, 'usage', 'GPU-mig/1g.5gb/7', 'GPU_UTILIZATION')).toEqual(each(0.8));
      expect(values(observations, 'usage', 'GPU-mig/3g.20gb/1', 'GPU_UTILIZATION')).toEqual(each(0.25));
      expect(values(observations, 'usage', 'GPU-mig/3g.20gb/1', 'GPU_MEMORY')).toEqual(each(10));
      expect(values(observations, 'usage', 'GPU-mig', 'GPU_POWER')).toEqual(each(250));
      expect(values(observations, 'usage', 'GPU-shared', 'GPU_UTILIZATION')).toEqual(each(0.6));
      expect(values(observations, 'usage', 'GPU-shared', 'GPU_MEMORY')).toEqual(each(4));
      expect(values(observations, 'usage', 'GPU-shared', 'GPU_POWER')).toEqual(each(70));
      const gpu = (resourceId: string) => described(observations, resourceId).gpu;
      expect(gpu('GPU-whole')).toEqual({ model: 'NVIDIA H100 80GB HBM3', share: 1, sharing: 'WHOLE' });
      expect(gpu('GPU-shared')).toEqual({ model: 'NVIDIA H100 80GB HBM3', share: 1, sharing: 'TIME_SLICED' });
      expect(gpu('GPU-mig/3g.20gb/1')).toEqual({ model: 'NVIDIA A100-SXM4-40GB', share: 3 / 7, sharing: 'MIG' });
      const lineage = ['GPU-mig/3g.20gb/1', 'GPU-mig', 'eu/node-a', 'GPU-older'].map((resourceId) => described(observations, resourceId).parentResourceId);
      expect(lineage).toEqual(['GPU-mig', 'eu/node-a', null, 'eu/node-b']);
      expect(described(observations, 'GPU-older').resourceName).toBe('node-b/0');
    });

    it('reads the peak of GPU memory in GiB, and never what stands for no value', async () => {
      const { observations } = await collect('dcgm');
      expect(values(observations, 'usage', 'GPU-whole', 'GPU_MEMORY')).toEqual(each(64));
      expect(values(observations, 'usage', 'GPU-older', 'GPU_MEMORY')).toEqual(each(0.5));
      const ofSilent = rows(observations, 'usage').filter(({ resourceId }) => resourceId === 'GPU-silent');
      expect(ofSilent.flatMap((series) => [...Array.from(series.values)])).toEqual([]);
      expect(described(observations, 'GPU-silent').resourceName).toBe('node-a/3');
    });

    it('reads power off the energy counter, across its reset, and off the gauge where there is no counter', async () => {
      const { observations } = await collect('dcgm');
      expect(values(observations, 'usage', 'GPU-older', 'GPU_POWER')).toEqual(each(120));
      // In the hour of the reset the gauge is all there is, which is made to say something else here.
      expect(values(observations, 'usage', 'GPU-whole', 'GPU_POWER')).toEqual(hours.map((at, hour) => [at, hour === 2 ? 999 : 300]));
    });

    it('reads GPUs every five minutes too', async () => {
      const { observations } = await collect('dcgm', { step: 'PT5M' });
      const busy = values(observations, 'usage', 'GPU-whole', 'GPU_UTILIZATION');
      expect(busy).toEqual(Array.from({ length: 48 }, (_, index) => [start + index * 5 * minuteMs, index % 12 < 4 ? 0.9 : 0.3]));
      expect(values(observations, 'usage', 'GPU-mig', 'GPU_POWER').map(([, watts]) => watts)).toEqual(Array.from({ length: 48 }, () => 250));
    });

    it('reads what volumes have in use, reserved blocks included, how large they are, and when they grew', async () => {
      const { observations } = await collect('kubelet-volumes');
      expect(values(observations, 'usage', 'ml/data', 'STORAGE')).toEqual(hours.map((at, hour) => [at, hour < 3 ? 40 : 45]));
      expect(values(observations, 'capacities', 'ml/data', 'STORAGE')).toEqual(hours.map((at, hour) => [at, hour < 2 ? 100 : 200]));
      expect(values(observations, 'usage', 'ml/shared', 'STORAGE')).toEqual(each(600));
      expect(values(observations, 'usage', 'ml/data', 'STORAGE_INODES')).toEqual(hours.map((at, hour) => [at, 1_060 + hour * 60]));
      expect(values(observations, 'capacities', 'ml/data', 'STORAGE_INODES')).toEqual(each(6_553_600));
    });

    it('takes neither the used bytes of a block device nor the inodes of a file system without any for 0', async () => {
      const { observations } = await collect('kubelet-volumes');
      expect(values(observations, 'usage', 'ml/raw', 'STORAGE')).toEqual([]);
      expect(values(observations, 'capacities', 'ml/raw', 'STORAGE')).toEqual(each(50));
      for (const kind of ['usage', 'capacities'] as const) expect(values(observations, kind, 'ml/shared', 'STORAGE_INODES')).toEqual([]);
    });

    it('reads GPUs asked for, running and waiting, and those that are bound, of pools and of nodes', async () => {
      const { observations } = await collect('kube-state-metrics');
      expect(values(observations, 'usage', 'nvidia_com_gpu', 'GPU_REQUESTED')).toEqual(hours.map((at, hour) => [at, hour === 0 ? 4 : 20]));
      expect(values(observations, 'usage', 'nvidia_com_gpu', 'GPU_ALLOCATED')).toEqual(each(4));
      expect(values(observations, 'capacities', 'nvidia_com_gpu', 'GPU_REQUESTED')).toEqual(each(16));
      expect(values(observations, 'usage', 'gpu-1/nvidia_com_gpu', 'GPU_ALLOCATED')).toEqual(each(4));
      expect(values(observations, 'usage', 'gpu-2/nvidia_com_gpu', 'GPU_ALLOCATED')).toEqual(each(0));
      expect(values(observations, 'capacities', 'gpu-2/nvidia_com_gpu', 'GPU_ALLOCATED')).toEqual(each(8));
      expect(described(observations, 'gpu-2/nvidia_com_gpu').parentResourceId).toBe('nvidia_com_gpu');
      expect(rows(observations, 'usage').filter(({ resourceId }) => resourceId.endsWith('cpu'))).toEqual([]);
    });

    it('counts slices of MIG as the part of a GPU that they are', async () => {
      const { observations } = await collect('kube-state-metrics');
      expect(values(observations, 'usage', 'nvidia_com_mig_1g_5gb', 'GPU_REQUESTED')).toEqual(each(Number((2 / 7).toPrecision(9))));
      expect(values(observations, 'capacities', 'nvidia_com_mig_1g_5gb', 'GPU_REQUESTED')).toEqual(each(1));
    });

    it('reads quotas of queues, what is used of them, and what waits', async () => {
      const { observations } = await collect('kueue');
      expect(values(observations, 'usage', 'research/nvidia.com/gpu', 'GPU_REQUESTED')).toEqual(each(21));
      expect(values(observations, 'capacities', 'research/nvidia.com/gpu', 'GPU_REQUESTED')).toEqual(each(24));
      expect(values(observations, 'usage', 'research/h100/nvidia.com/gpu', 'GPU_ALLOCATED')).toEqual(each(12));
      expect(values(observations, 'capacities', 'research/a100/nvidia.com/gpu', 'GPU_ALLOCATED')).toEqual(each(8));
      expect(values(observations, 'usage', 'free/nvidia.com/gpu', 'GPU_REQUESTED')).toEqual(each(3));
      expect(values(observations, 'capacities', 'free/h100/nvidia.com/gpu', 'GPU_ALLOCATED')).toEqual([]);
      expect(values(observations, 'capacities', 'closed/h100/nvidia.com/gpu', 'GPU_ALLOCATED')).toEqual(each(0));
    });

    it('reads tokens and requests of a model from all its servers, also when one is started anew', async () => {
      const { observations } = await collect('vllm');
      const tokens = values(observations, 'usage', 'chat/llama-70b', 'TOKENS');
      const requests = values(observations, 'usage', 'chat/llama-70b', 'REQUESTS');
      expect(tokens.map(([at]) => at)).toEqual(hours);
      const minutes = 2 * 60;
      for (const [hour, [, count]] of tokens.entries()) {
        // Between two looks, a server that begins anew loses what it counted.
        const lost = hour === 1 ? 2 : 0;
        expect(count / 7_200).toBeGreaterThan(minutes - lost - 0.5);
        expect(count / 7_200).toBeLessThan(minutes + 0.5);
        expect(requests[hour]![1] / 30).toBeCloseTo(count / 7_200, 6);
      }
    });

    it('reads what namespaces have of a cluster, and no prices', async () => {
      const { observations } = await collect('opencost');
      expect(values(observations, 'usage', 'ml', 'GPU_ALLOCATED')).toEqual(each(6));
      expect(values(observations, 'usage', 'web', 'GPU_ALLOCATED')).toEqual(each(0));
      expect(values(observations, 'usage', 'ml', 'CPU')).toEqual(each(1.5));
      expect(values(observations, 'usage', 'ml', 'MEMORY')).toEqual(each(2));
      expect(new Set(observations.map(({ kind }) => kind))).toEqual(new Set(['resources', 'usage']));
    });

    it('reads only what the selector selects', async () => {
      const { observations } = await collect('dcgm', { selector: 'hostname="node-b"' });
      const ids = new Set(rows(observations, 'usage').map(({ resourceId }) => resourceId));
      expect([...ids]).toEqual(['GPU-older']);
    });

    it('finds nothing where an exporter is not scraped', async () => {
      const { observations } = await collect('dcgm', { selector: 'hostname="none"' });
      expect(observations.filter((seen) => !('rows' in seen) || seen.rows.length > 0)).toEqual([]);
    });
  });
}

const each = (value: number): [number, number][] => hours.map((at) => [at, value]);

function rows(observations: Observations[], kind: 'usage' | 'capacities'): SeriesSamples[] {
  return observations.flatMap((seen) => (seen.kind === kind ? [...seen.rows] : []));
}

/** Instants and values, in the order of time; to nine digits, which is more than any of it is exact to. */
function values(observations: Observations[], kind: 'usage' | 'capacities', resourceId: string, metric: string): [number, number][] {
  return rows(observations, kind)
    .filter((series) => series.resourceId === resourceId && (series.metric as string) === metric)
    .flatMap((series) => Array.from(series.values, (value, index): [number, number] => [series.observedAtMs[index]!, value]))
    .map(([at, value]): [number, number] => [at, Number(value.toPrecision(9))])
    .toSorted(([left], [right]) => left - right);
}

/** What is known of a resource after all that was said of it: what is not said anew stays. */
function described(observations: Observations[], resourceId: string): Partial<ResourceDescription> {
  const said = observations.flatMap((seen) => (seen.kind === 'resources' ? seen.rows.filter((resource) => resource.resourceId === resourceId) : []));
  return said.reduce<Partial<ResourceDescription>>((known, resource) => ({ ...known, ...Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== null)) }), { parentResourceId: null });
}
