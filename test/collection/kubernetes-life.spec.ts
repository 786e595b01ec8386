import sql from 'sql-template-tag';
import { administrator } from '../../src/access/index.js';
import { collectors, Ingest } from '../../src/collection/index.js';
import { query } from '../../src/platform/index.js';
import { gpuNode, gpuPod, guideBlocks, KubernetesServer, selfSigned, TestApp } from '../support/index.js';

const kubernetes = collectors.find(({ name }) => name === 'kubernetes')!;
const gpu = 'nvidia.com/gpu';
const pool = { 'karpenter.sh/nodepool': 'train', 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' };

describe('a Kubernetes cluster that is stored', () => {
  let app: TestApp;
  let server: KubernetesServer;
  beforeAll(async () => {
    app = await TestApp.start();
    await app.work();
  });
  beforeEach(async () => {
    server = await KubernetesServer.start();
    await app.db.query('DELETE FROM data_source');
  });
  afterEach(() => server.stop());
  afterAll(() => app.stop());

  const deliver = (start: string, end: string) =>
    app.app.get(Ingest).deliver(administrator, kubernetes, { cluster: 'c', url: server.url, pools: ['burst'] } as never, { dataSourceName: 'c', window: { start: new Date(start), end: new Date(end) } });
  const stored = (metric: string, resourceId: string) => query(
    app.db,
    sql`SELECT sample.value, sample.observed_at AS "at"
          FROM usage_sample AS sample
          JOIN usage_series AS series ON series.id = sample.series_id AND series.metric = ${metric}
          JOIN resource ON resource.id = series.resource_id AND resource.resource_id = ${resourceId}
         ORDER BY sample.observed_at`,
  );
  const sizes = (metric: string, resourceId: string) => query(
    app.db,
    sql`SELECT size.limit_value AS "limit", size.effective_from AS "from" FROM observed_limit AS size JOIN resource ON resource.id = size.resource_id AND resource.resource_id = ${resourceId} AND size.metric = ${metric} ORDER BY 2`,
  );

  it('has pools with sizes and demand, grows with them, and leaves gaps gaps', async () => {
    server.nodes = [gpuNode('n1', { [gpu]: 8 }, pool)];
    server.pods = [gpuPod({ [gpu]: 5 }, { node: 'n1' })];
    await deliver('2026-11-21T08:00:00Z', '2026-11-21T09:00:00Z');
    const { resources } = await app.data(`{ resources { nodes { resourceId parent { resourceId } gpu { model share sharing } capacities { metric limit { value unit } } } } }`);
    const byId = new Map(resources.nodes.map((node: { resourceId: string }) => [node.resourceId, node]));
    expect(byId.get('c/pools/train')).toMatchObject({ parent: { resourceId: 'c' }, gpu: { model: 'NVIDIA-H100-80GB-HBM3', share: 1, sharing: 'WHOLE' }, capacities: [{ metric: 'GPU_REQUESTED', limit: { value: 8, unit: 'GPUs' } }] });
    expect(byId.get('c/pools/burst')).toMatchObject({ capacities: [{ limit: { value: 0 } }] });
    expect(byId.get('c/n1')).toMatchObject({ parent: { resourceId: 'c/pools/train' }, capacities: [{ metric: 'GPU_REQUESTED', limit: { value: 8 } }] });

    // Nothing ran for five hours. Since then the pool has grown, and the node that was there is gone.
    server.nodes = [gpuNode('n2', { [gpu]: 8 }, pool), gpuNode('n3', { [gpu]: 8 }, pool)];
    server.pods = [gpuPod({ [gpu]: 7 }, { node: 'n2' }), gpuPod({ [gpu]: 16 })];
    await deliver('2026-11-21T09:00:00Z', '2026-11-21T14:00:00Z');
    const [before, after] = [new Date('2026-11-21T08:59:00Z'), new Date('2026-11-21T13:59:00Z')];
    expect(await stored('GPU_REQUESTED', 'c/pools/train')).toEqual([{ value: 5, at: before }, { value: 23, at: after }]);
    expect(await stored('GPU_ALLOCATED', 'c/n1')).toEqual([{ value: 5, at: before }]);
    expect(await stored('GPU_ALLOCATED', 'c/n3')).toEqual([{ value: 0, at: after }]);
    expect(await sizes('GPU_REQUESTED', 'c/pools/train')).toEqual([{ limit: 8, from: before }, { limit: 16, from: after }]);
    expect(await sizes('GPU_REQUESTED', 'c/pools/burst')).toEqual([{ limit: 0, from: before }]);
    expect(await sizes('GPU_ALLOCATED', 'c/n1')).toEqual([{ limit: 8, from: before }]);
  });

  it('is as it was before when a right is taken away in the middle', async () => {
    server.nodes = [gpuNode('n9', { [gpu]: 8 }, pool)];
    server.rules = [{ apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['list'] }];
    await expect(deliver('2026-11-21T14:00:00Z', '2026-11-21T15:00:00Z')).rejects.toThrow('does not allow to list namespaces (403)');
    expect(await query(app.db, sql`SELECT resource.id FROM resource WHERE resource.resource_id = 'c/n9'`)).toEqual([]);
  });

  it('is read from now on when it becomes a source, and is not asked about the past', async () => {
    const authority = await selfSigned();
    const secured = await KubernetesServer.start(authority);
    secured.token = 'sesame-4711-open';
    secured.nodes = [gpuNode('n1', { [gpu]: 8 }, pool)];
    const [shown] = await guideBlocks('kubernetes.md', 'graphql');
    const { dataSourceCreate } = await app.data(shown!.replace('https://cluster.example:6443', secured.url), { token: secured.token, authority: authority.cert });
    expect(dataSourceCreate.userErrors).toEqual([]);
    const { id } = dataSourceCreate.dataSource;
    const run = async () => {
      for (;;) {
        const { dataSource } = await app.data(`query ($id: ID!) { dataSource(id: $id) { settings runs { nodes { status failure period { start end } } } } }`, { id });
        const [only] = dataSource.runs.nodes;
        if (only.status === 'SUCCEEDED' || only.status === 'FAILED') return { ...only, settings: dataSource.settings };
      }
    };
    const { status, failure, period, settings } = await run();
    await secured.stop();
    expect([status, failure]).toEqual(['SUCCEEDED', null]);
    expect(Date.parse(period.end) - Date.parse(period.start)).toBe(60_000);
    expect(settings).toEqual({ cluster: 'frankfurt', url: secured.url, caCertificate: authority.cert, teamLabel: 'team' });
    expect(await stored('GPU_REQUESTED', 'frankfurt')).toEqual([{ value: 0, at: new Date(period.start) }]);
    const { dataSourceCollect } = await app.data(
      `mutation { dataSourceCollect(id: "${id}", period: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" }) { userErrors { code field message } } }`,
    );
    expect(dataSourceCollect.userErrors).toEqual([{ code: 'INVALID', field: ['period'], message: 'source "Frankfurt" tells of now alone: nothing of the past can be read from it' }]);
  });
});
