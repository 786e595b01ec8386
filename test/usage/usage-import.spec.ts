import sql from 'sql-template-tag';
import { gzipSync } from 'node:zlib';
import { administrator } from '../../src/access/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { query } from '../../src/platform/index.js';
import { TestApp } from '../support/index.js';

const header = 'timestamp,resource,metric,value';
const csv = (...lines: string[]) => `${[header, ...lines].join('\n')}\n`;

describe('an import of utilization', () => {
  let app: TestApp;
  let files = 0;
  const load = async (content: string | Buffer, options: { source?: string; provider?: string } = {}) =>
    app.importUsage(await app.file(`usage-${(files += 1)}.csv`, content), options);
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  /** One resource as the API shows it, with a metric hour by hour. */
  const resource = async (name: string, { metric = 'GPU_REQUESTED', day = '2026-03-01', granularity = 'HOUR', statistic = 'MEAN' } = {}) => {
    const end = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString();
    const { resources } = await app.data(
      `query ($name: String!, $metric: UsageMetric!, $period: PeriodInput!, $granularity: Granularity!, $statistic: UsageStatistic!) {
         resources(filter: { nameContains: $name }) { nodes { resourceId providerName firstSeenAt lastSeenAt
           usage(metric: $metric, period: $period, granularity: $granularity, statistic: $statistic) { unit points { period { start } value } } } } }`,
      { name, metric, granularity, statistic, period: { start: `${day}T00:00:00Z`, end } },
    );
    expect(resources.nodes).toHaveLength(1);
    return resources.nodes[0];
  };
  const values = async (name: string, options = {}): Promise<(number | null)[]> =>
    (await resource(name, options)).usage.points.map(({ value }: { value: number | null }) => value);
  const stored = () =>
    query(
      app.db,
      sql`SELECT (SELECT count(*)::int FROM usage_sample) AS "samples", (SELECT count(*)::int FROM usage_series) AS "series",
                 (SELECT count(*)::int FROM resource) AS "resources"`,
    );

  it('keeps gaps as gaps: a row that is not there, an empty value, NULL; and zero as zero', async () => {
    const report = await load(
      csv(
        '2026-03-01T00:00:00Z,gaps,GPU_REQUESTED,4',
        '2026-03-01T01:00:00Z,gaps,GPU_REQUESTED,',
        '2026-03-01T02:00:00Z,gaps,GPU_REQUESTED,NULL',
        '2026-03-01T04:00:00Z,gaps,GPU_REQUESTED,0',
        '2026-03-01T05:00:00Z,gaps,GPU_REQUESTED,0.125',
        '2026-03-01T23:59:59.999Z,gaps,GPU_REQUESTED,1e2',
      ),
    );
    expect(report).toMatchObject({ usageSampleCount: 4, usageSeriesCount: 1, chargeCount: 0, isChanged: true, periods: [] });
    // Hours 0 to 23; the last sample is of the last one.
    expect(await values('gaps')).toEqual([4, null, null, null, 0, 0.125, ...Array.from({ length: 17 }, () => null), 100]);
    expect(await values('gaps', { granularity: 'DAY', statistic: 'MAXIMUM' })).toEqual([100]);
    // (4 + 0 + 0.125 + 100) / 4: what is missing is in no mean.
    expect(await values('gaps', { granularity: 'DAY' })).toEqual([26.03125]);
    expect(await values('gaps', { granularity: 'DAY', day: '2026-03-02' })).toEqual([null]);
  });

  it('makes known what it saw, from when to when, in the unit of its metric', async () => {
    await load(
      csv('2026-03-03T10:00:00Z,volume-1,STORAGE,10', '2026-03-01T08:30:00Z,volume-1,STORAGE,8', '2026-03-02T00:00:00+02:00,volume-1,STORAGE_INODES,7'),
      { provider: 'AWS' },
    );
    expect(await resource('volume-1', { metric: 'STORAGE' })).toMatchObject({
      resourceId: 'volume-1', providerName: 'AWS', firstSeenAt: '2026-03-01T08:30:00Z', lastSeenAt: '2026-03-03T10:00:00Z', usage: { unit: 'GiB' },
    });
    // Midnight in Helsinki is ten in the evening before.
    expect((await values('volume-1', { metric: 'STORAGE_INODES' }))[22]).toBe(7);
  });

  it('changes nothing when it comes again, in another order, doubled or packed', async () => {
    const lines = Array.from({ length: 48 }, (_, hour) => `2026-03-0${hour < 24 ? 1 : 2}T${String(hour % 24).padStart(2, '0')}:00:00Z,again,CPU,${hour}.5`);
    expect(await load(csv(...lines))).toMatchObject({ isChanged: true, usageSampleCount: 48 });
    const before = { stored: await stored(), values: await values('again', { metric: 'CPU' }) };
    for (const content of [csv(...lines), csv(...lines.toReversed()), csv(...lines, ...lines), gzipSync(csv(...lines)), csv(...lines.slice(30))]) {
      expect(await load(content)).toMatchObject({ isChanged: false });
      expect({ stored: await stored(), values: await values('again', { metric: 'CPU' }) }).toEqual(before);
    }
  });

  it('overwrites what it brings anew, and nothing else of the series', async () => {
    await load(csv('2026-03-01T00:00:00Z,late,CPU,1', '2026-03-01T01:00:00Z,late,CPU,2', '2026-03-01T02:00:00Z,late,CPU,3'));
    const report = await load(csv('2026-03-01T01:00:00Z,late,CPU,20', '2026-03-01T02:00:00Z,late,CPU,', '2026-03-01T03:00:00Z,late,CPU,4'));
    expect(report).toMatchObject({ isChanged: true, usageSampleCount: 2 });
    // The empty value is no observation: it does not take back the one there was.
    expect((await values('late', { metric: 'CPU' })).slice(0, 5)).toEqual([1, 20, 3, 4, null]);
  });

  it('is a run of its source, with the period it observed', async () => {
    await load(csv('2026-03-05T03:00:00Z,run,CPU,1', '2026-03-04T00:00:00Z,run,CPU,2'), { source: 'cluster' });
    await load(csv('2026-03-05T03:00:00Z,run,CPU,', '2026-03-04T00:00:00Z,run,CPU,NULL'), { source: 'nothing but gaps' });
    const { dataSources } = await app.data(`{ dataSources { nodes { name collector collectedUntil runs { nodes { status usageSampleCount period { start end } } } } } }`);
    const named = (name: string) => dataSources.nodes.find((source: { name: string }) => source.name === name);
    expect(named('cluster')).toEqual({
      name: 'cluster',
      collector: 'usage-csv',
      collectedUntil: '2026-03-05T03:00:00Z',
      runs: { nodes: [{ status: 'SUCCEEDED', usageSampleCount: 2, period: { start: '2026-03-04T00:00:00Z', end: '2026-03-05T03:00:00Z' } }] },
    });
    expect(named('nothing but gaps')).toMatchObject({ collectedUntil: null, runs: { nodes: [{ status: 'SUCCEEDED', usageSampleCount: 0, period: null }] } });
  });

  it('is forecast over a gap that is not taken for idleness', async () => {
    // Ten GPUs at every hour of 40 days but for a day and a half, in which nobody looked.
    const hours = Array.from({ length: 40 * 24 }, (_, hour) => hour).filter((hour) => hour < 20 * 24 || hour >= 21.5 * 24);
    await load(csv(...hours.map((hour) => `${new Date(Date.UTC(2026, 2, 1, hour)).toISOString()},steady,GPU_ALLOCATED,10`)));
    await app.app.get(Forecaster).forecastUsage(administrator);
    const { resources } = await app.data(
      `{ resources(filter: { nameContains: "steady" }) { nodes { forecast(metric: GPU_ALLOCATED) { origin points { mean } } } } }`,
    );
    const { origin, points } = resources.nodes[0].forecast as { origin: string; points: { mean: number }[] };
    expect(origin).toBe('2026-04-10T00:00:00Z');
    for (const { mean } of points) expect(mean).toBeCloseTo(10, 6);
  });

  it('is refused whole when one instant is given two values', async () => {
    const before = await stored();
    await expect(
      load(csv('2026-03-01T00:00:00Z,torn,GPU_REQUESTED,1', '2026-03-01T01:00:00Z,torn,GPU_REQUESTED,2', '2026-03-01T02:00:00+01:00,torn,GPU_REQUESTED,3')),
    ).rejects.toThrow('GPU_REQUESTED of "torn" at 2026-03-01T01:00:00.000Z is given two values, 2 and 3');
    expect(await stored()).toEqual(before);
  });

  // 3000 good rows come before the one that is wrong, so the wrong one stands on line 3002.
  const good = Array.from({ length: 3000 }, (_, index) => `2026-03-01T00:00:00Z,good-${index % 50},CPU,1`);
  it.each([
    ['value', '-1'], ['value', '-0.0001'], ['value', 'NaN'], ['value', 'nan'], ['value', 'Infinity'], ['value', '+Inf'], ['value', '1e400'],
    ['value', '"12,5"'], ['value', '0x1F'], ['value', '0b11'], ['value', '1_000'], ['value', '12 GiB'], ['value', '.'], ['value', '1e'],
    ['metric', 'FREQUENCY'], ['metric', ''], ['metric', 'cpu'], ['metric', 'toString'], ['metric', '__proto__'], ['metric', 'constructor'],
    ['timestamp', '2026-03-01T00:00:00'], ['timestamp', '2026-03-01'], ['timestamp', '2026-03-01 00:00:00Z'], ['timestamp', '1772323200'],
    ['timestamp', '2026-02-30T00:00:00Z'], ['timestamp', '2026-13-01T00:00:00Z'], ['timestamp', '2026-03-01T25:00:00Z'], ['timestamp', ''],
    ['timestamp', '0001-01-01T00:00:00Z'], ['timestamp', '1970-01-01T00:00:00Z'], ['timestamp', '9999-01-01T00:00:00Z'],
    ['resource', ''],
  ])('is refused whole for a %s of "%s", with line and column', async (column, text) => {
    const before = await stored();
    const row = { timestamp: '2026-03-01T00:00:00Z', resource: 'wrong', metric: 'CPU', value: '1', [column]: text };
    await expect(load(csv(...good, Object.values(row).join(',')))).rejects.toThrow(new RegExp(`, line 3002, column ${column}: needs `));
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['lacks a column', 'timestamp,resource,value\n2026-03-01T00:00:00Z,a,1\n', ', line 1, column metric: is missing'],
    ['is cut off', csv('2026-03-01T00:00:00Z,a,CPU,1', '2026-03-01T01:00:00Z,a').trimEnd(), ', line 3, column metric: has 2 columns, and the header has 4'],
    ['is empty', '', ': is empty'],
    ['has a header only', csv(), ': has a header and no rows'],
    ['is gzip that is cut off', gzipSync(csv(...good)).subarray(0, 100), ': its gzip data is damaged or cut off'],
    ['is not UTF-8', Buffer.from(csv('2026-03-01T00:00:00Z,Gerät,CPU,1'), 'latin1'), ', line 2, column resource: is not UTF-8'],
  ])('is refused whole when its file %s', async (_, content, reason) => {
    const before = await stored();
    await expect(load(content)).rejects.toThrow(reason);
    expect(await stored()).toEqual(before);
  });

  it('reads columns in any order and case, and leaves others alone', async () => {
    await load('Value,note,RESOURCE,Metric,TimeStamp\n3,"a, b",ordered,MEMORY,2026-03-01T00:00:00Z\n');
    expect((await values('ordered', { metric: 'MEMORY' }))[0]).toBe(3);
  });
});
