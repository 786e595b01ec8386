import { decomposeSeasons } from '../decomposition/seasonal-decomposition.js';

/** Times the season is put into the gaps; each time the season is seen a little better. */
const ROUNDS = 3;

/**
 * The series with its gaps filled, for fitting only: a filled step is never scored. The season is put back on a straight
 * line between the seasonally adjusted neighbours; without a season only the line is left.
 *
 * Shapes    values [n] with NaN for gaps, first and last observed; result [n], all finite.
 * Units     the unit of `values`; periods in steps.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §13.9 (missing values); the rounds are
 *           ours.
 */
export function fillGaps(values: Float64Array, periods: readonly number[]): Float64Array {
  let filled = interpolate(values, values);
  if (filled === values) return filled;

  // The first filling is a straight line, which hides part of the season in a gap; the second has seen the first.
  for (let round = 0; round < ROUNDS; round += 1) {
    const { adjusted } = decomposeSeasons(filled, periods);
    const level = interpolate(adjusted, values);
    filled = filled.map((value, t) => (Number.isNaN(values[t]!) ? value + level[t]! - adjusted[t]! : value));
  }
  return filled;
}

/** Straight lines across the steps where `observed` has a gap; the very same array when there are none. */
function interpolate(values: Float64Array, observed: Float64Array): Float64Array {
  if (!observed.some(Number.isNaN)) return values;
  const filled = Float64Array.from(values);
  let left = 0;
  for (let t = 1; t < values.length; t += 1) {
    if (Number.isNaN(observed[t]!)) continue;
    for (let k = left + 1; k < t; k += 1) {
      filled[k] = values[left]! + ((values[t]! - values[left]!) * (k - left)) / (t - left);
    }
    left = t;
  }
  return filled;
}
