import { bend } from './error-shape.js';
import { quantileOfSorted } from './math/order.js';
import { normalQuantile } from './math/normal.js';

/** What is assumed where nothing is known: measured on public series, where few are normal. */
const PRIOR_EXCESS_KURTOSIS = 2.5;
/** Independent looks at the horizon whose word weighs as much as the prior's. */
const PRIOR_LOOKS = 1.5;
/** Beyond this the expansion would let values fall as their quantile grows; and no few errors bear out more. */
const HIGHEST = 6;
/** With fewer errors the 95 % quantile is one of the largest. */
const FEWEST_ERRORS = 40;

const NEAR = normalQuantile(0.9);
const FAR = normalQuantile(0.975);

/**
 * How heavy the tails of the errors are. Demand that meets a holiday now and then has many small errors and a few large
 * ones: its 80 % interval is narrower, and its 95 % interval wider, than normal errors of one size would have them.
 *
 * Notation  u = |e|/s errors in standard deviations, r the ratio of their 95 % to their 80 % quantile. Of the
 *           Cornish-Fisher expansion z + γ·b(z), b(z) = (z³ − 3z)/24 as in `bend`, the same ratio is (z₉₇₅ + γ·b(z₉₇₅))/(z₉₀ + γ·b(z₉₀)); γ
 *           follows, and is drawn towards 2.5 by K/(K + 1.5), K the independent looks at the horizon.
 * Shapes    errors [origins][steps of that origin], NaN where nothing was observed; variance [horizon].
 * Units     γ is the excess kurtosis, 0 to 6; 0 is normal. `stride` in steps.
 * Source    Cornish & Fisher, Moments and cumulants in the specification of distributions, Revue de l'Institut
 *           International de Statistique 5(4), 1938 (the expansion); the estimate by two quantiles is ours.
 */
export function excessKurtosis(errors: readonly Float64Array[], variance: Float64Array, stride: number): number {
  const scaled: number[] = [];
  let longest = 1;
  for (const error of errors) {
    const length = Math.min(error.length, variance.length);
    longest = Math.max(longest, length);
    for (let h = 0; h < length; h += 1) {
      if (!Number.isNaN(error[h]!) && variance[h]! > 0) scaled.push(Math.abs(error[h]!) / Math.sqrt(variance[h]!));
    }
  }
  if (scaled.length < FEWEST_ERRORS) return PRIOR_EXCESS_KURTOSIS;
  const sorted = Float64Array.from(scaled).sort();
  const ratio = quantileOfSorted(sorted, 0.95) / quantileOfSorted(sorted, 0.8);
  const observed = Math.min(HIGHEST, Math.max(0, (NEAR * ratio - FAR) / (bend(FAR) - bend(NEAR) * ratio)));
  // A series that met its forecast to the digit says nothing of tails.
  if (Number.isNaN(observed)) return PRIOR_EXCESS_KURTOSIS;
  const looks = Math.min(errors.length, 1 + ((errors.length - 1) * stride) / longest);
  return (looks * observed + PRIOR_LOOKS * PRIOR_EXCESS_KURTOSIS) / (looks + PRIOR_LOOKS);
}
