import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefused, readSeries } from '../src/series-files/index.js';

/** Series to forecast, and the season and horizon that they are scored with. */
export interface ForecastSet {
  name: string;
  period: number;
  horizon: number;
  training: ReadonlyMap<string, Float64Array>;
  /** What came after; null where it is not asked for. */
  test: ReadonlyMap<string, Float64Array> | null;
}

/** A set cut at one place: what is learnt from, and what comes. */
export interface Fold {
  /** Where it is cut, for example "last horizon". */
  name: string;
  series: { id: string; training: Float64Array; actuals: Float64Array }[];
}

/** The test part is for a final figure: whoever chooses by it has none left. */
export type Part = 'test' | 'training';

/** Horizons that lie between what is held back and the end of the training part. */
const earlierBy = [
  { name: 'last horizon', horizons: 0 },
  { name: '½ horizon earlier', horizons: 0.5 },
  { name: '1½ horizons earlier', horizons: 1.5 },
  { name: '3 horizons earlier', horizons: 3 },
];
/** What is left to learn from after the cut has to show a season. */
const seasonsLeft = 2;

/**
 * The sets of a folder in the layout of M4: `datasets.json` with `{"name": {"m": 24, "h": 48}}`, and for each set
 * `name-train.csv` and `name-test.csv`, wide. The test part is not even opened where it is not asked for.
 *
 * @param only the name of the one set that is wanted
 */
export async function readSets(folder: string, part: Part, only?: string): Promise<ForecastSet[]> {
  const index = join(folder, 'datasets.json');
  if (!existsSync(index)) throw new Error(`${folder} needs a datasets.json such as {"mine": {"m": 7, "h": 28}}`);
  const known = JSON.parse(await readFile(index, 'utf8')) as Record<string, { m: number; h: number }>;
  if (only !== undefined && !Object.hasOwn(known, only)) throw new Error(`${index} has no set "${only}", and has ${Object.keys(known).join(', ')}`);
  const sets: ForecastSet[] = [];
  for (const [name, { m, h }] of Object.entries(known)) {
    if (only !== undefined && name !== only) continue;
    const training = await readAll(join(folder, `${name}-train.csv`));
    const test = part === 'test' ? await readAll(join(folder, `${name}-test.csv`)) : null;
    sets.push({ name, period: m, horizon: h, training, test });
  }
  return sets;
}

/** The test part as it is, or the training part with a horizon held back at several places. */
export function foldsOf({ training, test, horizon, period }: ForecastSet): Fold[] {
  if (test) {
    return [{ name: 'test part', series: [...training].flatMap(([id, values]) => (test.has(id) ? { id, training: values, actuals: test.get(id)! } : [])) }];
  }
  return earlierBy.map(({ name, horizons }) => ({
    name,
    series: [...training].flatMap(([id, values]) => {
      const cut = values.length - horizon - Math.round(horizons * horizon);
      return cut >= Math.max(seasonsLeft * period, horizon) ? { id, training: values.subarray(0, cut), actuals: values.subarray(cut, cut + horizon) } : [];
    }),
  }));
}

async function readAll(file: string): Promise<ReadonlyMap<string, Float64Array>> {
  const series = await readSeries(file);
  return new Map(
    series.map((one) => {
      if (isRefused(one)) throw new Error(`${file}, ${one.id}: ${one.refusal}`);
      return [one.id, one.values];
    }),
  );
}
