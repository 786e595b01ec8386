import { changedPaths, type PathChange, type Paths } from '../../forecasts/index.js';
import { demandPaths, exhaustionOf, type ExhaustionOutcome, type ForecastWithLimit } from '../capacity/index.js';
import { monthsAhead } from './months.js';

export interface DemandMonth {
  period: { start: Date; end: Date };
  mean: number;
  peak: number;
  highPeak: number;
}

/** What a scenario makes of one resource. */
export interface ResourceOutlook {
  resourceKey: string;
  metric: ForecastWithLimit['metric'];
  unit: string;
  months: DemandMonth[];
  /** Null without a limit. */
  exhaustion: ExhaustionOutcome | null;
}

/**
 * How the demand of one resource goes on, and when it passes its limit, under one supposition after the other.
 *
 * Shapes one outlook for each change; the paths are drawn once.
 * Units  of the metric; `peak` and `highPeak` are the medians and the 90 % quantiles, over paths, of a month's highest day.
 */
export function resourceOutlooks(forecast: ForecastWithLimit, now: Date, changes: readonly { demand: PathChange; limit: PathChange }[]): ResourceOutlook[] {
  const { resourceKey, metric, unit, origin, horizon, limits } = forecast;
  const paths = demandPaths(forecast);
  const spans = monthsAhead(origin, horizon);
  return changes.map((change) => {
    const demand = changedPaths(paths, change.demand);
    const months = spans.map(({ start, end, period }) => ({ period, ...ofSpan(demand, start, end) }));
    return { resourceKey, metric, unit, months, exhaustion: limits.length > 0 ? exhaustionOf(forecast, now, { demand, limit: change.limit }) : null };
  });
}

function ofSpan({ values, count, horizon }: Paths, start: number, end: number): Omit<DemandMonth, 'period'> {
  const peaks = new Float64Array(count);
  let sum = 0;
  for (let path = 0; path < count; path += 1) {
    let peak = -Infinity;
    for (let day = start; day < end; day += 1) {
      const value = values[path * horizon + day]!;
      sum += value;
      if (value > peak) peak = value;
    }
    peaks[path] = peak;
  }
  peaks.sort();
  const quantile = (p: number): number => peaks[Math.min(count - 1, Math.floor(count * p))]!;
  return { mean: sum / (count * (end - start)), peak: quantile(0.5), highPeak: quantile(0.9) };
}
