import { forecast, InsufficientHistory, timeOfStep, type Step } from '../../forecasts/index.js';
import type { ForecastPoint } from '../forecasting/index.js';
import { administrator, everything } from '../access/index.js';
import { CostMetric, dailyCosts, type DailyCost } from '../costs/index.js';
import { Granularity, InvalidInput, type Database } from '../platform/index.js';
import type { UnitCostPoint } from './unit-cost.graphql.js';

export const longestUnitHorizon = 366;
/** Percent. */
const levels = [80, 95];
const dayMs = 86_400_000;
const months = (time: number): number => 12 * new Date(time).getUTCFullYear() + new Date(time).getUTCMonth();
/** Steps of a granularity: how long they are, how many lie between two of them, and after how many a season is over. */
const grids: Record<'DAY' | 'MONTH', { step: Step; between: (start: number, end: number) => number; periods: readonly number[] }> = {
  DAY: { step: { milliseconds: dayMs }, between: (start, end) => Math.round((end - start) / dayMs), periods: [7] },
  MONTH: { step: { months: 1, day: 1 }, between: (start, end) => months(end) - months(start), periods: [12] },
};

/**
 * What one unit is expected to cost in the steps after the settled ones. A step whose cost is not known is a gap, and not free.
 *
 * Units   of the points' money; `horizon` in steps of the granularity.
 * Returns null where too few steps are known and settled.
 * Throws  InvalidInput for a horizon that is none.
 */
export function forecastUnitCost(points: readonly UnitCostPoint[], granularity: Granularity, settledUntil: Date, horizon: number): ForecastPoint[] | null {
  if (horizon < 1 || horizon > longestUnitHorizon) throw new InvalidInput(`horizon needs to be 1 to ${longestUnitHorizon} steps, got ${horizon}`, ['horizon']);
  const known = points.flatMap(({ cost, period }) => (cost !== null && new Date(period.end) <= settledUntil ? [{ at: new Date(period.start).getTime(), amount: Number(cost.amount) }] : []));
  if (known.length === 0) return null;
  const { step, between, periods } = grids[granularity === Granularity.MONTH ? 'MONTH' : 'DAY'];
  const start = known[0]!.at;
  const values = new Float64Array(between(start, known.at(-1)!.at) + 1).fill(NaN);
  for (const { at, amount } of known) values[between(start, at)] = amount;
  const startOf = (ahead: number) => new Date(timeOfStep({ start, step }, values.length + ahead));
  try {
    // Credits can make a unit cost less than nothing.
    const { mean, intervals } = forecast({ values, periods, nonNegative: values.every((value) => !(value < 0)) }, { horizon, levels });
    return Array.from(mean, (expected, ahead) => ({
      period: { start: startOf(ahead), end: startOf(ahead + 1) },
      mean: expected,
      intervals: intervals.map(({ level, lower, upper }) => ({ level, lower: lower[ahead]!, upper: upper[ahead]! })),
    }));
  } catch (error) {
    if (error instanceof InsufficientHistory) return null;
    throw error;
  }
}

/** Until when every source that still delivers has settled what it charged, by currency: a bill is the same for whoever had the GPUs. */
export function settledCosts(db: Database): Promise<Pick<DailyCost, 'currency' | 'end'>[]> {
  return dailyCosts(db, administrator, everything, CostMetric.EFFECTIVE_COST);
}
