// Measures of how far forecasts were from what came. All of them pass over steps that were not observed (NaN), and throw
// nothing: a measure that has no value is NaN.

/**
 * Mean absolute error.
 *
 * Notation  y actual, ŷ mean: mean |y − ŷ|.
 * Shapes    actuals and means [steps]; NaN when no step was observed.
 * Units     the unit of the series.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.8.
 */
export function mae(actuals: Float64Array, means: Float64Array): number {
  // Written out: this one is asked for every model at every origin.
  let sum = 0;
  let count = 0;
  for (let t = 0; t < actuals.length; t += 1) {
    if (Number.isNaN(actuals[t]!)) continue;
    sum += Math.abs(actuals[t]! - means[t]!);
    count += 1;
  }
  return count === 0 ? NaN : sum / count;
}

/**
 * Root mean squared error.
 *
 * Notation  y actual, ŷ mean: √(mean (y − ŷ)²).
 * Shapes    actuals and means [steps]; NaN when no step was observed.
 * Units     the unit of the series.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.8.
 */
export function rmse(actuals: Float64Array, means: Float64Array): number {
  return Math.sqrt(averageOver(actuals, (actual, t) => (actual - means[t]!) ** 2));
}

/**
 * Weighted absolute percentage error: the sum of absolute errors as a fraction of the sum of absolute actuals. Unlike a
 * mean of percentages it survives single zeros; it is NaN when all actuals are zero.
 *
 * Notation  y actual, ŷ mean: Σ |y − ŷ| / Σ |y|.
 * Shapes    actuals and means [steps].
 * Units     a fraction.
 * Source    Kolassa & Schütz, Advantages of the MAD/mean ratio over the MAPE, Foresight 6, 2007.
 */
export function wape(actuals: Float64Array, means: Float64Array): number {
  const size = averageOver(actuals, Math.abs);
  return size > 0 ? mae(actuals, means) / size : NaN;
}

/**
 * The error of the (seasonal) naive method within a series, one season ahead: what MASE counts as 1.
 *
 * Notation  y observations, m period: mean |yₜ − yₜ₋ₘ|.
 * Shapes    observed [n], NaN for gaps; period 1 for a series without seasons. NaN when no two steps can be compared.
 * Units     the unit of the series; period in steps.
 * Source    Hyndman & Koehler, Another look at measures of forecast accuracy, International Journal of Forecasting 22(4),
 *           2006.
 */
export function naiveScale(observed: Float64Array, period: number): number {
  const changes = observed.subarray(period).map((actual, t) => actual - observed[t]!);
  return averageOver(changes, Math.abs);
}

/**
 * Mean absolute scaled error, below 1 when better than the naive method does within the series. NaN when the scale is 0.
 *
 * Notation  the mean absolute error over `scale`.
 * Shapes    actuals and means [steps]; `scale` as `naiveScale` gives it.
 * Units     a fraction of the scale.
 * Source    Hyndman & Koehler, Another look at measures of forecast accuracy, International Journal of Forecasting 22(4),
 *           2006.
 */
export function mase(actuals: Float64Array, means: Float64Array, scale: number): number {
  return scale > 0 ? mae(actuals, means) / scale : NaN;
}

/**
 * Winkler score of an interval: its width, and 2/α times what an actual lies outside; lower is better.
 *
 * Notation  y actual, l and u bounds, α = 1 − level/100: mean (u − l + 2/α·max(0, l − y, y − u)).
 * Shapes    actuals, lower and upper [steps]; NaN when no step was observed.
 * Units     level in percent; the result in the unit of the series.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.9.
 */
export function winklerScore(actuals: Float64Array, lower: Float64Array, upper: Float64Array, level: number): number {
  const penalty = 2 / (1 - level / 100);
  return averageOver(actuals, (actual, t) => {
    const outside = Math.max(0, lower[t]! - actual, actual - upper[t]!);
    return upper[t]! - lower[t]! + penalty * outside;
  });
}

/**
 * The fraction of actuals inside the interval, its bounds included.
 *
 * Shapes    actuals, lower and upper [steps]; NaN when no step was observed.
 * Units     a fraction, 0 to 1.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.9.
 */
export function coverage(actuals: Float64Array, lower: Float64Array, upper: Float64Array): number {
  return averageOver(actuals, (actual, t) => (actual >= lower[t]! && actual <= upper[t]! ? 1 : 0));
}

function averageOver(actuals: Float64Array, measure: (actual: number, t: number) => number): number {
  let sum = 0;
  let count = 0;
  for (let t = 0; t < actuals.length; t += 1) {
    if (Number.isNaN(actuals[t]!)) continue;
    sum += measure(actuals[t]!, t);
    count += 1;
  }
  return count === 0 ? NaN : sum / count;
}
