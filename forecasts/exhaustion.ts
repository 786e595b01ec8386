import { InvalidQuestion } from './errors.js';
import type { Paths } from './paths.js';

/**
 * The side of a limit on which something is short: demand above what is installed, or what is left of a stock, a credit or
 * a commitment below what has to be kept.
 */
export type Side = 'above' | 'below';

/**
 * The chance that a limit has been passed at least once by each step. A path that passes and comes back has passed:
 * whoever was refused a GPU that day does not mind that one is free later, or that more arrives.
 *
 * Shapes    limits [horizon], the limit in force at each step, which may change over time; NaN where there is none.
 *           Result [horizon], probabilities that never fall.
 * Units     limits in the unit of the paths. A value equal to the limit has not passed it.
 * Throws    InvalidQuestion when there is not one limit per step.
 * Source    Redner, A Guide to First-Passage Processes, 2001; its distribution is the empirical one of the paths.
 */
export function exhaustionCurve(paths: Paths, limits: Float64Array, side: Side = 'above'): Float64Array {
  const { count, horizon } = paths;
  const isBeyond = beyond(paths, limits, side);
  const curve = new Float64Array(horizon);
  for (let path = 0; path < count; path += 1) {
    for (let h = 0; h < horizon; h += 1) {
      if (isBeyond(path, h)) {
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
 * The chance to be beyond a limit at each step, whatever came before: how likely there is too little that day. Unlike
 * `exhaustionCurve` it falls again where more arrives.
 *
 * Shapes    limits and result [horizon].
 * Units     as for `exhaustionCurve`.
 * Throws    InvalidQuestion when there is not one limit per step.
 * Source    the share of paths, of which each is as likely as the next.
 */
export function shortageCurve(paths: Paths, limits: Float64Array, side: Side = 'above'): Float64Array {
  const { count, horizon } = paths;
  const isBeyond = beyond(paths, limits, side);
  const curve = new Float64Array(horizon);
  for (let path = 0; path < count; path += 1) {
    for (let h = 0; h < horizon; h += 1) if (isBeyond(path, h)) curve[h]! += 1;
  }
  return curve.map((paths) => paths / count);
}

function beyond({ values, horizon }: Paths, limits: Float64Array, side: Side): (path: number, h: number) => boolean {
  if (limits.length !== horizon) {
    throw new InvalidQuestion('exhaustion', `one limit for each of ${horizon} steps`, limits.length);
  }
  // Nothing compares with NaN, so that a step without a limit is never beyond it.
  return side === 'above'
    ? (path, h) => values[path * horizon + h]! > limits[h]!
    : (path, h) => values[path * horizon + h]! < limits[h]!;
}

/**
 * The first step by which a limit has been passed with probability p; null when that is not reached within the horizon.
 *
 * Shapes    curve [horizon], as `exhaustionCurve` gives it. The result counts from 0, the first forecast step.
 * Units     p a probability above 0 and up to 1, of all paths, those that never pass included.
 * Throws    InvalidQuestion for any other p.
 * Source    Hyndman & Fan, Sample quantiles in statistical packages, The American Statistician 50(4), 1996, type 1: the
 *           inverse of the empirical distribution.
 */
export function dateQuantile(curve: Float64Array, p: number): number | null {
  if (!(p > 0 && p <= 1)) throw new InvalidQuestion('date quantile', 'a probability above 0 and up to 1', p);
  const step = curve.findIndex((probability) => probability >= p);
  return step < 0 ? null : step;
}
