import { decomposeSeasons } from '../decomposition/seasonal-decomposition.js';
import { medianOf } from '../math/order.js';
import { runningMedian } from '../math/running-median.js';
import type { TrainingSeries } from '../model.js';

/** A lasting change of level, late in a series. */
export interface LevelShift {
  /** The first step on the new level. */
  readonly at: number;
  /** New level less old level, beyond what the trend explains, in the unit of the series. */
  readonly size: number;
  /** Steps compared on either side: about one season, at least 7. */
  readonly window: number;
}

/** Steps compared on either side of a suspected shift, where no season is longer. */
const SHORTEST_REACH = 3;
/** A shift this many windows back has become history that models can learn from by themselves. */
const RECENT_WINDOWS = 4;
/** In units of the usual difference between neighbouring windows. */
const USUAL_DIFFERENCES = 6;
const NORMAL_SCALE = 1.4826;
/** Windows after which a new level is believed twice as much. */
const HALF_LIFE_WINDOWS = 2;

/**
 * The latest level shift, if one came in the last four windows; null otherwise. A window is about one season, the
 * shortest of them, and at least 7 steps.
 *
 * For every step, the median of the window after it is compared with the median of the window before it. A shift is a
 * difference far beyond what neighbouring windows of this series usually show: a series that wanders, or grows
 * steadily, shows large differences everywhere and therefore has no shift.
 *
 * Notation  y seasonally adjusted values, w window, dₜ = median of the w values from t − median of the w values before t,
 *           less what the trend explains of it, median d; a shift at the t that maximises |dₜ| when that exceeds
 *           6·1.4826·median |d|. At least w/2 values have to lie on the new level before it counts as lasting.
 * Shapes    values [n]; null when n < 4w.
 * Units     the unit of `values`.
 */
export function findLevelShift({ values, periods }: TrainingSeries): LevelShift | null {
  const n = values.length;
  const reach = Math.max(SHORTEST_REACH, (periods[0] ?? 0) >> 1);
  const window = 2 * reach + 1;
  if (n < RECENT_WINDOWS * window) return null;
  const { adjusted } = decomposeSeasons(values, periods);

  // At its end the running median has only reach + 1 values left: the fewest that show a level.
  const medians = runningMedian(adjusted, reach);
  const first = window;
  const end = n - reach;
  const differences = new Float64Array(end - first);
  for (let t = first; t < end; t += 1) differences[t - first] = medians[t + reach]! - medians[t - reach - 1]!;
  // What the trend alone would show. The last windows are cut short, and lie nearer to the ones before them.
  const usual = medianOf(differences);
  const usualAt = (t: number): number => (usual * (window + Math.min(window, n - t))) / (2 * window);
  const deviations = differences.map((difference, i) => Math.abs(difference - usualAt(first + i)));
  const threshold = USUAL_DIFFERENCES * NORMAL_SCALE * medianOf(deviations);

  let at = -1;
  for (let t = Math.max(first, n - RECENT_WINDOWS * window); t < end; t += 1) {
    const deviation = deviations[t - first]!;
    if (deviation > threshold && (at < 0 || deviation > deviations[at - first]!)) at = t;
  }
  if (at < 0) return null;

  const direction = Math.sign(differences[at - first]! - usualAt(at));
  const exact = steepestStep(adjusted, { at, reach, direction });
  const before = adjusted.subarray(Math.max(0, exact - window), exact);
  const after = adjusted.subarray(exact, Math.min(n, exact + window));
  return { at: exact, size: medianOf(after) - medianOf(before) - usualAt(exact), window };
}

/** Medians are blind to the exact step within a window; the largest single change is where the level moved. */
function steepestStep(
  values: Float64Array,
  { at, reach, direction }: { at: number; reach: number; direction: number },
): number {
  let steepest = at;
  for (let t = at - reach; t <= Math.min(values.length - reach - 1, at + reach); t += 1) {
    const change = direction * (values[t]! - values[t - 1]!);
    if (change > direction * (values[steepest]! - values[steepest - 1]!)) steepest = t;
  }
  return steepest;
}

/** The series as if it had always been on its new level; the very same values when there was no shift. */
export function alignLevel(values: Float64Array, shift: LevelShift | null): Float64Array {
  return shift === null ? values : values.map((value, t) => (t < shift.at ? value + shift.size : value));
}

/**
 * What the chance that a shift is undone adds to the error variance. It is large enough for the 95 % interval to reach the
 * old level when the shift is one window old, and fades as the new level lasts.
 *
 * Notation  d size of the shift, w its window, k steps since it: (d·2^(−k/2w))².
 * Shapes    `origin` is the number of observations seen, `step` counts from 1.
 * Units     the square of the unit of the series; 0 without a shift.
 */
export function shiftVariance(shift: LevelShift | null, origin: number, step: number): number {
  if (shift === null) return 0;
  const age = origin - shift.at + step;
  return (shift.size * 2 ** (-age / (HALF_LIFE_WINDOWS * shift.window))) ** 2;
}
