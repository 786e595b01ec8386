import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forecastsMeasurement } from './forecasts.js';
import { foldsOf, readSets } from './forecast-sets.js';
import type { BenchOptions, Finding } from './measurement.js';

const week = [10, 12, 13, 12, 11, 4, 3];
const weekly = (level: number, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => (level + week[(from + i) % 7]! + Math.sin((from + i) ** 2)).toFixed(3));

/** Each measurement starts a dozen processes. */
const longestMs = 180_000;

describe('the measurement of forecasts', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headroom-sets-'));
    const series = [['a', 20], ['"b, quoted"', 50], ['c', 100]] as const;
    await writeFile(join(folder, 'datasets.json'), JSON.stringify({ mine: { m: 7, h: 14 }, short: { m: 12, h: 30 } }));
    await writeFile(join(folder, 'mine-train.csv'), series.map(([id, level]) => `${id},${weekly(level, 0, 84).join(',')}\n`).join(''));
    await writeFile(join(folder, 'mine-test.csv'), series.map(([id, level]) => `${id},${weekly(level, 84, 98).join(',')}\n`).join(''));
    await writeFile(join(folder, 'short-train.csv'), `d,${weekly(5, 0, 40).join(',')}\n`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const measure = (options: Partial<BenchOptions>): Promise<Finding> =>
    forecastsMeasurement.measure({ rows: 8, rounds: 1, data: folder, part: 'training', onProgress: () => undefined, signal: new AbortController().signal, ...options });
  const figure = ({ figures }: Finding, name: string): number => figures.find((one) => one.name === name)!.rounds[0]!;

  it('scores the test part of a folder of one’s own by the real command', async () => {
    const finding = await measure({ part: 'test', set: 'mine' });
    // A season that is far from naive, forecast well.
    expect(figure(finding, 'mine, test part: OWA')).toBeLessThan(0.6);
    expect(figure(finding, 'mine, test part: coverage of 95 %')).toBeGreaterThan(80);
    expect(figure(finding, 'mine, test part: speed per core')).toBeGreaterThan(1);
    expect(finding.tables![0]!.rows).toHaveLength(1);
  }, longestMs);

  it('holds back the end of the training parts, and does not need the test parts for it', async () => {
    await rm(join(folder, 'mine-test.csv'));
    const { tables } = await measure({ set: 'mine' });
    expect(tables![0]!.rows.map(([set, fold, series]) => `${set}: ${fold}, ${series}`)).toEqual([
      'mine: last horizon, 3',
      'mine: ½ horizon earlier, 3',
      'mine: 1½ horizons earlier, 3',
      'mine: 3 horizons earlier, 3',
    ]);
    expect((await measure({ set: 'short' })).notes).toEqual(['Skipped: short, whose series are too short to hold anything back.']);
  }, longestMs);

  it('times the command on more and on longer series', async () => {
    const finding = await measure({ set: 'daily' });
    expect(figure(finding, 'all daily series by the command')).toBeGreaterThan(0);
    expect(figure(finding, 'its peak memory')).toBeGreaterThan(50);
    expect(finding.tables!.at(-1)!.rows.map(([series, days]) => [series, days])).toEqual([
      ['1', '730'], ['2', '730'], ['6', '730'], ['8', '730'], ['1', '180'], ['1', '365'], ['1', '1,460'],
    ]);
  }, longestMs);

  it('cuts each fold so that the held back follows what is learnt from', async () => {
    const [mine] = await readSets(folder, 'training', 'mine');
    const [last, half] = foldsOf(mine!);
    const whole = mine!.training.get('a')!;
    expect([...last!.series[0]!.training, ...last!.series[0]!.actuals]).toEqual([...whole]);
    expect(last!.series[0]!.actuals).toHaveLength(14);
    expect([...half!.series[0]!.training, ...half!.series[0]!.actuals]).toEqual([...whole.subarray(0, 77)]);
  });

  it('refuses a folder without sets, and a set that is not there', async () => {
    await expect(readSets(join(folder, 'nowhere'), 'training')).rejects.toThrow(/nowhere needs a datasets\.json such as/);
    await expect(readSets(folder, 'training', 'yours')).rejects.toThrow(/has no set "yours", and has mine, short$/);
  });
});
