import type { Paths } from '../../forecasts/index.js';
import { pathsOfStored, totalOfPaths } from '../forecasting/index.js';
import type { BudgetBurnPoint } from './budget.graphql.js';
import type { BurnRow } from './budget-burn.queries.js';
import { outlookLevel, outlookSeed } from './budget-outlook.js';

const dayMs = 86_400_000;

/**
 * What a budget has cost by the end of each day, and what it will have cost: settled days as charged, and those after them from the
 * paths that its outlook is drawn from, so that the last day says what the outlook says.
 *
 * Units  of the forecast the currency of the budget, as an estimate; of the rest exact decimals.
 */
export function budgetBurn({ periodStart, days, forecast }: BurnRow): BudgetBurnPoint[] {
  const points = days.map(({ start, end, ...day }) => ({ period: { start: new Date(start), end: new Date(end) }, ...day, forecast: null as BudgetBurnPoint['forecast'] }));
  if (!forecast) return points;
  const origin = new Date(forecast.origin);
  const stepOf = (instant: Date) => Math.ceil((instant.getTime() - origin.getTime()) / dayMs);
  const first = Math.max(0, stepOf(new Date(periodStart)));
  if (first >= forecast.horizon || stepOf(points.at(-1)!.period.end) <= 0) return points;
  const settled = Number(points.findLast(({ period }) => period.end <= origin)?.actual?.amount ?? 0);
  const running = runningTotals(pathsOfStored({ ...forecast, origin }, outlookSeed), first);
  for (const point of points) {
    const step = stepOf(point.period.end);
    if (step <= first || step > forecast.horizon) continue;
    const { mean, lower, upper, level } = totalOfPaths(running, { start: step - 1, end: step }, outlookLevel);
    point.forecast = { mean: settled + mean, lower: settled + lower, upper: settled + upper, level };
  }
  return points;
}

/** Paths whose value at a step is the sum of the steps from `first` up to it; in the unit of the paths. */
function runningTotals({ values, count, horizon }: Paths, first: number): Paths {
  const sums = new Float64Array(values.length);
  for (let path = 0; path < count; path += 1) {
    let sum = 0;
    for (let h = first; h < horizon; h += 1) {
      sum += values[path * horizon + h]!;
      sums[path * horizon + h] = sum;
    }
  }
  return { values: sums, count, horizon };
}
