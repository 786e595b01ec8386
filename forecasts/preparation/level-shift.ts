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
  /** It goes beyond all that was seen before, and is followed at once; otherwise it only makes the forecast less sure. */
  readonly isCertain: boolean;
}

/** Steps compared on either side of a suspected shift, where no season is longer. */
const SHORTEST_REACH = 3;
/** A shift this many windows back has become history that models can learn from by themselves. */
const RECENT_WINDOWS = 4;
/** In units of the usual difference between neighbouring windows. */
const USUAL_DIFFERENCES = 6;
/**
 * In units of the largest difference earlier in the series: a high week has often been seen before, and has come to an end
 * by itself. A shift that stays below this is held possible, but not followed.
 */
const BEYOND_EARLIER = 2.5;
/** Where days make up a week, one of them may be a holiday: a level has to last for two before it is followed. */
const SEASONS_OF_SEVERAL = 2;
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
 *           6·1.4826·median |d|, and certain when it exceeds 2.5 times the largest |d| before. A whole season
 *           has to lie on the new level before it counts as lasting: a part of one is high or low by itself; and two of them
 *           where they make up a longer season, before the shift is certain.
 * Shapes    values [n]; null when n < 4w.
 * Units     the unit of `values`.
 * Source    Fried, On the robust detection of edges in time series filtering, Computational Statistics & Data Analysis 52(2),
 *           2007 (medians on either side); what counts as certain is ours.
 */
export function findLevelShift(training: TrainingSeries): LevelShift | null {
  return levelShiftFinder(training)(training.values.length);
}

/**
 * `findLevelShift` for any origin in a series, seeing only the values before it. What neighbouring windows usually show is
 * taken from the whole series once.
 *
 * Shapes    the function takes the number of observations before the origin.
 * Units     the unit of `values`.
 */
export function levelShiftFinder(training: TrainingSeries): (origin: number) => LevelShift | null {
  const n = training.values.length;
  const reach = Math.max(SHORTEST_REACH, (training.periods[0] ?? 0) >> 1);
  const window = 2 * reach + 1;
  if (n < RECENT_WINDOWS * window) return () => null;
  const lasting = (training.periods[0] ?? 0) * (training.periods.length > 1 ? SEASONS_OF_SEVERAL : 1);
  // All periods, shown or not: an unnoticed weekend would pass for a shift.
  const { adjusted } = decomposeSeasons(training.values, training.periods);

  const medians = runningMedian(adjusted, reach);
  const differences = new Float64Array(n - reach - window);
  for (let i = 0; i < differences.length; i += 1) differences[i] = medians[i + window + reach]! - medians[i + reach]!;
  const usual = medianOf(differences);
  const threshold = USUAL_DIFFERENCES * NORMAL_SCALE * medianOf(differences.map((d) => Math.abs(d - usual)));
  const largestSoFar = differences.map((difference) => Math.abs(difference - usual));
  for (let i = 1; i < largestSoFar.length; i += 1) largestSoFar[i] = Math.max(largestSoFar[i]!, largestSoFar[i - 1]!);

  return (origin) => {
    if (origin < RECENT_WINDOWS * window) return null;
    // The last windows before an origin are cut short, and lie nearer to the ones before them, so that a trend shows less.
    const last = runningMedian(adjusted.subarray(origin - window, origin), reach);
    const medianAt = (t: number): number => (t < origin - reach ? medians[t]! : last[t - origin + window]!);
    const usualAt = (t: number): number => (usual * (window + Math.min(window, origin - t))) / (2 * window);

    let at = -1;
    const recent = Math.max(window, origin - RECENT_WINDOWS * window);
    // Neighbouring windows share values with the first recent one: what came before lies a window and a half earlier.
    const earlier = recent - 2 * window - reach;
    let furthest = threshold;
    let direction = 0;
    for (let t = recent; t <= origin - 2 * reach; t += 1) {
      const difference = medianAt(t + reach) - medianAt(t - reach - 1) - usualAt(t);
      if (Math.abs(difference) <= furthest) continue;
      furthest = Math.abs(difference);
      direction = Math.sign(difference);
      at = t;
    }
    if (at < 0) return null;

    const known = adjusted.subarray(0, origin);
    const exact = steepestStep(known, { at, reach, direction });
    const hasLasted = origin - exact >= lasting;
    const isCertain = hasLasted && (earlier < 0 || furthest > BEYOND_EARLIER * largestSoFar[earlier]!);
    const before = known.subarray(Math.max(0, exact - window), exact);
    const after = known.subarray(exact, Math.min(origin, exact + window));
    return { at: exact, size: medianOf(after) - medianOf(before) - usualAt(exact), window, isCertain };
  };
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

/**
 * The series as if it had always been on its new level; the very same values without a certain shift.
 *
 * Shapes    values [n]; result [n].
 * Units     the unit of `values`.
 */
export function alignLevel(values: Float64Array, shift: LevelShift | null): Float64Array {
  return !shift?.isCertain ? values : values.map((value, t) => (t < shift.at ? value + shift.size : value));
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
