import { errorCorrelation } from './error-correlation.js';
import { excessKurtosis } from './error-tails.js';
import { errorVariance } from './error-variance.js';
import type { GrowthCurve } from './math/growth-curve.js';
import { withinBounds, type ForecastDistribution } from './paths.js';
import { shiftVariance, type LevelShift } from './preparation/level-shift.js';
import type { Scale } from './preparation/scale.js';
import type { Series } from './series.js';

/** Nothing is known better than to a thousandth of its size, however still it has been. */
const FINEST_SHARE = 1e-3;
/** A series of zeros has no size to take a share of. */
const FINEST = 1e-9;

/** What is known of the errors of a combination of models. */
export interface ErrorHistory {
  /** [origins][steps of that origin], on the scale of the series; NaN where nothing was observed. */
  readonly errors: readonly Float64Array[];
  /** Steps between neighbouring origins. */
  readonly stride: number;
  /** Error variance to assume where origins are few, on the scale. */
  readonly prior: GrowthCurve;
  /** Mean absolute value of the series, in its unit. */
  readonly size: number;
  readonly scale: Scale;
  /** Of the errors of neighbouring steps; taken from `errors` when absent. */
  readonly correlation?: number;
  /** Of the errors; taken from `errors` when absent. */
  readonly kurtosis?: number;
}

/**
 * A mean, and how far it may be off, as one distribution per step.
 *
 * Notation  s² = error variance + what a recent level shift adds; s is never below a thousandth of the size · √h, so that
 *           a series that never moved gets a narrow interval, and not an empty one. On a logarithmic scale s is a fraction
 *           of the mean.
 * Shapes    mean [horizon], on the scale; of the result mean and sd [horizon], in the unit of the series.
 * Units     `origin` is the number of observations the mean was made from.
 * Source    ours: error variance (`errorVariance`) and what a shift adds (`shiftVariance`) are independent, and add up.
 */
export function distributionAround(
  mean: Float64Array,
  history: ErrorHistory,
  { shift, origin, series }: { shift: LevelShift | null; origin: number; series: Series },
): ForecastDistribution & { readonly excessKurtosis: number } {
  const { scale } = history;
  const horizon = mean.length;
  const variance = errorVariance(history.errors, history.prior, {
    horizon,
    stride: history.stride,
    observations: origin,
  });
  const bounded = new Float64Array(horizon);
  const sd = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) {
    bounded[h] = withinBounds(scale.from(mean[h]!), series);
    const s = Math.sqrt(variance[h]! + shiftVariance(shift, origin, h + 1));
    const finest = Math.max(FINEST, FINEST_SHARE * Math.max(history.size, Math.abs(bounded[h]!)));
    sd[h] = Math.max(finest * Math.sqrt(h + 1), scale.isLogarithmic ? s * bounded[h]! : s);
  }
  return {
    mean: bounded,
    sd,
    errorCorrelation: history.correlation ?? errorCorrelation(history.errors, variance),
    excessKurtosis: history.kurtosis ?? excessKurtosis(history.errors, variance, history.stride),
    multiplicative: scale.isLogarithmic,
    nonNegative: series.nonNegative,
    ...(series.upperBound === undefined ? {} : { upperBound: series.upperBound }),
  };
}
