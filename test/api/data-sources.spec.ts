import sql from 'sql-template-tag';
import { CollectDueJob } from '../../src/collection/index.js';
import { query } from '../../src/platform/index.js';
import { json, misbehaviour, serving, SourceServer, TestApp } from '../support/index.js';

const hourMs = 3_600_000;
const fields = 'id name collector settings interval enabled isStale attention collectedUntil';

describe('data sources', () => {
  let app: TestApp;
  let server: SourceServer;
  beforeAll(async () => {
    app = await TestApp.start();
    await app.work();
  });
  beforeEach(async () => {
    server = await SourceServer.start(serving(() => '0.5', { gpus: ['0', '1'] }));
    await app.db.query('TRUNCATE usage_sample, usage_hour, usage_day');
    await app.db.query('DELETE FROM data_source');
  });
  afterEach(() => server.stop());
  afterAll(() => app.stop());

  const settings = (more: Record<string, unknown> = {}) => ({
    url: server.url,
    step: 'PT1H',
    firstReach: 'P2D',
    queries: [{ query: 'gpu_active', metric: 'GPU_UTILIZATION', resourceId: '{Hostname}/{gpu}' }],
    ...more,
  });

  async function create(input: Record<string, unknown> = {}) {
    const { dataSourceCreate } = await app.data(
      `mutation ($input: DataSourceCreateInput!) { dataSourceCreate(input: $input) { dataSource { ${fields} } userErrors { code message field } } }`,
      { input: { name: 'gpus', collector: 'prometheus', settings: settings(), ...input } },
    );
    return dataSourceCreate;
  }

  async function mutate(name: string, args: string, returns: string) {
    const answer = await app.data(`mutation { ${name}(${args}) { ${returns} userErrors { code message field } } }`);
    return answer[name];
  }

  const source = async (id: string) =>
    (await app.data(`query ($id: ID!) { dataSource(id: $id) { ${fields} nextRunAt runs { nodes {
      id status failure needsAttention period { start end } collectedUntil usageSampleCount callCount cost { amount currency } warnings refused { reason count } finishedAt } } } }`, { id })).dataSource;

  /** The source once none of its runs waits or is under way. */
  async function settled(id: string) {
    for (;;) {
      const found = await source(id);
      const isSettled = found.runs.nodes.every(({ status }: { status: string }) => status === 'SUCCEEDED' || status === 'FAILED');
      // A source and its runs are two reads, and a run may end between them.
      if (isSettled) return source(id);
    }
  }

  it('are collected from the moment they are made, as far back as they say', async () => {
    const { dataSource, userErrors } = await create();
    expect(userErrors).toEqual([]);
    const { runs, collectedUntil, isStale, attention } = await settled(dataSource.id);
    expect(runs.nodes).toMatchObject([{ status: 'SUCCEEDED', failure: null, usageSampleCount: 96, callCount: 1, cost: { amount: '0', currency: 'USD' } }]);
    expect([isStale, attention]).toEqual([false, null]);
    const [period] = runs.nodes.map((run: { period: { start: string; end: string } }) => run.period);
    expect(period.end).toBe(collectedUntil);
    expect(Date.parse(period.end) - Date.parse(period.start)).toBe(48 * hourMs);
    expect(Date.now() - Date.parse(period.end)).toBeLessThan(hourMs + 3 * 60_000);
  });

  it('are read again from before where they are collected, on their schedule, and nothing is doubled', async () => {
    const { dataSource } = await create();
    await settled(dataSource.id);
    server.answer(serving(() => '0.75', { gpus: ['0', '1'] }));
    await query(app.db, sql`UPDATE data_source SET next_run_at = now()`);
    await app.app.get(CollectDueJob).handle();
    const { runs } = await settled(dataSource.id);
    // Two hours of overlap of two series.
    expect(runs.nodes.map(({ usageSampleCount }: { usageSampleCount: number }) => usageSampleCount)).toEqual([4, 96]);
    const stored = await query(app.db, sql`SELECT sample.value, count(*)::int AS "count" FROM usage_sample AS sample GROUP BY 1 ORDER BY 1`);
    expect(stored).toEqual([{ value: 0.5, count: 92 }, { value: 0.75, count: 4 }]);
  });

  it('are not due while they are, and are due once across workers', async () => {
    const { dataSource } = await create();
    await settled(dataSource.id);
    await app.app.get(CollectDueJob).handle();
    expect((await source(dataSource.id)).runs.nodes.length).toBe(1);
    await query(app.db, sql`UPDATE data_source SET next_run_at = now()`);
    await Promise.all([1, 2, 3, 4].map(() => app.app.get(CollectDueJob).handle()));
    expect((await settled(dataSource.id)).runs.nodes.length).toBe(2);
  });

  it('collect a period again that somebody asks for', async () => {
    const { dataSource } = await create();
    const { collectedUntil } = await settled(dataSource.id);
    const end = new Date(Date.parse(collectedUntil) - 24 * hourMs).toISOString();
    const start = new Date(Date.parse(end) - 12 * hourMs).toISOString();
    const { run, userErrors } = await mutate('dataSourceCollect', `id: "${dataSource.id}", period: { start: "${start}", end: "${end}" }`, 'run { id status dataSource { name } }');
    expect(userErrors).toEqual([]);
    expect(run).toMatchObject({ status: 'QUEUED', dataSource: { name: 'gpus' } });
    const after = await settled(dataSource.id);
    expect(after.runs.nodes.find(({ id }: { id: string }) => id === run.id)).toMatchObject({ status: 'SUCCEEDED', usageSampleCount: 24 });
    expect(after.collectedUntil).toBe(collectedUntil);
    const future = await mutate('dataSourceCollect', `id: "${dataSource.id}", period: { start: "2100-01-01T00:00:00Z", end: "2100-01-02T00:00:00Z" }`, 'run { id }');
    expect(future.userErrors).toMatchObject([{ code: 'INVALID', field: ['period', 'start'] }]);
  });

  it('that cannot be read stay where they are, and are tried again after a wait that grows', async () => {
    server.answer(misbehaviour.refuse(401));
    server.answer(misbehaviour.refuse(429, { 'retry-after': '3600' }));
    const { dataSource } = await create();
    const { runs, collectedUntil, attention, nextRunAt } = await settled(dataSource.id);
    expect(runs.nodes).toMatchObject([{ status: 'FAILED', needsAttention: false, usageSampleCount: 0, callCount: 1 }]);
    expect(runs.nodes[0].failure).toMatch(/^http:\/\/127\.0\.0\.1:\d+ answered 429: too many requests$/);
    expect([collectedUntil, attention]).toEqual([null, null]);
    // The source asked for an hour.
    expect(Date.parse(nextRunAt) - Date.now()).toBeGreaterThan(hourMs - 60_000);
  });

  it('that refuse their credentials need attention, and are not tried in a loop', async () => {
    server.answer(misbehaviour.refuse(403));
    const { dataSource } = await create({ settings: settings({ bearerToken: 'sesame' }) });
    const failed = await settled(dataSource.id);
    expect(failed.attention).toMatch(/answered 403: the credentials are missing/);
    expect(failed.runs.nodes).toMatchObject([{ status: 'FAILED', needsAttention: true }]);
    expect(Date.parse(failed.nextRunAt) - Date.now()).toBeGreaterThan(23 * hourMs);
    expect(server.requests.length).toBe(1);
    // Settings that are mended are tried at once.
    server.answer(serving(() => '1'));
    const { dataSource: mended } = (await app.data(
      `mutation ($id: ID!, $input: DataSourceUpdateInput!) { dataSourceUpdate(id: $id, input: $input) { dataSource { attention nextRunAt } } }`,
      { id: dataSource.id, input: { settings: settings({ bearerToken: 'open sesame' }) } },
    )).dataSourceUpdate;
    expect(mended.attention).toBeNull();
    expect(Date.parse(mended.nextRunAt)).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('whose answers are partial keep them, and are read again from there', async () => {
    server.answer(serving(() => '0.5', { warnings: ['a store is away'] }));
    const { dataSource } = await create();
    const { runs, collectedUntil } = await settled(dataSource.id);
    expect(runs.nodes).toMatchObject([{ status: 'SUCCEEDED', usageSampleCount: 48, warnings: [expect.stringContaining('a store is away')] }]);
    expect(Date.parse(collectedUntil)).toBe(Date.parse(runs.nodes[0].period.start));
  });

  it('count what they leave out, by its reason', async () => {
    server.answer(serving((seconds) => ((seconds / 3_600) % 2 === 0 ? 'NaN' : '1')));
    const { dataSource } = await create({ mostSeries: 1 });
    const { runs } = await settled(dataSource.id);
    expect(runs.nodes).toMatchObject([{ status: 'SUCCEEDED', usageSampleCount: 24, refused: [{ reason: 'samples that are no number', count: 24 }] }]);
    server.answer(serving(() => '1', { gpus: ['0', '1', '2'] }));
    await query(app.db, sql`UPDATE data_source SET next_run_at = now()`);
    await app.app.get(CollectDueJob).handle();
    expect((await settled(dataSource.id)).runs.nodes[0]).toMatchObject({ status: 'SUCCEEDED', refused: [{ reason: 'series beyond what the source may have', count: 2 }] });
  });

  it('never give their secrets back, and keep them unreadable at rest', async () => {
    const { dataSource } = await create({ settings: settings({ bearerToken: 'sesame-4711' }) });
    expect(dataSource.settings).toEqual(settings());
    expect(server.requests.length === 0 || server.requests[0]!.headers.authorization === 'Bearer sesame-4711').toBe(true);
    await settled(dataSource.id);
    expect(server.requests[0]!.headers.authorization).toBe('Bearer sesame-4711');
    const stored = await query<{ row: string }>(app.db, sql`SELECT source::text || encode(source.secrets, 'escape') AS "row" FROM data_source AS source`);
    expect(stored[0]!.row).not.toContain('sesame');
    const jobs = await query<{ job: string }>(app.db, sql`SELECT job::text AS "job" FROM pgboss.job AS job`);
    expect(jobs.map(({ job }) => job).join()).not.toContain('sesame');
  });

  it('keep a secret that an update leaves out, unless calls would go elsewhere', async () => {
    const { dataSource } = await create({ settings: settings({ bearerToken: 'sesame-4711' }) });
    await settled(dataSource.id);
    const update = async (changed: Record<string, unknown>) =>
      (await app.data(`mutation ($id: ID!, $input: DataSourceUpdateInput!) { dataSourceUpdate(id: $id, input: $input) { dataSource { settings } userErrors { code message field } } }`, {
        id: dataSource.id,
        input: { settings: settings(changed) },
      })).dataSourceUpdate;
    expect((await update({ firstReach: 'P3D' })).dataSource.settings).toEqual(settings({ firstReach: 'P3D' }));
    await app.app.get(CollectDueJob).handle();
    await settled(dataSource.id);
    expect(server.requests.at(-1)!.headers.authorization).toBe('Bearer sesame-4711');
    expect((await update({ url: 'http://127.0.0.1:9' })).userErrors).toEqual([
      { code: 'INVALID', field: ['settings', 'bearerToken'], message: 'setting "url" leads elsewhere now: give "bearerToken" anew, as it would be sent there' },
    ]);
    expect((await update({ url: 'http://127.0.0.1:9', bearerToken: 'another' })).userErrors).toEqual([]);
  });

  it('are refused for what their settings lack, by its name', async () => {
    const refused = async (input: Record<string, unknown>) => (await create(input)).userErrors[0];
    expect(await refused({ settings: { ...settings(), colour: 'red' } })).toMatchObject({ code: 'INVALID', field: ['settings', 'colour'], message: expect.stringContaining('prometheus has no setting "colour"') });
    expect(await refused({ settings: { url: server.url } })).toMatchObject({ field: ['settings', 'presets'], message: 'prometheus needs something to ask for: name "presets", or give "queries"' });
    expect(await refused({ settings: settings({ url: 'prometheus:9090' }) })).toMatchObject({ field: ['settings', 'url'], message: 'setting "url" of prometheus needs the form ^https?://, got "prometheus:9090"' });
    expect(await refused({ settings: settings({ queries: [{ query: 'up', metric: 'UP', resourceId: '{job}' }] }) })).toMatchObject({ field: ['settings', 'queries', '0', 'metric'] });
    expect(await refused({ settings: settings({ step: 'PT7M' }) })).toMatchObject({ field: ['settings', 'step'], message: expect.stringContaining('got "PT7M"') });
    expect(await refused({ collector: 'promtheus' })).toMatchObject({ code: 'UNKNOWN_PLUGIN', field: ['collector'], message: expect.stringContaining('there is no collector "promtheus"') });
    expect(await refused({ collector: 'usage-csv', settings: { file: '/etc/passwd' } })).toMatchObject({ code: 'INVALID', field: ['collector'] });
    expect(await refused({ interval: 'PT5S' })).toMatchObject({ field: ['interval'], message: 'interval needs an ISO 8601 duration from PT1M to P31D, got "PT5S"' });
    expect(await refused({ interval: 'hourly' })).toMatchObject({ field: ['interval'] });
    expect(await refused({ name: ' ' })).toMatchObject({ field: ['name'] });
    expect((await create()).userErrors).toEqual([]);
    expect(await refused({})).toEqual({ code: 'CONFLICT', field: ['name'], message: 'there is a source "gpus" already' });
  });

  it('can be tried before they are made, and say what does not answer', async () => {
    server.answer(json({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '1'] }] } }));
    const test = async (input: Record<string, unknown>) =>
      (await app.data(`mutation ($input: DataSourceTestInput!) { dataSourceTest(input: $input) { answer userErrors { code message field } } }`, { input })).dataSourceTest;
    expect(await test({ collector: 'prometheus', settings: settings() })).toMatchObject({ answer: expect.stringContaining('answers with series of now: 1 of own queries'), userErrors: [] });
    server.answer(misbehaviour.refuse(401));
    expect(await test({ collector: 'prometheus', settings: settings() })).toMatchObject({ answer: null, userErrors: [{ code: 'INVALID', field: ['settings'], message: expect.stringContaining('answered 401') }] });
    expect(await test({ collector: 'usage-csv', settings: {} })).toMatchObject({ userErrors: [{ field: ['collector'] }] });
    expect(await test({})).toMatchObject({ userErrors: [{ field: ['collector'] }] });
  });

  it('are stale when what they collected is too old, which is said and takes nothing out of service', async () => {
    const { dataSource } = await create();
    await settled(dataSource.id);
    const ready = async () => (await fetch(`${app.url}/health/ready`)).json();
    expect(await ready()).toEqual({ status: 'ready', staleSources: 0 });
    await query(app.db, sql`UPDATE data_source SET stale_at = now() - interval '1 second'`);
    expect((await source(dataSource.id)).isStale).toBe(true);
    expect(await ready()).toEqual({ status: 'ready', staleSources: 1 });
    await mutate('dataSourceUpdate', `id: "${dataSource.id}", input: { enabled: false }`, 'dataSource { id }');
    expect(await source(dataSource.id)).toMatchObject({ isStale: false, nextRunAt: null });
  });

  it('go with everything that came from them', async () => {
    const { dataSource } = await create();
    await settled(dataSource.id);
    expect(await mutate('dataSourceDelete', `id: "${dataSource.id}"`, 'deletedDataSourceId')).toEqual({ deletedDataSourceId: dataSource.id, userErrors: [] });
    const [left] = await query(app.db, sql`SELECT (SELECT count(*)::int FROM usage_sample) AS "samples", (SELECT count(*)::int FROM usage_hour) AS "hours", (SELECT count(*)::int FROM usage_day) AS "days", (SELECT count(*)::int FROM collection_run) AS "runs"`);
    expect(left).toEqual({ samples: 0, hours: 0, days: 0, runs: 0 });
    expect(await mutate('dataSourceDelete', `id: "${dataSource.id}"`, 'deletedDataSourceId')).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('with secrets are refused where there is no key to keep them with', async () => {
    const keyless = await TestApp.start({ secretKey: null });
    try {
      const { dataSourceCreate } = await keyless.data(
        `mutation ($input: DataSourceCreateInput!) { dataSourceCreate(input: $input) { dataSource { id } userErrors { code message field } } }`,
        { input: { name: 'gpus', collector: 'prometheus', settings: settings({ bearerToken: 'sesame' }) } },
      );
      expect(dataSourceCreate).toMatchObject({ dataSource: null, userErrors: [{ code: 'INVALID', field: ['settings'], message: expect.stringContaining('set HEADROOM_SECRET_KEY') }] });
    } finally {
      await keyless.stop();
    }
  });

  it('name the settings that each collector takes', async () => {
    const { plugins } = await app.data(`{ plugins(kind: COLLECTOR) { name settingsSchema } }`);
    const { settingsSchema } = plugins.find(({ name }: { name: string }) => name === 'prometheus');
    expect(settingsSchema.properties.bearerToken).toMatchObject({ type: 'string', writeOnly: true });
    expect(plugins.every((plugin: { settingsSchema: unknown }) => plugin.settingsSchema !== null)).toBe(true);
  });
});
