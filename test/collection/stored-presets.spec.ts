import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { describeWithPrometheus, asOpenMetrics, exporterStart, RealPrometheus, scrapedExporters, TestApp } from '../support/index.js';

const hourMs = 3_600_000;
const period = { start: new Date(exporterStart).toISOString(), end: new Date(exporterStart + 4 * hourMs).toISOString() };

describeWithPrometheus('what presets read of a real Prometheus', () => {
  let app: TestApp;
  let server: RealPrometheus;
  let sourceId: string;
  beforeAll(async () => {
    server = await RealPrometheus.start(asOpenMetrics(scrapedExporters()));
    app = await TestApp.start();
    await app.work();
    const presets = ['dcgm', 'kubelet-volumes', 'kube-state-metrics', 'kueue', 'vllm', 'opencost'];
    const { dataSourceCreate } = await app.data(
      'mutation ($input: DataSourceCreateInput!) { dataSourceCreate(input: $input) { dataSource { id } userErrors { message } } }',
      { input: { name: 'eu', collector: 'prometheus', interval: 'P31D', settings: { url: server.url, step: 'PT1H', firstReach: 'PT1H', cluster: 'eu', presets } } },
    );
    sourceId = dataSourceCreate.dataSource.id;
    await collected();
  }, 120_000);
  afterAll(async () => {
    await app?.stop();
    await server?.stop();
  });

  /** Collects the period, and gives the run once it has ended. */
  async function collected(): Promise<{ status: string; failure: string | null; usageSampleCount: number; refused: unknown[] }> {
    const { dataSourceCollect } = await app.data('mutation ($id: ID!, $period: PeriodInput!) { dataSourceCollect(id: $id, period: $period) { run { id } userErrors { message } } }', { id: sourceId, period });
    for (;;) {
      const { dataSource } = await app.data('query ($id: ID!) { dataSource(id: $id) { runs { nodes { id status failure usageSampleCount refused { reason count } } } } }', { id: sourceId });
      const run = dataSource.runs.nodes.find(({ id }: { id: string }) => id === dataSourceCollect.run.id);
      if (run.status !== 'QUEUED' && run.status !== 'RUNNING') return run;
    }
  }

  async function resource(resourceId: string, fields: string) {
    const { resources } = await app.data(`{ resources(first: 100) { nodes { resourceId ${fields} } } }`);
    return resources.nodes.find((one: { resourceId: string }) => one.resourceId === resourceId);
  }

  it('is stored with what each thing is a part of', async () => {
    const instance = await resource('GPU-mig/3g.20gb/1', 'gpu { model share sharing } parent { resourceId parent { resourceId } }');
    expect(instance).toMatchObject({ gpu: { model: 'NVIDIA A100-SXM4-40GB', share: 3 / 7, sharing: 'MIG' }, parent: { resourceId: 'GPU-mig', parent: { resourceId: 'eu/node-a' } } });
    expect(await resource('eu/gpu-1/nvidia_com_gpu', 'parent { resourceId }')).toMatchObject({ parent: { resourceId: 'eu/nvidia_com_gpu' } });
  });

  it('is stored with how large it is, a row for each change', async () => {
    const limits = await query(
      app.db,
      sql`SELECT observed.limit_value AS "limit", observed.unit, extract(epoch FROM observed.effective_from - ${period.start}::timestamptz)::int / 3600 AS "hour"
            FROM observed_limit AS observed JOIN resource ON resource.id = observed.resource_id
           WHERE resource.resource_id = 'eu/ml/data' AND observed.metric = 'STORAGE' ORDER BY observed.effective_from`,
    );
    expect(limits).toEqual([{ limit: 100, unit: 'GiB', hour: 0 }, { limit: 200, unit: 'GiB', hour: 2 }]);
    expect(await resource('eu/ml/data', 'capacities { metric limit { value } isObserved }')).toMatchObject({
      capacities: expect.arrayContaining([{ metric: 'STORAGE', limit: { value: 200 }, isObserved: true }]) as unknown,
    });
  });

  it('is stored as it was read, and the same again changes nothing', async () => {
    const asked = `usage(metric: GPU_REQUESTED, granularity: HOUR, statistic: MAXIMUM, period: { start: "${period.start}", end: "${period.end}" }) { points { value } }`;
    const before = await resource('eu/nvidia_com_gpu', asked);
    expect(before.usage.points.map(({ value }: { value: number }) => value)).toEqual([4, 20, 20, 20]);
    const again = await collected();
    expect(again).toMatchObject({ status: 'SUCCEEDED', failure: null, refused: [] });
    expect(await resource('eu/nvidia_com_gpu', asked)).toEqual(before);
  });
});
