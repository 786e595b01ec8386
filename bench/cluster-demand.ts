import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coverage, forecast, wape } from '../forecasts/index.js';

/** Hours of history that the real demand is forecast from, each a week ahead. */
const origins = [300, 336, 384, 408, 432];
const horizon = 168;
const day = 24;
const week = 168;

/** How well a real demand was forecast: means over the origins, as fractions. */
export interface DemandScore {
  readonly metric: string;
  readonly wape: number;
  /** Of a forecast that stays at the last value. */
  readonly naiveWape: number;
  readonly coverage80: number;
  readonly wapeOfOrigins: readonly number[];
}

/** The hourly demand of a real cluster, `usage.csv` of a folder with `timestamp,resource,metric,value`: each metric by itself. */
export async function readClusterDemand(folder: string): Promise<ReadonlyMap<string, Float64Array>> {
  const [head, ...rows] = (await readFile(join(folder, 'usage.csv'), 'utf8')).trim().split(/\r?\n/);
  if (head !== 'timestamp,resource,metric,value') throw new Error(`usage.csv needs the header timestamp,resource,metric,value, got ${head}`);
  const values = new Map<string, number[]>();
  for (const row of rows) {
    const [, , metric, value] = row.split(',');
    if (!values.has(metric!)) values.set(metric!, []);
    values.get(metric!)!.push(Number(value));
  }
  return new Map([...values].map(([metric, ofMetric]) => [metric, Float64Array.from(ofMetric)]));
}

/** Forecasts a week of a demand from each origin, by what came before it alone. */
export function scoreOfDemand(metric: string, demand: Float64Array): DemandScore {
  const scores = origins.map((origin) => {
    const history = demand.slice(0, origin);
    const actuals = demand.subarray(origin, origin + horizon);
    const { mean, intervals } = forecast({ values: history, periods: [day, week], nonNegative: true }, { horizon, levels: [80] });
    return {
      wape: wape(actuals, mean),
      naive: wape(actuals, new Float64Array(horizon).fill(history.at(-1)!)),
      coverage: coverage(actuals, intervals[0]!.lower, intervals[0]!.upper),
    };
  });
  const meanOf = (figure: (score: (typeof scores)[number]) => number): number => scores.reduce((sum, score) => sum + figure(score), 0) / scores.length;
  return {
    metric,
    wape: meanOf((score) => score.wape),
    naiveWape: meanOf((score) => score.naive),
    coverage80: meanOf((score) => score.coverage),
    wapeOfOrigins: scores.map((score) => score.wape),
  };
}
