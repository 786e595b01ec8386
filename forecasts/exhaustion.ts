import { InvalidQuestion } from './errors.js';
import type { Paths } from './paths.js';

/**
 * The chance that a limit has been passed at least once by each step. A path that passes and comes back has passed:
 * whoever was refused a GPU that day does not mind that one is free later.
 *
 * Shapes    limits [horizon], the limit in force at each step, which may change over time; NaN or +Infinity where there
 *           is none. Result [horizon], probabilities that never fall.
 * Units     limits in the unit of the paths. A value equal to the limit is not over it.
 * Throws    InvalidQuestion when there is not one limit per step.
 * Source    Redner, A Guide to First-Passage Processes, 2001; its distribution is the empirical one of the paths.
 */
export function exhaustionCurve(paths: Paths, limits: Float64Array): Float64Array {
  const { values, count, horizon } = paths;
  if (limits.length !== horizon) {
    throw new InvalidQuestion('exhaustion', `one limit for each of ${horizon} steps`, limits.length);
  }

  const curve = new Float64Array(horizon);
  for (let path = 0; path < count; path += 1) {
    const first = path * horizon;
    for (let h = 0; h < horizon; h += 1) {
      if (values[first + h]! > limits[h]!) {
        curve[h]! += 1;
        break;
      }
    }
  }
  let passed = 0;
  for (let h = 0; h < horizon; h += 1) {
    passed += curve[h]!;
    curve[h] = passed / count;
  }
  return curve;
}

/**
 * The first step by which a limit has been passed with probability p; null when that is not reached within the horizon.
 *
 * Shapes    curve [horizon], as `exhaustionCurve` gives it. The result counts from 0, the first forecast step.
 * Units     p a probability above 0 and up to 1.
 * Throws    InvalidQuestion for any other p.
 * Source    Hyndman & Fan, Sample quantiles in statistical packages, The American Statistician 50(4), 1996, type 1: the
 *           inverse of the empirical distribution.
 */
export function dateQuantile(curve: Float64Array, p: number): number | null {
  if (!(p > 0 && p <= 1)) throw new InvalidQuestion('date quantile', 'a probability above 0 and up to 1', p);
  const step = curve.findIndex((probability) => probability >= p);
  return step < 0 ? null : step;
}
