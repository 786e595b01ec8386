import type { ChildProcess } from 'node:child_process';
import sql, { type Sql } from 'sql-template-tag';
import { CollectDueJob } from '../../src/collection/index.js';
import { query, queryOne } from '../../src/platform/index.js';
import { headroom, serving, SourceServer, TestApp, testSecretKey } from '../support/index.js';

/** How often a worker is killed; more of it takes longer and finds more. */
const kills = Number(process.env['HEADROOM_TEST_KILLS'] ?? 4);
const gpus = Array.from({ length: 20 }, (_, gpu) => `${gpu}`);
const period = { start: '2026-08-01T00:00:00Z', end: '2026-08-29T00:00:00Z' };
/** A source stores seven days of such steps at once. */
const samplesOfStep = gpus.length * 7 * 96;

/** A worker in a process of its own. */
class Worker {
  private constructor(
    private readonly child: ChildProcess,
    private readonly exit: Promise<unknown>,
  ) {}

  static async start(databaseUrl: string): Promise<Worker> {
    const { child, exit } = headroom(['start'], { databaseUrl, env: { ROLE: 'worker', PORT: '0', HEADROOM_SECRET_KEY: testSecretKey } });
    let said = '';
    const ready = new Promise<void>((resolve) => child.stdout!.on('data', (text: string) => /^Working/m.test((said += text)) && resolve()));
    await Promise.race([ready, exit.then((end) => Promise.reject(new Error(JSON.stringify(end))))]);
    return new Worker(child, exit);
  }

  async end(signal: NodeJS.Signals): Promise<number> {
    const startedAt = performance.now();
    this.child.kill(signal);
    await this.exit;
    return performance.now() - startedAt;
  }
}

describe('a collection by two workers', () => {
  let app: TestApp;
  let server: SourceServer;
  let workers: Worker[];
  let sourceId: string;
  let expected: unknown;
  let requestsOfRun: number;

  beforeAll(async () => {
    app = await TestApp.start();
    // So few points at once that a run asks many times, and can be killed between any two.
    server = await SourceServer.start(serving((seconds, gpu) => `${((seconds / 3_600) % 7) + Number(gpu)}`, { gpus, mostPoints: 96 }));
    workers = await Promise.all([Worker.start(app.databaseUrl), Worker.start(app.databaseUrl)]);
    const { dataSourceCreate } = await app.data(
      `mutation ($input: DataSourceCreateInput!) { dataSourceCreate(input: $input) { dataSource { id } userErrors { message } } }`,
      {
        input: {
          name: 'gpus',
          collector: 'prometheus',
          interval: 'P31D',
          settings: { url: server.url, bearerToken: 'sesame', step: 'PT15M', firstReach: 'PT3H', queries: [{ query: 'x', metric: 'GPU_POWER', resourceId: '{gpu}' }] },
        },
      },
    );
    sourceId = dataSourceCreate.dataSource.id;
    await settled();
    const before = server.requests.length;
    await collect();
    await settled();
    requestsOfRun = server.requests.length - before;
    expected = await state();
  }, 120_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
    await server.stop();
    await app.stop();
  }, 60_000);

  async function collect(): Promise<string> {
    const { dataSourceCollect } = await app.data(
      `mutation ($id: ID!, $period: PeriodInput!) { dataSourceCollect(id: $id, period: $period) { run { id } userErrors { message } } }`,
      { id: sourceId, period },
    );
    return dataSourceCollect.run.id.replace('CollectionRun:', '');
  }

  const runs = () => query<{ id: string; status: string; attempts: number }>(app.db, sql`SELECT run.id, run.status, run.attempt_count AS "attempts" FROM collection_run AS run`);
  const run = async (id: string) => (await runs()).find((one) => one.id === id)!;
  async function settled(): Promise<void> {
    while ((await runs()).some(({ status }) => status === 'QUEUED' || status === 'RUNNING'));
  }

  /** All that is stored of the period, in one number a table. */
  const state = () =>
    queryOne(
      app.db,
      sql`SELECT (SELECT jsonb_build_array(count(*), sum(hashtextextended(resource.resource_id || sample.observed_at || sample.value, 0)))
                    FROM usage_sample AS sample JOIN usage_series AS series ON series.id = sample.series_id JOIN resource ON resource.id = series.resource_id
                   WHERE sample.observed_at < ${period.end}) AS "samples",
                 (SELECT jsonb_build_array(count(*), sum(hashtextextended(resource.resource_id || rolled.hour_start || rolled.mean || rolled.p95 || rolled.coverage, 0)))
                    FROM usage_hour AS rolled JOIN usage_series AS series ON series.id = rolled.series_id JOIN resource ON resource.id = series.resource_id
                   WHERE rolled.hour_start < ${period.end}) AS "hours",
                 (SELECT jsonb_build_array(count(*), sum(hashtextextended(resource.resource_id || rolled.day_start || rolled.mean || rolled.maximum || rolled.sample_count, 0)))
                    FROM usage_day AS rolled JOIN usage_series AS series ON series.id = rolled.series_id JOIN resource ON resource.id = series.resource_id
                   WHERE rolled.day_start < ${period.end}) AS "days"`,
    );

  /** What a reader sees at one moment: whole steps, rolled up, or nothing of them. */
  async function readerSees(): Promise<void> {
    const seen = await queryOne<{ samples: number; hours: number; days: number }>(
      app.db,
      sql`SELECT (SELECT count(*)::int FROM usage_sample AS sample WHERE sample.observed_at < ${period.end}) AS "samples",
                 (SELECT count(*)::int FROM usage_hour AS rolled WHERE rolled.hour_start < ${period.end}) AS "hours",
                 (SELECT count(*)::int FROM usage_day AS rolled WHERE rolled.day_start < ${period.end}) AS "days"`,
    );
    const steps = seen.samples / samplesOfStep;
    expect([0, 1, 2, 3, 4]).toContain(steps);
    expect(seen).toEqual({ samples: seen.samples, hours: seen.samples / 4, days: steps * gpus.length * 7 });
  }

  async function forget(): Promise<void> {
    await app.db.query('TRUNCATE usage_sample, usage_hour, usage_day');
  }

  /** Until a lease is over, the worker that held it counts as alive: that time passes here at once. */
  async function passTime(): Promise<void> {
    await query(app.db, sql`UPDATE data_source SET leased_until = leased_until - interval '5 minutes'`);
    await query(app.db, sql`UPDATE collection_run SET started_at = started_at - interval '5 minutes' WHERE status IN ('QUEUED', 'RUNNING')`);
    await app.app.get(CollectDueJob).handle();
  }

  const underWay = async (statement: string) => {
    const [found] = await query(
      app.db,
      sql`SELECT FROM pg_stat_activity AS activity WHERE activity.datname = current_database() AND activity.pid <> pg_backend_pid()
             AND activity.state <> 'idle' AND activity.query LIKE ${statement}`,
    );
    return found !== undefined;
  };
  const stepsStored = async (count: number) => {
    const { isThere } = await queryOne<{ isThere: boolean }>(app.db, sql`SELECT count(*) >= ${count * samplesOfStep} AS "isThere" FROM usage_day AS rolled` satisfies Sql);
    return isThere;
  };

  /** Moments of a run: what is asked for, what is under way in the database, and what is stored already. */
  const moments = Array.from({ length: kills }, (_, index) => {
    const chance = Math.random();
    const kind = index % 4;
    if (kind === 0) return ['while it copies samples', () => underWay('COPY %')] as const;
    if (kind === 1) return ['while it rolls up or moves on', () => underWay(chance < 0.5 ? '%INTO usage_hour%' : '%UPDATE data_source%')] as const;
    if (kind === 2) return ['when a step is stored', () => stepsStored(Math.ceil(chance * 3) / 24)] as const;
    return ['between two questions', (asked: number) => Promise.resolve(asked >= chance * requestsOfRun)] as const;
  });

  it.each(moments)('ends as it does undisturbed when one is killed %s', async (_, moment) => {
    await forget();
    const before = server.requests.length;
    const runId = await collect();
    const isOver = async () => (await run(runId)).status === 'SUCCEEDED';
    while (!(await moment(server.requests.length - before)) && !(await isOver())) await readerSees();
    const [victim] = workers.splice(Math.floor(Math.random() * 2), 1);
    await victim!.end('SIGKILL');
    await readerSees();
    await passTime();
    while (!(await isOver())) await readerSees();
    expect(await state()).toEqual(expected);
    workers.push(await Worker.start(app.databaseUrl));
  }, 60_000);

  it('goes on with the other at once when one is asked to stop', async () => {
    await forget();
    const before = server.requests.length;
    const runId = await collect();
    while (server.requests.length - before < requestsOfRun / 2) await readerSees();
    // Whoever has it: the other is left.
    const [stopped] = workers.splice(0, 1);
    expect(await stopped!.end('SIGTERM')).toBeLessThan(25_000);
    while ((await run(runId)).status !== 'SUCCEEDED') await readerSees();
    expect(await state()).toEqual(expected);
    expect((await run(runId)).attempts).toBe(1);
    workers.push(await Worker.start(app.databaseUrl));
  }, 60_000);
});
