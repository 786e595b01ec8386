import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { Bucket, focusParquet, SourceServer, TestApp, totals, type FocusRow } from '../support/index.js';

const row = (BilledCost: string): FocusRow => ({ BilledCost, BillingPeriodStart: '2026-09-01T00:00:00Z', BillingPeriodEnd: '2026-10-01T00:00:00Z' });

describe('a bill in a bucket, collected on a schedule,', () => {
  let app: TestApp;
  let server: SourceServer;
  let bucket: Bucket;
  let id: string;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.work();
    bucket = new Bucket();
    server = await SourceServer.start(bucket.serving('s3'));
    assembly('first', [row('10.01'), row('20.02')]);
    const { dataSourceCreate } = await app.data(
      `mutation ($input: DataSourceCreateInput!) { dataSourceCreate(input: $input) { dataSource { id } userErrors { message } } }`,
      { input: { name: 'aws', collector: 'focus-s3', settings: { bucket: bucket.name, prefix: 'focus/', region: 'eu-central-1', endpoint: server.url, accessKeyId: 'key', secretAccessKey: 'sesame' } } },
    );
    expect(dataSourceCreate.userErrors).toEqual([]);
    id = dataSourceCreate.dataSource.id;
    await settled();
  });
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });

  /** As AWS delivers a new execution: the data, then its manifest, beside those before. */
  function assembly(execution: string, rows: FocusRow[], content = focusParquet(rows)): void {
    const name = `focus/data/BILLING_PERIOD=2026-09/${execution}/focus-00001.snappy.parquet`;
    bucket.put(name, content);
    bucket.put(`focus/metadata/BILLING_PERIOD=2026-09/${execution}/focus-Manifest.json`, JSON.stringify({ dataFiles: [`s3://${bucket.name}/${name}`] }));
  }

  const lastRun = async () => (await app.data(`query ($id: ID!) { dataSource(id: $id) { runs { nodes { status failure callCount chargeCount } } } }`, { id })).dataSource.runs.nodes[0];
  async function settled() {
    for (;;) {
      const run = await lastRun();
      if (run.status === 'SUCCEEDED' || run.status === 'FAILED') return run;
    }
  }
  async function collect() {
    await app.data(`mutation ($id: ID!) { dataSourceCollect(id: $id, period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }) { userErrors { message } } }`, { id });
    return settled();
  }
  const revisions = () => query<{ revision: number; count: number }>(app.db, sql`SELECT load.revision, load.charge_count::int AS "count" FROM charge_load AS load ORDER BY load.revision`);

  it('is stored once, and read no more while nothing changes', async () => {
    expect(await revisions()).toEqual([{ revision: 1, count: 2 }]);
    expect(await collect()).toMatchObject({ status: 'SUCCEEDED', callCount: 1 });
    expect(await revisions()).toEqual([{ revision: 1, count: 2 }]);
  });

  it('is what it was before when the same comes in a new assembly', async () => {
    assembly('second', [row('20.02'), row('10.01')]);
    expect(await collect()).toMatchObject({ status: 'SUCCEEDED', callCount: 3 });
    expect(await revisions()).toEqual([{ revision: 1, count: 2 }]);
  });

  it('stays as it was while a new assembly is half uploaded, and is replaced whole once it is there', async () => {
    const before = await totals(app);
    assembly('third', [], focusParquet([row('99.99')]).subarray(0, 1_000));
    expect(await collect()).toMatchObject({ status: 'FAILED', failure: expect.stringContaining('ends without the footer of Parquet') as string });
    expect(await totals(app)).toEqual(before);
    assembly('third', [row('99.99')]);
    expect(await collect()).toMatchObject({ status: 'SUCCEEDED', chargeCount: 1 });
    expect(await revisions()).toEqual([{ revision: 1, count: 2 }, { revision: 2, count: 1 }]);
    expect(Object.values(await totals(app))).toEqual(['99.99']);
  });
});
