import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { readForecasts, runForecast } from './forecast-command.js';
import { foldsOf, readSets, type Fold, type ForecastSet } from './forecast-sets.js';
import { m4Scores, type M4Scores } from './m4-scores.js';
import { timesOfMany } from './many-series.js';
import type { BenchOptions, Figure, Finding, Measurement, Table } from './measurement.js';

const usualData = fileURLToPath(new URL('../../../shared/benchmarks/data', import.meta.url));
const count = new Intl.NumberFormat('en');

/** By this name the generated daily series are a set as well. */
const generated = 'daily';

/** What each public set has to reach. Coverage is the same for all. */
const limits: Record<string, { owa: number; msis: number; seriesPerSecond: number }> = {
  m4hourly: { owa: 0.41, msis: 6.4, seriesPerSecond: 130 },
  m3monthly: { owa: 0.8, msis: 6.7, seriesPerSecond: 1200 },
  nn5: { owa: 0.645, msis: 7.9, seriesPerSecond: 150 },
};

interface FoldScores extends M4Scores {
  set: string;
  fold: string;
  /** Per core: of the seconds that the threads computed. */
  seriesPerSecond: number;
}

/** The engine on public sets, scored as in the M4 competition, and the command on many series: how good, how fast, how large. */
export const forecastsMeasurement: Measurement = {
  name: 'forecasts',
  description: 'forecasts of public sets by the scores of M4, and the command on many daily series (--rows 10000, --data, --part, --set)',

  async measure(options: BenchOptions): Promise<Finding> {
    const { rows = 10_000, data = existsSync(usualData) ? usualData : null, part, set } = options;
    const directory = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
    try {
      const sets = data === null || set === generated ? [] : await readSets(data, part, set);
      const scores: FoldScores[] = [];
      for (const one of sets) scores.push(...(await scoresOf(one, directory, options)));
      const many = set === undefined || set === generated ? await timesOfMany(rows, directory, options) : null;
      return {
        subject: [
          ...sets.map(({ name }) => `${name}, ${part === 'test' ? 'test part' : 'held back from its training part'}`),
          ...(many ? [`${count.format(rows)} daily series of two years`] : []),
        ].join('; '),
        software: [],
        figures: [...sets.flatMap(({ name }) => scores.find(({ set }) => set === name) ?? []).flatMap(figuresOf), ...(many?.figures ?? [])],
        tables: [...(scores.length > 0 ? [scoreTable(scores)] : []), ...(many ? [many.growth] : [])],
        notes: [
          ...(data === null ? ['Skipped: m4hourly, m3monthly and nn5, which are not in ../shared/benchmarks/data. --data names a folder that has them.'] : []),
          ...sets.filter(({ name }) => !scores.some(({ set }) => set === name)).map(({ name }) => `Skipped: ${name}, whose series are too short to hold anything back.`),
          ...(part === 'training' && scores.length > 0 ? ['The limits are those of the test parts; training parts are easier or harder by chance.'] : []),
          ...scores.filter(({ refused }) => refused > 0).map(({ set, fold, refused }) => `${set}, ${fold}: ${refused} series were refused, and count as Naive 2.`),
        ],
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function scoresOf(set: ForecastSet, directory: string, { onProgress, signal }: BenchOptions): Promise<FoldScores[]> {
  const scores: FoldScores[] = [];
  for (const fold of foldsOf(set)) {
    if (fold.series.length === 0) continue;
    const input = join(directory, `${set.name}.csv`);
    await writeTraining(input, fold);
    const { output } = await runForecast(input, { ...set, signal });
    const { forecasts, engineSeconds } = await readForecasts(output);
    const scored = fold.series.map(({ id, training, actuals }) => ({ training, actuals, forecast: forecasts.get(id) ?? null }));
    const score = { ...m4Scores(scored, set.period), set: set.name, fold: fold.name, seriesPerSecond: fold.series.length / engineSeconds };
    onProgress(`${set.name}, ${fold.name}: OWA ${score.owa.toFixed(3)}, MSIS ${score.msis.toFixed(2)}, coverage ${percent(score.coverage80)} and ${percent(score.coverage95)} %`);
    scores.push(score);
  }
  return scores;
}

async function writeTraining(path: string, { series }: Fold): Promise<void> {
  const file = createWriteStream(path);
  for (const { id, training } of series) file.write(`"${id.replaceAll('"', '""')}",${Array.from(training, (value) => (Number.isNaN(value) ? '' : value)).join(',')}\n`);
  file.end();
  await finished(file);
}

/** The figures of a set that have a limit, once: the same forecasts come out of every round. */
function figuresOf({ set, fold, ...score }: FoldScores): Figure[] {
  const limit = limits[set];
  const figure = (name: string, value: number, unit: string, limit?: Figure['limit']): Figure => ({ name: `${set}, ${fold}: ${name}`, unit, rounds: [value], limit });
  return [
    figure('OWA', score.owa, '', limit && { atMost: limit.owa }),
    figure('MSIS', score.msis, '', limit && { atMost: limit.msis }),
    figure('coverage of 80 %', 100 * score.coverage80, '%', limit && { atLeast: 77, atMost: 83 }),
    figure('coverage of 95 %', 100 * score.coverage95, '%', limit && { atLeast: 93, atMost: 97 }),
    figure('speed per core', score.seriesPerSecond, 'series/s', limit && { atLeast: limit.seriesPerSecond }),
  ];
}

function scoreTable(scores: readonly FoldScores[]): Table {
  return {
    title: 'Scores by the definitions of M4',
    head: ['set', 'held back', 'series>', 'sMAPE>', 'MASE>', 'OWA>', 'MSIS>', '80 %>', '95 %>', 'series/s and core>'],
    rows: scores.map((score) => [
      score.set,
      score.fold,
      count.format(score.series),
      score.smape.toFixed(2),
      score.mase.toFixed(3),
      score.owa.toFixed(3),
      score.msis.toFixed(2),
      percent(score.coverage80),
      percent(score.coverage95),
      count.format(Math.round(score.seriesPerSecond)),
    ]),
  };
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}
