import { InvalidQuestion } from './errors.js';
import type { Paths } from './paths.js';

/** What somebody supposes of the future, by step: so many times as much, and so much more. */
export interface PathChange {
  /** [horizon], 1 changes nothing. */
  readonly factor: Float64Array;
  /** [horizon], in the unit of the paths; 0 changes nothing. */
  readonly shift: Float64Array;
}

/**
 * Paths under a supposition: the uncertainty of what is grows with a factor and stays beside a shift.
 *
 * Notation  x'ₕ = fₕ·xₕ + sₕ, and not below 0 where x is not.
 * Shapes    factor and shift [horizon]; paths and result [count × horizon].
 * Units     the unit of the paths.
 * Throws    InvalidQuestion when there is not one factor and one shift for each step.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §7.6 (scenario based forecasting).
 */
export function changedPaths(paths: Paths, { factor, shift }: PathChange): Paths {
  const { count, horizon } = paths;
  for (const given of [factor, shift]) {
    if (given.length !== horizon) throw new InvalidQuestion('change of paths', `one value for each of ${horizon} steps`, given.length);
  }
  const values = new Float64Array(paths.values.length);
  for (let path = 0; path < count; path += 1) {
    for (let h = 0; h < horizon; h += 1) {
      const value = paths.values[path * horizon + h]!;
      const changed = factor[h]! * value + shift[h]!;
      values[path * horizon + h] = value >= 0 && changed < 0 ? 0 : changed;
    }
  }
  return { values, count, horizon };
}
