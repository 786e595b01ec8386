import { decomposeSeasons } from '../decomposition/seasonal-decomposition.js';
import { medianOf } from '../math/order.js';
import { runningMedian } from '../math/running-median.js';
import type { ScaledHistory } from './passing-effects.js';
import type { EffectSize } from './regressor.js';

/** An effect is counted with when it is this many standard errors from nothing. */
const STANDARD_ERRORS = 3;
/** Steps compared on either side of a change, where no season is longer. */
const SHORTEST_WINDOW = 7;
/** Fewer steps are no level. */
const FEWEST_STEPS = 3;
/** Shorter series do not show what their windows usually differ by. */
const FEWEST_WINDOWS = 4;
const NORMAL_SCALE = 1.4826;
/** What is left of a level, at least. */
const LEAST_FACTOR = 1e-3;

/** The steps [start, end). */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Effects that stay, each read off the level around its known date: the median of a window after the change, less that of
 * the window before it, less what the series usually moves by in as many steps.
 *
 * Notation  w window, about one season; δ the difference between the medians of windows w apart: c the median of δ/w,
 *           s₀ = 1.4826·median |δ − c·w|. Around a change D is that difference, less c times the steps between the middles of
 *           the windows; the regressor moves from X₀ to X₁. In the unit of the series b = D/(X₁ − X₀); as a fraction, where
 *           values are logarithms, (1 + b·X₁)/(1 + b·X₀) = eᴰ. Standard error s: that of D, s₀·√(w/m + k/w) with m the
 *           steps of the shorter window and k those that the change takes, times db/dD. Several changes of a regressor are
 *           weighed by 1/s²; b counts when |b| > 3s.
 * Shapes    columns and result [regressors], null where nothing is shown.
 * Units     the unit of the series per 1 of the regressor, or a fraction.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §7.4 (intervention variables); windows as in
 *           `findLevelShift`.
 */
export function lastingEffects(
  { values, isLogarithmic }: Pick<ScaledHistory, 'values' | 'isLogarithmic'>,
  columns: readonly Float64Array[],
  seasons: readonly number[],
): (Required<EffectSize> | null)[] {
  const n = values.length;
  const unit = seasons.at(-1) ?? 1;
  const window = unit * Math.ceil(SHORTEST_WINDOW / unit);
  const effects: (Required<EffectSize> | null)[] = columns.map(() => null);
  if (n < FEWEST_WINDOWS * window || columns.length === 0) return effects;
  const { adjusted } = decomposeSeasons(values, seasons);
  const { drift, spread } = usualDifferences(adjusted, window);

  const inOrder = columns.map((column, index) => ({ column, index, changes: changesOf(column) }));
  inOrder.sort((a, b) => (a.changes[0]?.start ?? n) - (b.changes[0]?.start ?? n));
  for (const { column, index, changes } of inOrder) {
    const shown = changes.flatMap((change, i) => {
      const around = windowsAround(change, { window, n, from: changes[i - 1]?.end ?? 0, to: changes[i + 1]?.start ?? n });
      if (!around) return [];
      const { before, after } = around;
      const apart = (after.start + after.end - before.start - before.end) / 2;
      const difference = medianOver(adjusted, after) - medianOver(adjusted, before) - drift * apart;
      const shorter = Math.min(lengthOf(before), lengthOf(after));
      const sd = spread * Math.sqrt(window / shorter + lengthOf(change) / window);
      return [sizeOf(difference, sd, { from: meanOver(column, before), to: meanOver(column, after), isLogarithmic })];
    });
    const { size, sd } = weighed(shown);
    if (!(Math.abs(size) > STANDARD_ERRORS * sd)) continue;
    effects[index] = { size, sd, isRelative: isLogarithmic };
    for (let t = 0; t < n; t += 1) adjusted[t]! -= levelOf({ size, isRelative: isLogarithmic }, column[t]!);
  }
  return effects;
}

/**
 * What an effect adds to a value on the scale of the series: b·x, or log(1 + b·x) where it is relative.
 *
 * Units     the unit of the series, or a difference of logarithms.
 * Source    ours.
 */
export function levelOf({ size, isRelative }: EffectSize, x: number): number {
  return isRelative ? Math.log(Math.max(LEAST_FACTOR, 1 + size * x)) : size * x;
}

/** The windows on either side of a change; null where one is too short to be a level. */
function windowsAround(
  { start, end }: Span,
  { window, n, from, to }: { window: number; n: number; from: number; to: number },
): { before: Span; after: Span } | null {
  const before = { start: Math.max(from, start - window), end: start };
  // What is still going on is compared as far as it has come.
  const isGoingOn = end === n - 1;
  const after = isGoingOn ? { start: Math.max(start, n - window), end: n } : { start: end, end: Math.min(to, end + window) };
  return Math.min(lengthOf(before), lengthOf(after)) < FEWEST_STEPS ? null : { before, after };
}

interface Size {
  readonly size: number;
  readonly sd: number;
}

/** The size of an effect that makes such a difference, on the scale of the series, while its regressor moves. */
function sizeOf(difference: number, sd: number, { from, to, isLogarithmic }: { from: number; to: number; isLogarithmic: boolean }): Size {
  if (!isLogarithmic) return { size: difference / (to - from), sd: sd / Math.abs(to - from) };
  const growth = Math.exp(difference);
  const moved = to - from * growth;
  return { size: (growth - 1) / moved, sd: Math.abs((growth * sd * (to - from)) / (moved * moved)) };
}

/** The mean of what several changes show, each by 1/sd²; the first that is certain decides alone. */
function weighed(sizes: readonly Size[]): Size {
  const certain = sizes.find(({ sd }) => sd === 0);
  if (certain) return certain;
  const weight = sizes.reduce((sum, { sd }) => sum + 1 / sd ** 2, 0);
  return { size: sizes.reduce((sum, { size, sd }) => sum + size / sd ** 2, 0) / weight, sd: 1 / Math.sqrt(weight) };
}

/** What the level moves by in a step, and how far windows that follow each other stray from that. */
function usualDifferences(adjusted: Float64Array, window: number): { drift: number; spread: number } {
  const medians = runningMedian(adjusted, window >> 1);
  const differences = Float64Array.from({ length: adjusted.length - window }, (_, t) => medians[t + window]! - medians[t]!);
  const usual = medianOf(differences);
  return { drift: usual / window, spread: NORMAL_SCALE * medianOf(differences.map((difference) => Math.abs(difference - usual))) };
}

/** The spans over which a regressor moves: from the first step that differs from the one before, up to the last such one. */
function changesOf(column: Float64Array): Span[] {
  const changes: Span[] = [];
  let start = -1;
  for (let t = 1; t <= column.length; t += 1) {
    const moves = t < column.length && column[t] !== column[t - 1];
    if (moves && start < 0) start = t;
    if (!moves && start >= 0) {
      changes.push({ start, end: t - 1 });
      start = -1;
    }
  }
  return changes;
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}

function meanOver(values: Float64Array, { start, end }: Span): number {
  let sum = 0;
  for (let t = start; t < end; t += 1) sum += values[t]!;
  return sum / (end - start);
}

function medianOver(values: Float64Array, { start, end }: Span): number {
  return medianOf(values.subarray(start, end));
}
