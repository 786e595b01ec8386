import { collectors, type Observations } from '../../src/collection/index.js';
import type { ResourceDescription } from '../../src/resources/index.js';
import type { SeriesSamples } from '../../src/usage/index.js';
import {
  asExposition, asOpenMetrics, exporterStart, hasPrometheus, hasVictoriaMetrics, RealPrometheus, RealVictoriaMetrics, runCollector, scrapedExporters, type CollectorRun, type ScrapedHistory,
} from '../support/index.js';

const prometheus = collectors.find(({ name }) => name === 'prometheus')!;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const start = exporterStart;
const hours = [0, 1, 2, 3].map((hour) => start + hour * hourMs);
const everything = scrapedExporters();

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
