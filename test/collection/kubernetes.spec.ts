import { BadPayload, collectors, CollectorRejected, CollectorUnavailable, type Bookmark, type Observations } from '../../src/collection/index.js';
import { checkedSettings } from '../../src/platform/index.js';
import type { ResourceDescription } from '../../src/resources/index.js';
import type { UsageMetric } from '../../src/usage/index.js';
import { gpuNode, gpuPod, json, KubernetesServer, misbehaviour, runCollector, testContact } from '../support/index.js';

const kubernetes = collectors.find(({ name }) => name === 'kubernetes')!;
const window = { start: new Date('2026-11-24T08:00:00Z'), end: new Date('2026-11-24T09:00:00Z') };
const seenAt = Date.parse('2026-11-24T08:59:00Z');
const pooled = (pool: string, more: Record<string, string> = {}) => ({ 'karpenter.sh/nodepool': pool, ...more });
const gpu = 'nvidia.com/gpu';

describe('the kubernetes collector', () => {
  let server: KubernetesServer;
  beforeEach(async () => {
    server = await KubernetesServer.start();
  });
  afterEach(() => server.stop());

  const collect = (more: Record<string, unknown> = {}, bookmark: Bookmark = null) => runCollector(kubernetes, { cluster: 'c', url: server.url, ...more }, { window, bookmark });
  const resources = (observations: readonly Observations[]) => new Map(observations.flatMap((seen) => (seen.kind === 'resources' ? seen.rows.map((row): [string, ResourceDescription] => [row.resourceId, row]) : [])));
  /** The values of a kind and a metric, by resource; there is one of each. */
  function values(observations: readonly Observations[], kind: 'usage' | 'capacities', metric: string): Record<string, number> {
    const rows = observations.flatMap((seen) => (seen.kind === kind ? [...seen.rows] : [])).filter((row) => row.metric === (metric as UsageMetric));
    expect(rows.every(({ observedAtMs, values }) => values.length === 1 && observedAtMs[0] === seenAt)).toBe(true);
    expect(new Set(rows.map(({ resourceId }) => resourceId)).size).toBe(rows.length);
    return Object.fromEntries(rows.map(({ resourceId, values }) => [resourceId, values[0]!]));
  }
  /** GPUs that there are; whatever demand is held against them, they are as many. */
  function sizes(observations: readonly Observations[]): Record<string, number> {
    const [allocated, requested] = [values(observations, 'capacities', 'GPU_ALLOCATED'), values(observations, 'capacities', 'GPU_REQUESTED')];
    expect(allocated).toMatchObject(requested);
    expect(Object.keys(requested).toSorted()).toEqual(Object.keys(allocated).filter((id) => id === 'c' || id.startsWith('c/pools/')).toSorted());
    return allocated;
  }
  async function gpus(more: Record<string, unknown> = {}, bookmark: Bookmark = null) {
    const run = await collect({ queues: false, volumes: false, ...more }, bookmark);
    const { observations } = run;
    return {
      ...run,
      resources: resources(observations),
      allocated: values(observations, 'usage', 'GPU_ALLOCATED'),
      requested: values(observations, 'usage', 'GPU_REQUESTED'),
      size: sizes(observations),
      bookmark: observations.flatMap((seen) => (seen.kind === 'bookmark' ? [seen.value] : []))[0]!,
    };
  }

  describe('of GPUs', () => {
    it('gives what nodes, pools and the cluster have, who has them and who waits, at the last whole minute', async () => {
      server.nodes = [
        gpuNode('n1', { [gpu]: 8 }, pooled('train', { 'topology.kubernetes.io/region': 'eu-1', 'topology.kubernetes.io/zone': 'eu-1a', 'node.kubernetes.io/instance-type': 'p5.48xlarge', 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' })),
        gpuNode('n2', { [gpu]: 8 }, pooled('train', { 'topology.kubernetes.io/region': 'eu-1', 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' })),
        gpuNode('n3', { 'amd.com/gpu': 4 }, { 'amd.com/gpu.product-name': 'AMD_Instinct_MI300X' }),
        gpuNode('cpu', {}),
      ];
      server.pods = [gpuPod({ [gpu]: 8 }, { node: 'n1' }), gpuPod({ [gpu]: 3 }, { node: 'n2' }), gpuPod({ [gpu]: 4 }), gpuPod({ 'amd.com/gpu': 1 }, { node: 'n3' }), gpuPod({}, { node: 'cpu' })];
      const { size, allocated, requested, resources } = await gpus();
      expect(size).toEqual({ c: 20, 'c/pools/train': 16, 'c/n1': 8, 'c/n2': 8, 'c/n3': 4 });
      expect(allocated).toEqual({ c: 12, 'c/pools/train': 11, 'c/n1': 8, 'c/n2': 3, 'c/n3': 1, 'c/namespaces/research': 12 });
      // Of the four that are waited for, only one pool has such GPUs.
      expect(requested).toEqual({ c: 16, 'c/pools/train': 15, 'c/namespaces/research': 16 });
      expect(resources.get('c/n1')).toMatchObject({
        providerName: 'own', resourceName: 'n1', resourceType: 'Node', parentResourceId: 'c/pools/train', regionId: 'eu-1',
        gpu: { model: 'NVIDIA-H100-80GB-HBM3', share: 1, sharing: 'WHOLE' }, firstSeenAt: '2026-11-24T08:59:00.000Z', lastSeenAt: '2026-11-24T08:59:00.000Z',
        tags: { cluster: 'c', 'karpenter.sh/nodepool': 'train', 'topology.kubernetes.io/zone': 'eu-1a', 'node.kubernetes.io/instance-type': 'p5.48xlarge' },
      });
      expect(resources.get('c/pools/train')).toMatchObject({ parentResourceId: 'c', regionId: 'eu-1', gpu: { model: 'NVIDIA-H100-80GB-HBM3', share: 1 } });
      expect(resources.get('c/n3')).toMatchObject({ parentResourceId: 'c', regionId: null });
      expect(resources.has('c/cpu')).toBe(false);
    });

    it('counts what can be given out, and says what is installed and cannot', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 8 }, pooled('train'), { [gpu]: 6 })];
      const { size, report } = await gpus();
      expect(size).toEqual({ c: 6, 'c/pools/train': 6, 'c/n1': 6 });
      expect([...report.notices]).toEqual(['2 GPUs or slices are installed and cannot be given out: they are unhealthy or reserved']);
    });

    it('counts what is cordoned or not ready, and says so', async () => {
      const cordoned = { ...gpuNode('n1', { [gpu]: 8 }), spec: { unschedulable: true } };
      const notReady = gpuNode('n2', { [gpu]: 8 });
      notReady.status!.conditions = [{ type: 'Ready', status: 'False' }];
      server.nodes = [cordoned, notReady, gpuNode('n3', { [gpu]: 8 })];
      const { size, report } = await gpus();
      expect(size['c']).toBe(24);
      expect([...report.notices]).toEqual(['2 nodes with GPUs are cordoned or not ready: their GPUs count all the same']);
    });

    it('counts MIG slices as the parts of a GPU that they are, and seven sevenths as one', async () => {
      const labels = pooled('mig', { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-40GB', 'nvidia.com/mig.strategy': 'mixed' });
      server.nodes = [gpuNode('n1', { [gpu]: 1, 'nvidia.com/mig-1g.5gb': 7, 'nvidia.com/mig-3g.20gb': 2 }, labels)];
      server.pods = [...Array.from({ length: 7 }, () => gpuPod({ 'nvidia.com/mig-1g.5gb': 1 }, { node: 'n1' })), gpuPod({ 'nvidia.com/mig-3g.20gb': 1 }), gpuPod({ 'nvidia.com/mig-3g.20gb': 1 }, { node: 'n1' })];
      const { size, allocated, requested, resources } = await gpus();
      expect(size).toEqual({ c: 20 / 7, 'c/pools/mig': 20 / 7, 'c/n1': 20 / 7, 'c/n1/nvidia.com/mig-1g.5gb': 1, 'c/n1/nvidia.com/mig-3g.20gb': 6 / 7 });
      expect(allocated).toMatchObject({ 'c/n1/nvidia.com/mig-1g.5gb': 1, 'c/n1/nvidia.com/mig-3g.20gb': 3 / 7, 'c/n1': 10 / 7 });
      expect(requested).toMatchObject({ c: 13 / 7, 'c/pools/mig': 13 / 7 });
      expect(resources.get('c/n1/nvidia.com/mig-3g.20gb')).toMatchObject({ parentResourceId: 'c/n1', gpu: { model: 'NVIDIA-A100-SXM4-40GB', share: 3 / 7, sharing: 'MIG' } });
    });

    const h100 = 'NVIDIA-H100-80GB-HBM3';
    it.each([
      ['time-slicing', { [gpu]: 8 }, { 'nvidia.com/gpu.product': `${h100}-SHARED`, 'nvidia.com/gpu.replicas': '4', 'nvidia.com/gpu.sharing-strategy': 'time-slicing' }, 2, 1 / 4, 'TIME_SLICED'],
      ['time-slicing under a name of its own', { [gpu]: 0, 'nvidia.com/gpu.shared': 8 }, { 'nvidia.com/gpu.product': h100, 'nvidia.com/gpu.replicas': '4', 'nvidia.com/gpu.sharing-strategy': 'time-slicing' }, 2, 1 / 4, 'TIME_SLICED'],
      ['MPS', { [gpu]: 16 }, { 'nvidia.com/gpu.product': `${h100}-SHARED`, 'nvidia.com/gpu.replicas': '8', 'nvidia.com/gpu.sharing-strategy': 'mps' }, 2, 1 / 8, 'FRACTIONAL'],
      ['MIG of one size', { [gpu]: 14 }, { 'nvidia.com/gpu.product': `${h100}-MIG-1g.10gb`, 'nvidia.com/mig.strategy': 'single', 'nvidia.com/gpu.sharing-strategy': 'none', 'nvidia.com/gpu.replicas': '1' }, 2, 1 / 7, 'MIG'],
      ['MIG slices that take turns', { 'nvidia.com/mig-1g.10gb': 28 }, { 'nvidia.com/gpu.product': h100, 'nvidia.com/mig-1g.10gb.replicas': '2', 'nvidia.com/mig-1g.10gb.sharing-strategy': 'time-slicing' }, 2, 1 / 14, 'TIME_SLICED'],
      ['MIG on GKE', { [gpu]: 7 }, { 'cloud.google.com/gke-accelerator': 'nvidia-tesla-a100', 'cloud.google.com/gke-gpu-partition-size': '1g.5gb' }, 1, 1 / 7, 'MIG'],
      ['time-sharing on GKE', { [gpu]: 12 }, { 'cloud.google.com/gke-accelerator': 'nvidia-l4', 'cloud.google.com/gke-gpu-sharing-strategy': 'time-sharing', 'cloud.google.com/gke-max-shared-clients-per-gpu': '3' }, 4, 1 / 3, 'TIME_SLICED'],
    ])('counts the GPUs there are and not the shares of them: %s', async (_, offered, labels, wholes, share, sharing) => {
      server.nodes = [gpuNode('n1', offered, labels)];
      const asked = Object.keys(offered).at(-1)!;
      server.pods = [gpuPod({ [asked]: 1 }, { node: 'n1' }), gpuPod({ [asked]: 1 })];
      const { size, allocated, requested, resources } = await gpus();
      expect([size['c'], size['c/n1']]).toEqual([wholes, wholes]);
      expect(allocated['c']).toBe(share);
      expect(requested['c']).toBe(2 * share);
      expect(resources.get(`c/n1/${asked}`)!.gpu).toMatchObject({ share, sharing });
    });

    it.each([
      ['a profile that nobody knows', { 'nvidia.com/mig-9g.99gb': 4 }, { 'nvidia.com/gpu.product': h100 }, 'MIG profile "9g.99gb" of NVIDIA-H100-80GB-HBM3 is not known'],
      ['a sharing that does not say among how many', { [gpu]: 4 }, { 'nvidia.com/gpu.product': `${h100}-SHARED` }, 'a shared GPU needs a number of replicas of at least 1'],
    ])('leaves unknown what holds %s, names it, and goes on with the rest', async (_, offered, labels, message) => {
      server.nodes = [gpuNode('odd', offered, pooled('odd', labels)), gpuNode('n1', { [gpu]: 8 }, pooled('train'))];
      server.pods = [gpuPod({ [Object.keys(offered)[0]!]: 1 }, { node: 'odd' }), gpuPod({ [gpu]: 1 }, { node: 'n1', namespace: 'product' })];
      const { size, allocated, report, resources } = await gpus();
      expect(size).toEqual({ 'c/pools/train': 8, 'c/n1': 8 });
      expect(allocated).toEqual({ 'c/pools/train': 1, 'c/n1': 1, 'c/namespaces/product': 1 });
      expect([...report.refused]).toEqual([['GPUs of which nobody knows how they are shared', 4]]);
      expect([...report.notices].join()).toContain(message);
      expect([...report.notices].join()).toContain('of node odd');
      expect(resources.has('c/odd')).toBe(true);
    });

    it('lets a pool that is listed have none when its nodes have left, and sees no pool that is not', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 8 }, pooled('train'))];
      server.pods = [gpuPod({ [gpu]: 2 }, { spec: { nodeSelector: { 'karpenter.sh/nodepool': 'burst' } } })];
      const { size, allocated, requested } = await gpus({ pools: ['burst'] });
      expect(size).toEqual({ c: 8, 'c/pools/train': 8, 'c/pools/burst': 0, 'c/n1': 8 });
      expect(allocated).toMatchObject({ 'c/pools/burst': 0 });
      expect(requested).toMatchObject({ 'c/pools/burst': 2, 'c/pools/train': 0, c: 2 });
      server.nodes = [];
      expect((await gpus()).size).toEqual({ c: 0 });
    });

    it('lets a node whose device plugin is gone have none', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 8 }, {}, { [gpu]: 0 })];
      expect((await gpus()).size).toEqual({ c: 0, 'c/n1': 0 });
    });

    it('gives what is waited for to the only pool that it may go to, and else to the cluster alone', async () => {
      server.nodes = [
        gpuNode('n1', { [gpu]: 8 }, pooled('train', { tier: 'large', 'topology.kubernetes.io/zone': 'a' })),
        gpuNode('n2', { [gpu]: 8 }, pooled('train', { tier: 'large', 'topology.kubernetes.io/zone': 'b' })),
        gpuNode('n3', { [gpu]: 4 }, pooled('serve', { tier: 'small', spot: 'yes' })),
      ];
      const required = (...matchExpressions: { key: string; operator: string; values?: string[] }[]) =>
        ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } } });
      server.pods = [
        gpuPod({ [gpu]: 1 }, { spec: { nodeSelector: { tier: 'large' } } }),
        gpuPod({ [gpu]: 1 }, { spec: { nodeSelector: { 'topology.kubernetes.io/zone': 'b' } } }),
        gpuPod({ [gpu]: 1 }, { spec: required({ key: 'tier', operator: 'In', values: ['large', 'huge'] }) }),
        gpuPod({ [gpu]: 1 }, { spec: required({ key: 'tier', operator: 'NotIn', values: ['small'] }, { key: 'spot', operator: 'DoesNotExist' }) }),
        gpuPod({ [gpu]: 10 }, { spec: required({ key: 'spot', operator: 'Exists' }) }),
        gpuPod({ [gpu]: 100 }),
        gpuPod({ [gpu]: 100 }, { spec: { nodeSelector: { tier: 'none' } } }),
        gpuPod({ [gpu]: 100 }, { spec: { nodeSelector: { 'karpenter.sh/nodepool': 'unheard-of' } } }),
      ];
      const { requested, report } = await gpus();
      expect(requested).toEqual({ c: 314, 'c/pools/train': 4, 'c/pools/serve': 10, 'c/namespaces/research': 314 });
      expect([...report.notices]).toEqual(['3 pods wait for GPUs that several pools could give, or none: they count for the cluster, and for no pool']);
    });

    it('takes what a pod asks for as the scheduler does', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 32 })];
      const container = (count: number, more: object = {}) => ({ name: 'c', resources: { limits: { [gpu]: `${count}` } }, ...more });
      const asking = (initContainers: object[], containers: object[]) => gpuPod({}, { node: 'n1', spec: { initContainers, containers } as never });
      server.pods = [
        asking([], [container(1), container(2)]), // 3
        asking([container(4), container(2)], [container(1)]), // 4: initial ones go one after the other
        asking([container(1, { restartPolicy: 'Always' }), container(2)], [container(1)]), // 3: the sidecar beside the initial one
        asking([container(2, { restartPolicy: 'Always' })], [container(1)]), // 3: the sidecar beside the main one
      ];
      expect((await gpus()).allocated['c']).toBe(13);
    });

    it('counts fractions that a scheduler hands out, and not the pods that hold whole GPUs for it', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 2 }, pooled('share'))];
      const fraction = (text: string, more: object = {}, annotations: object = {}) => {
        const pod = gpuPod({}, { node: 'n1', spec: { schedulerName: 'kai-scheduler', ...more } });
        return { ...pod, metadata: { ...pod.metadata, annotations: { 'gpu-fraction': text, ...annotations } } };
      };
      server.pods = [
        gpuPod({ [gpu]: 1 }, { node: 'n1', namespace: 'kai-resource-reservation' }),
        fraction('0.1'), fraction('0.2'), fraction('0.7'),
        fraction('0.5', {}, { 'gpu-fraction-num-devices': '2' }),
        fraction('a half'), fraction('0.5', { schedulerName: 'default-scheduler' }),
        fraction('0.25', { nodeName: undefined }),
      ];
      const { allocated, requested } = await gpus();
      expect(allocated).toEqual({ c: 2, 'c/pools/share': 2, 'c/n1': 2, 'c/namespaces/research': 2 });
      expect(requested).toMatchObject({ c: 2.25, 'c/pools/share': 2.25 });
    });

    it('gives nothing to pods at their end, and only a wish to pods on a node that is not there', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 8 }, pooled('train'))];
      server.pods = [gpuPod({ [gpu]: 1 }, { node: 'n1', phase: 'Succeeded' }), gpuPod({ [gpu]: 1 }, { node: 'n1', phase: 'Failed' }), gpuPod({ [gpu]: 1 }, { node: 'gone' })];
      const { allocated, requested } = await gpus();
      expect([allocated['c'], requested['c'], requested['c/pools/train']]).toEqual([0, 1, 1]);
    });

    it('tells namespaces and teams apart, and gives those that ask no more 0 as long as they are there', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 8 })];
      server.namespaces = ['research', 'product'];
      server.pods = [gpuPod({ [gpu]: 2 }, { node: 'n1', labels: { team: 'vision' } }), gpuPod({ [gpu]: 1 }, { namespace: 'product' }), gpuPod({ [gpu]: 1 }, { node: 'n1', namespace: 'short-lived' })];
      const first = await gpus({ teamLabel: 'team' });
      expect(first.allocated).toMatchObject({ 'c/namespaces/research': 2, 'c/namespaces/product': 0, 'c/namespaces/short-lived': 1, 'c/teams/vision': 2, 'c/teams/untagged': 1 });
      expect(first.requested).toMatchObject({ 'c/namespaces/product': 1, 'c/teams/untagged': 2 });
      expect(first.resources.get('c/teams/vision')).toMatchObject({ resourceType: 'Team', tags: { cluster: 'c', team: 'vision' } });
      server.pods = [gpuPod({ [gpu]: 1 }, { namespace: 'product', labels: { team: 'vision' } })];
      const second = await gpus({ teamLabel: 'team' }, first.bookmark);
      expect(second.allocated).toEqual({ c: 0, 'c/n1': 0, 'c/namespaces/research': 0, 'c/namespaces/product': 0, 'c/teams/vision': 0, 'c/teams/untagged': 0 });
      expect(second.requested).toMatchObject({ 'c/namespaces/research': 0, 'c/namespaces/product': 1, 'c/teams/vision': 1, 'c/teams/untagged': 0 });
    });
  });

  describe('of queues', () => {
    const queue = (nominalQuota: string | number, total?: string | number) => ({
      metadata: { name: 'research' },
      spec: {
        cohort: 'all',
        resourceGroups: [{ flavors: [{ name: 'h100', resources: [{ name: 'cpu', nominalQuota: '960' }, { name: gpu, nominalQuota }] }, { name: 'cpu-only', resources: [{ name: 'cpu', nominalQuota: 9 }] }] }],
      },
      ...(total !== undefined && { status: { flavorsUsage: [{ name: 'h100', resources: [{ name: 'cpu', total: '48' }, { name: gpu, total }] }] } }),
    });
    const queues = async () => {
      const { observations, report } = await collect({ volumes: false });
      const only = (all: Record<string, number>) => Object.fromEntries(Object.entries(all).filter(([id]) => id.startsWith('c/queues/')));
      return { size: only(values(observations, 'capacities', 'GPU_ALLOCATED')), used: only(values(observations, 'usage', 'GPU_ALLOCATED')), resources: resources(observations), report };
    };

    it.each(['v1beta2', 'v1beta1'])('gives quota and use of each flavor with GPUs, in %s', async (version) => {
      server.kueueVersion = version;
      server.queues = [queue('16', '20')];
      const { size, used, resources } = await queues();
      expect(size).toEqual({ 'c/queues/research/h100': 16 });
      // Four are borrowed.
      expect(used).toEqual({ 'c/queues/research/h100': 20 });
      expect(resources.get('c/queues/research/h100')).toMatchObject({ resourceType: 'Kueue Quota', tags: { cluster: 'c', queue: 'research', flavor: 'h100', cohort: 'all' } });
    });

    it('counts quotas of slices as parts of GPUs', async () => {
      server.nodes = [gpuNode('n1', { [gpu]: 8 }, { 'nvidia.com/gpu.product': 'NVIDIA-L4-SHARED', 'nvidia.com/gpu.replicas': '4', 'nvidia.com/gpu.sharing-strategy': 'time-slicing' })];
      server.queues = [queue(8, 2)];
      expect(await queues()).toMatchObject({ size: { 'c/queues/research/h100': 2 }, used: { 'c/queues/research/h100': 0.5 } });
    });

    it('takes a queue without a status for one that nobody has looked at, and a quota of 0 for one', async () => {
      server.queues = [queue('0')];
      expect(await queues()).toMatchObject({ size: { 'c/queues/research/h100': 0 }, used: {} });
    });

    it('goes without where Kueue is not installed', async () => {
      server.kueueVersion = null;
      expect(await queues()).toMatchObject({ size: {}, used: {} });
    });
  });

  describe('of volumes', () => {
    const volume = (name: string, size: string, claim: string | null, handle?: string) => ({
      metadata: { name },
      spec: { capacity: { storage: size }, storageClassName: 'gp3', ...(claim && { claimRef: { namespace: 'data', name: claim } }), ...(handle && { csi: { driver: 'ebs.csi.aws.com', volumeHandle: handle } }) },
    });
    const claim = (name: string, phase: string, asked: string, size?: string) => ({
      metadata: { namespace: 'data', name },
      spec: { storageClassName: 'gp3', resources: { requests: { storage: asked } } },
      status: { phase, ...(size && { capacity: { storage: size } }) },
    });

    it('gives how large they are and nothing of how full, and leaves out what has no size', async () => {
      server.volumes = [volume('pv-1', '100Gi', 'models', 'vol-0abc'), volume('pv-2', '1.5Ti', null), volume('pv-3', '10Gi', 'deleted'), volume('pv-4', '200Gi', 'silent'), volume('pv-5', '0', null)];
      server.claims = [claim('models', 'Bound', '300Gi', '100Gi'), claim('waiting', 'Pending', '50Gi'), claim('silent', 'Bound', '200Gi')];
      const { observations, report } = await collect({ queues: false });
      expect(values(observations, 'capacities', 'STORAGE')).toEqual({ 'c/volumes/data/models': 100, 'c/volumes/data/silent': 200, 'c/volumes/pv-2': 1536, 'c/volumes/pv-3': 10 });
      expect(values(observations, 'usage', 'STORAGE')).toEqual({});
      expect(resources(observations).get('c/volumes/data/models')).toMatchObject({
        resourceType: 'Persistent Volume Claim', serviceCategory: 'Storage', tags: { cluster: 'c', namespace: 'data', storageClass: 'gp3', volumeHandle: 'vol-0abc' },
      });
      expect([...report.notices]).toContain('1 claims wait for a volume: they have no size yet');
      expect([...report.refused]).toEqual([['volumes that do not say how large they are', 1]]);
    });

    it('are not asked for where they are not wanted', async () => {
      await gpus();
      expect(server.lists.map(({ resource }) => resource)).toEqual(['nodes', 'pods', 'namespaces']);
    });
  });

  describe('of a large cluster', () => {
    beforeEach(() => {
      server.nodes = Array.from({ length: 1_203 }, (_, at) => gpuNode(`n${at}`, { [gpu]: 8 }, pooled(`p${at % 3}`)));
      server.pods = Array.from({ length: 2_001 }, (_, at) => gpuPod({ [gpu]: 1 }, { node: `n${at % 1_203}` }));
    });
    const truth = { c: 2_001, 'c/pools/p0': 667, 'c/pools/p1': 667, 'c/pools/p2': 667 };

    it('reads page by page, and everything once', async () => {
      const { allocated, size } = await gpus();
      expect(allocated).toMatchObject(truth);
      expect(size).toMatchObject({ c: 1_203 * 8 });
      expect(server.requests.map(({ path }) => new URL(path, server.url).searchParams.get('limit'))).toEqual(Array.from({ length: 9 }, () => '500'));
    });

    it('reads a list from its beginning where it expires before its end, and counts nothing twice', async () => {
      // Call 2 is the second page of nodes, call 7 the second of pods by then.
      server.instead = (call) => (call === 2 || call === 7 ? (server.forget(), null) : null);
      const { allocated, size } = await gpus();
      expect(allocated).toMatchObject(truth);
      expect(size).toMatchObject({ c: 1_203 * 8 });
    });

    it('gives up a list that expires every time, and stores none of it', async () => {
      server.instead = (_call, { path }) => (path.includes('continue=') ? (server.forget(), null) : null);
      await expect(gpus()).rejects.toThrow(CollectorUnavailable);
      expect(server.requests.length).toBe(6);
    });

    it('goes on in the middle of a list after the API was away for a moment', async () => {
      server.instead = (call) => (call === 3 ? misbehaviour.refuse(503) : call === 6 ? misbehaviour.cutOff() : call === 8 ? misbehaviour.refuse(429, { 'retry-after': '1' }) : null);
      const { allocated, pauses } = await gpus();
      expect(allocated).toMatchObject(truth);
      expect(pauses.length).toBe(3);
      expect(server.requests.length).toBe(9 + 3);
    });

    it('ends a list that leads back to a page it has given before', async () => {
      const around = { kind: 'PodList', metadata: { continue: 'again' }, items: [] };
      server.instead = (_call, { path }) => (path.includes('/pods') ? (_asked, response) => void response.end(JSON.stringify(around)) : null);
      await expect(gpus()).rejects.toThrow('gives the same page of pods again: its list has no end');
    });
  });

  describe('where it may not', () => {
    const failure = (more: Record<string, unknown> = {}) => collect(more).then(() => null, (error: unknown) => error as Error);

    it('says that its token is not known, or not any more, and does not try again', async () => {
      server.token = 'sesame-4711-open';
      expect((await collect({ token: 'sesame-4711-open' })).report.callCount).toBeGreaterThan(3);
      const before = server.requests.length;
      server.token = 'another';
      const error = await failure({ token: 'sesame-4711-open' });
      expect(error).toBeInstanceOf(CollectorRejected);
      expect(error!.message).toMatch(/does not know who asks \(401\): the token is missing, wrong or has expired$/);
      expect(error!.message).not.toContain('sesame');
      expect(server.requests.length).toBe(before + 1);
    });

    it.each([
      ['nodes', ''],
      ['pods', ''],
      ['namespaces', ''],
      ['persistentvolumes', ''],
      ['persistentvolumeclaims', ''],
      ['clusterqueues', 'kueue.x-k8s.io'],
    ])('names the right to list %s when that is missing', async (missing, apiGroup) => {
      const all = ['nodes', 'pods', 'namespaces', 'persistentvolumes', 'persistentvolumeclaims', 'clusterqueues'];
      server.rules = [{ apiGroups: ['', 'kueue.x-k8s.io'], resources: all.filter((resource) => resource !== missing), verbs: ['list'] }];
      const error = await failure();
      expect(error).toBeInstanceOf(CollectorRejected);
      expect(error!.message).toContain(`does not allow to list ${missing}${apiGroup && ` of ${apiGroup}`} (403): the service account needs the verb list on it`);
    });

    it('says that what answers is no Kubernetes', async () => {
      server.instead = () => KubernetesServer.refusal(404, 'NotFound');
      const message = `${new URL(server.url).host} has no list of nodes: is it the API of a Kubernetes cluster?`;
      expect((await failure())!.message).toBe(message);
      await expect(kubernetes.test!(checkedSettings(kubernetes, { cluster: 'c', url: server.url }), testContact(kubernetes).contact)).rejects.toThrow(message);
    });

    it.each([[{ kind: 'PodList' }], [{ items: {} }], [{ items: [null] }], ['a list'], [null]])('takes %j for no list, which may be one later', async (body) => {
      server.instead = () => json(body);
      const error = await failure();
      expect(error).toBeInstanceOf(BadPayload);
      expect(error!.message).toContain('answered 200 without a list of nodes');
    });

    it('says why a list is refused', async () => {
      server.instead = () => KubernetesServer.refusal(400, 'BadRequest', 'limit is too strange');
      expect((await failure())!.message).toMatch(/refuses to list nodes: limit is too strange$/);
    });
  });
});
