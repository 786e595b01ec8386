import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql, { type Sql } from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { exact, focusCsv, headroom, TestApp, totals } from '../support/index.js';

/** Many rows of one account and month, and what they are billed. */
function bill(cost: string, rows: number): string {
  const [header, line] = focusCsv([{ BilledCost: cost, ResourceId: 'i-RESOURCE' }]).split('\n') as [string, string];
  return `${header}\n${Array.from({ length: rows }, (_, index) => line.replace('RESOURCE', `${index % 500}`)).join('\n')}\n`;
}

describe('an import that is killed', () => {
  let app: TestApp;
  let directory: string;
  const rows = 15_000;
  const states = { old: { USD: '2.5' }, new: { USD: exact(`${rows * 0.25}`) } };
  let restated: string;

  beforeAll(async () => {
    app = await TestApp.start();
    directory = await mkdtemp(join(tmpdir(), 'headroom-killed-'));
    restated = join(directory, 'restated.csv');
    await writeFile(restated, bill('0.25', rows));
    await app.importFocus([await app.file('old.csv', bill('0.25', 10))]);
  });
  afterAll(async () => {
    await app.stop();
    await rm(directory, { recursive: true });
  });

  const isTrue = async (condition: Sql) => (await query<{ holds: boolean }>(app.db, sql`SELECT (${condition}) AS "holds"`))[0]!.holds;
  /** A statement of another process on this database that is under way. */
  const underWay = (statement: string) =>
    sql`EXISTS (SELECT FROM pg_stat_activity AS activity
                 WHERE activity.datname = current_database() AND activity.pid <> pg_backend_pid()
                   AND activity.state <> 'idle' AND activity.query LIKE ${statement})`;
  const copied = (share: number) =>
    sql`coalesce((SELECT max(progress.tuples_processed) FROM pg_stat_progress_copy AS progress
                   WHERE progress.datname = current_database()), 0) >= ${Math.floor(share * 10_000)}`;

  // Moments in the order in which an import comes to them; some of them at random.
  it.each([
    ['when its first rows arrive', () => underWay('COPY charge%')],
    ['after some of its rows', () => copied(Math.random())],
    ['while it is adding up what it stored', () => underWay('%INTO charge_load_total%')],
    ['while it is noting its resources', () => underWay('%INTO resource%')],
  ])('leaves the old numbers or the new, never half, %s', async (_, moment) => {
    await app.db.query('TRUNCATE charge, charge_load, charge_load_total, collection_run');
    await app.importFocus([await app.file('old.csv', bill('0.25', 10))]);
    const { child, exit } = headroom(['import', 'focus', restated], { databaseUrl: app.databaseUrl });
    let hasEnded = false;
    void exit.then(() => (hasEnded = true));
    const condition = moment();
    // Moments of a millisecond can be missed; then it is killed when it is done, or not at all.
    while (!hasEnded && !(await isTrue(condition)));
    child.kill('SIGKILL');
    const { code } = await exit;

    const billed = await totals(app);
    expect([states.old, states.new]).toContainEqual(billed);
    if (code === 0) expect(billed).toEqual(states.new);
    const [left] = await query(
      app.db,
      sql`SELECT (SELECT sum(load.charge_count)::int FROM charge_load AS load) AS "declared", (SELECT count(*)::int FROM charge) AS "stored",
                 (SELECT count(*)::int FROM collection_run) AS "runs"`,
    );
    const isNew = billed['USD'] === states.new.USD;
    expect(left).toEqual(isNew ? { declared: 10 + rows, stored: 10 + rows, runs: 2 } : { declared: 10, stored: 10, runs: 1 });
  });

  it('is made up for by importing again', async () => {
    await app.importFocus([restated]);
    expect(await totals(app)).toEqual(states.new);
  });
});

describe('an import that is interrupted', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    await app.importFocus([await app.file('old.csv', bill('0.25', 10))]);
  });
  afterAll(() => app.stop());

  it('by Ctrl-C says that nothing was changed, and nothing was', async () => {
    const file = await app.file('new.csv', bill('0.5', 20_000));
    const { child, exit } = headroom(['import', 'focus', file], { databaseUrl: app.databaseUrl });
    let hasEnded = false;
    void exit.then(() => (hasEnded = true));
    const isCopying = sql`SELECT FROM pg_stat_progress_copy AS progress WHERE progress.datname = current_database()`;
    while (!hasEnded && (await query(app.db, isCopying)).length === 0);
    child.kill('SIGINT');
    expect(await exit).toEqual({ code: 1, stdout: '', stderr: 'headroom: interrupted: nothing was changed\n' });
    expect(await totals(app)).toEqual({ USD: '2.5' });
  });

  it('by the loss of its connection says so, and leaves the old numbers', async () => {
    const file = await app.file('new.csv', bill('0.5', 60_000));
    const { exit } = headroom(['import', 'focus', file], { databaseUrl: app.databaseUrl });
    let hasEnded = false;
    void exit.then(() => (hasEnded = true));
    const cut = sql`SELECT pg_terminate_backend(progress.pid) FROM pg_stat_progress_copy AS progress WHERE progress.datname = current_database()`;
    while (!hasEnded && (await query(app.db, cut)).length === 0);
    expect(await exit).toEqual({
      code: 1,
      stdout: '',
      stderr: 'headroom: the connection to the database was lost: do this again, which changes nothing should it be stored already\n',
    });
    expect(await totals(app)).toEqual({ USD: '2.5' });
  });
});
