import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeDailySeries } from './daily-series.js';
import { readForecasts, runForecast, type CommandRun } from './forecast-command.js';
import { interleave, median, type BenchOptions, type Figure, type Table } from './measurement.js';

const count = new Intl.NumberFormat('en');
const megabyte = 1_000_000;
const seed = 20_261_101;

/** Two years of days, a quarter ahead. */
const days = 730;
const daysAhead = 90;
const otherLengths = [180, 365, 1460];

/** The command on so many daily series. */
interface DailyRun extends CommandRun {
  series: number;
  length: number;
  engineSeconds: number;
}

/** How long the command takes for many series, and how that grows with their number and their length. */
export async function timesOfMany(rows: number, directory: string, { rounds, onProgress, signal }: BenchOptions): Promise<{ figures: Figure[]; growth: Table }> {
  const run = async (series: number, length: number): Promise<DailyRun> => {
    const input = join(directory, `daily-${series}-${length}.csv`);
    if (!existsSync(input)) await writeDailySeries(input, series, length, seed, signal);
    const done = await runForecast(input, { horizon: daysAhead, period: 7, signal });
    const { forecasts, engineSeconds } = await readForecasts(done.output);
    if (forecasts.size !== series) throw new Error(`the command needs to answer for ${series} series, got ${forecasts.size} lines`);
    onProgress(`${count.format(series)} series of ${count.format(length)} days: ${done.seconds.toFixed(1)} s, ${Math.round(done.peakBytes / megabyte)} MB`);
    return { ...done, series, length, engineSeconds };
  };
  const numbers = [0.05, 0.2, 0.8, 1].map((share) => Math.max(1, Math.round(share * rows)));
  const cases = [...numbers.map((series) => [series, days] as const), ...otherLengths.map((length) => [numbers[0]!, length] as const)];
  const runs = Object.values(await interleave(rounds, Object.fromEntries(cases.map(([series, length], i) => [`case ${i}`, () => run(series, length)]))));
  const [, fifth, , all] = runs;
  const figures: Figure[] = [
    { name: 'all daily series by the command', unit: 's', rounds: all!.map(({ seconds }) => seconds), limit: rows === 10_000 ? { atMost: 40 } : undefined },
    { name: 'its peak memory', unit: 'MB', rounds: all!.map((one) => one.peakBytes / megabyte), limit: { atMost: 1000 } },
    {
      name: 'its CPU time per series against that for a fifth of them', unit: '', limit: { atMost: 1.15 },
      rounds: all!.map((one, round) => cpuPerSeries(one) / cpuPerSeries(fifth![round]!)),
    },
  ];
  return { figures, growth: growthTable(runs) };
}

function cpuPerSeries({ cpuSeconds, series }: DailyRun): number {
  return cpuSeconds / series;
}

function growthTable(runs: readonly (readonly DailyRun[])[]): Table {
  const milliseconds = (seconds: number, series: number): string => ((1000 * seconds) / series).toFixed(2);
  return {
    title: `Daily series, ${daysAhead} days ahead`,
    head: ['series>', 'days>', 'seconds>', 'CPU ms per series>', 'of it the engine>', 'peak MB>'],
    rows: runs.map((rounds) => {
      const { series, length } = rounds[0]!;
      const middle = (figure: (run: DailyRun) => number): number => median(rounds.map(figure));
      return [
        count.format(series),
        count.format(length),
        middle(({ seconds }) => seconds).toFixed(1),
        milliseconds(middle(({ cpuSeconds }) => cpuSeconds), series),
        milliseconds(middle(({ engineSeconds }) => engineSeconds), series),
        `${Math.round(middle(({ peakBytes }) => peakBytes) / megabyte)}`,
      ];
    }),
  };
}
