import sql from 'sql-template-tag';
import { administrator } from '../../src/access/index.js';
import { query } from '../../src/platform/index.js';
import { dailyUsage, DropSamplesJob } from '../../src/usage/index.js';
import { TestApp } from '../support/index.js';

const hourMs = 3_600_000;

describe('roll-ups', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.stop());

  const load = async (lines: readonly string[]) => app.importUsage(await app.file('usage.csv', ['timestamp,resource,metric,value', ...lines, ''].join('\n')));
  const at = (ms: number) => new Date(ms).toISOString();
  const start = Date.parse('2026-03-30T00:00:00Z');
  /** Every five minutes of so many hours, over the end of a month, with an outage. */
  const lines = (hours: number, valueOf: (index: number) => number = (index) => (index * 7) % 23) =>
    Array.from({ length: hours * 12 }, (_, index) => index)
      .filter((index) => index < 12 * 30 || index >= 12 * 35.5)
      .map((index) => `${at(start + index * 300_000)},gpu,GPU_POWER,${valueOf(index)}`);

  /** What the samples themselves say, asked the slow and obvious way. */
  const bySamples = (unit: 'hour' | 'day') =>
    query(
      app.db,
      sql`SELECT date_trunc(${unit}, sample.observed_at, 'UTC') AS "start", avg(sample.value) AS "mean", max(sample.value) AS "maximum",
                 percentile_cont(0.95) WITHIN GROUP (ORDER BY sample.value) AS "p95", count(*)::int AS "samples"
            FROM usage_sample AS sample GROUP BY 1 ORDER BY 1`,
    );
  const hours = () =>
    query<{ start: Date; coverage: number }>(
      app.db,
      sql`SELECT rolled.hour_start AS "start", rolled.mean, rolled.maximum, rolled.p95, rolled.sample_count AS "samples" FROM usage_hour AS rolled ORDER BY 1`,
    );
  const days = () =>
    query(app.db, sql`SELECT rolled.day_start AS "start", rolled.mean, rolled.maximum, rolled.p95, rolled.sample_count AS "samples" FROM usage_day AS rolled ORDER BY 1`);

  it('say what the samples say, of each hour and each day', async () => {
    await load(lines(72));
    expect(await hours()).toEqual(await bySamples('hour'));
    expect(await days()).toEqual(await bySamples('day'));
    expect((await hours()).length).toBe(72 - 5);
  });

  it('are made anew for what comes late, out of order, or is changed', async () => {
    const all = lines(72);
    await load(all.filter((_, index) => index % 5 !== 0));
    await load(all.filter((_, index) => index % 5 === 0).toReversed());
    await load([`${at(start + hourMs)},gpu,GPU_POWER,99`]);
    expect(await hours()).toEqual(await bySamples('hour'));
    expect(await days()).toEqual(await bySamples('day'));
  });

  it('say so however a delivery overlaps with what there is, at any hour and in any order', async () => {
    const all = lines(72);
    const parts = [all.slice(100, 330), all.slice(300, 500), all.slice(0, 120).toReversed(), [...all.slice(480, 700), ...all.slice(690, 695)], all.slice(650)];
    for (const part of parts) {
      await load(part);
      expect(await hours()).toEqual(await bySamples('hour'));
      expect(await days()).toEqual(await bySamples('day'));
    }
    const [stored] = await query(app.db, sql`SELECT count(*)::int AS "count" FROM usage_sample`);
    expect(stored).toEqual({ count: all.length });
  });

  it('know how much of their time was observed', async () => {
    await load(lines(72));
    const coverage = await query<{ coverage: number }>(app.db, sql`SELECT rolled.coverage FROM usage_day AS rolled ORDER BY rolled.day_start`);
    // Five hours and a half of the second day are missing.
    expect(coverage.map((day) => Math.round(day.coverage * 48) / 48)).toEqual([1, 37 / 48, 1]);
    const half = await query<{ coverage: number }>(app.db, sql`SELECT rolled.coverage FROM usage_hour AS rolled WHERE rolled.hour_start = ${at(start + 35 * hourMs)}`);
    expect(half).toEqual([{ coverage: 0.5 }]);
  });

  it('stay when the samples are too old to be kept, and answer as before', async () => {
    const old = Date.parse('2024-05-01T00:00:00Z');
    await load([...Array.from({ length: 48 }, (_, hour) => `${at(old + hour * hourMs)},gpu,GPU_POWER,${hour}`), `${at(start)},gpu,GPU_POWER,7`]);
    const asked = `{ resources { nodes { usage(metric: GPU_POWER, period: { start: "2024-05-01T00:00:00Z", end: "2024-05-03T00:00:00Z" }, granularity: HOUR) { points { period { start } value } } } } }`;
    const before = [await app.data(asked), await dailyUsage(app.db, administrator)];
    await app.app.get(DropSamplesJob).handle();
    const [left] = await query(app.db, sql`SELECT count(*)::int AS "samples", to_regclass('usage_sample_2024_05') AS "partition" FROM usage_sample`);
    expect(left).toEqual({ samples: 1, partition: null });
    expect([await app.data(asked), await dailyUsage(app.db, administrator)]).toEqual(before);
    // One that comes late does not stand for all that were there.
    await load([`${at(old + 60_000)},gpu,GPU_POWER,1000`]);
    expect(await dailyUsage(app.db, administrator)).toEqual(before[1]);
  });
});
