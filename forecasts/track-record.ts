import { coverage, mae, mase, naiveScale, rmse, wape, winklerScore } from './accuracy.js';
import type { OriginForecasts } from './backtest.js';
import { distributionAround, type ErrorHistory } from './distribution.js';
import { intervalsAt } from './intervals.js';
import type { ForecastDistribution } from './paths.js';
import type { Series } from './series.js';

/** How a combination of models did at rolling origins, over all steps of all of them. */
export interface Accuracy {
  /** How many points in the past it forecast from. */
  readonly origins: number;
  /** In the unit of the series. */
  readonly mae: number;
  /** In the unit of the series. */
  readonly rmse: number;
  /** A fraction of the actuals; null when all of them were zero, or next to it. */
  readonly wape: number | null;
  /** A fraction of the error of the (seasonal) naive method; null when that has none, on a constant series. */
  readonly mase: number | null;
  /** Of the 95 % interval, in the unit of the series; lower is better. */
  readonly winklerScore: number;
  /** The fraction of actuals inside the 95 % interval. */
  readonly coverage95: number;
}

/** What was forecast, and in which form it is scored. */
interface Forecasted {
  /** [n], with the known effects. */
  readonly observed: Float64Array;
  /** 1 when the series has no season. */
  readonly period: number;
  /** Without the known effects. */
  readonly series: Series;
  /** Puts the known effects back on a distribution that begins at an origin. */
  readonly whole: (distribution: ForecastDistribution, origin: number) => ForecastDistribution;
}

/**
 * Scores a combination at its rolling origins. The interval of each origin is made from the errors of the others, so that
 * no origin vouches for itself; the weights have seen all of them, which flatters the errors a little.
 *
 * Shapes    means [origins][steps of that origin]; null when no step at any origin was observed.
 * Units     see Accuracy.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.8, §5.9, §5.10.
 */
export function trackRecord(
  origins: readonly OriginForecasts[],
  means: readonly Float64Array[],
  history: ErrorHistory,
  { observed, period, series, whole }: Forecasted,
): Accuracy | null {
  const steps = origins.reduce((sum, { actuals }) => sum + actuals.length, 0);
  const actuals = new Float64Array(steps);
  const mean = new Float64Array(steps);
  const lower = new Float64Array(steps);
  const upper = new Float64Array(steps);
  let start = 0;
  origins.forEach(({ shift, origin, actuals: { length } }, i) => {
    const errors = history.errors.filter((_, other) => other !== i);
    const distribution = whole(distributionAround(means[i]!, { ...history, errors }, { shift, origin, series }), origin);
    const [interval] = intervalsAt(distribution, [95]);
    actuals.set(observed.subarray(origin, origin + length), start);
    mean.set(distribution.mean, start);
    lower.set(interval!.lower, start);
    upper.set(interval!.upper, start);
    start += length;
  });
  if (actuals.every(Number.isNaN)) return null;
  return {
    origins: origins.length,
    mae: mae(actuals, mean),
    rmse: rmse(actuals, mean),
    wape: orNull(wape(actuals, mean)),
    mase: orNull(mase(actuals, mean, naiveScale(observed, period))),
    winklerScore: winklerScore(actuals, lower, upper, 95),
    coverage95: coverage(actuals, lower, upper),
  };
}

/** A fraction of nothing is no number, and a fraction of next to nothing is beyond all numbers. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
