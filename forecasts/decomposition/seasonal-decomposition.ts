import { centredMovingAverage } from './moving-average.js';

/** A series taken apart: what repeats with each season, and the rest. */
export interface SeasonalDecomposition {
  /** The series without its seasons; [n]. */
  readonly adjusted: Float64Array;
  /** The periods that were taken off: those of which two whole seasons are in the series. */
  readonly periods: readonly number[];
  /** Adds the seasonal parts of the steps after the series, which repeat the last season of each period, to `mean`. */
  addAhead(mean: Float64Array): void;
}

/** What a series shows of one season, before it is said how far the season follows the latest ones. */
export interface ShownSeason {
  /** From the trend; [n]. */
  readonly deviations: Float64Array;
  /** One for each phase; [m]. */
  readonly figure: Float64Array;
}

/** With this many values in a phase, the highest and the lowest are left out of its mean. */
const FEWEST_TO_TRIM = 4;
/** What goes on at half its pace: a trend beyond the last full window. */
const TREND_AT_END = 0.5;
/** With several periods each is estimated again once the others are off. */
const ROUNDS_OF_SEVERAL = 2;

/**
 * Additive decomposition, one period after the other from the shortest: the trend is a moving average over one season, the
 * figure of a phase is the mean of its deviations from the trend without the highest and the lowest. The figure then
 * follows each season's deviations as far as `adaptation` says: 0 keeps one figure for the whole series.
 *
 * Notation  y values, n their count, m a period, γ adaptation, s figure, d deviation from the trend:
 *           sₜ₊ₘ = sₜ + γ(dₜ − sₜ); what is taken off at t is the mean of sₜ and sₜ₊ₘ.
 * Shapes    values [n]; periods ascending, those with n < 2m are passed over; `shown` is `firstSeason` of the same, for who
 *           takes a series apart several times.
 * Units     the unit of `values`; adaptation a fraction, 0 to 1.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §3.4 (classical decomposition), §8.3
 *           (the figure follows as in Holt-Winters); the trimmed mean is ours.
 */
export function decomposeSeasons(
  values: Float64Array,
  periods: readonly number[],
  adaptation = 0,
  shown = firstSeason(values, periods),
): SeasonalDecomposition {
  const n = values.length;
  const visible = visibleIn(values, periods);
  const adjusted = values.slice();
  const seasons = visible.map(() => new Float64Array(n));
  const ahead = visible.map((period) => new Float64Array(period));

  for (let round = 0; round < (visible.length > 1 ? ROUNDS_OF_SEVERAL : 1); round += 1) {
    visible.forEach((period, i) => {
      const season = seasons[i]!;
      for (let t = 0; t < n; t += 1) adjusted[t]! += season[t]!;
      takeSeason(round === 0 && i === 0 ? shown! : seasonIn(adjusted, period), season, ahead[i]!, adaptation);
      for (let t = 0; t < n; t += 1) adjusted[t]! -= season[t]!;
    });
  }
  return {
    adjusted,
    periods: visible,
    addAhead(mean) {
      for (const figure of ahead) {
        for (let h = 0, phase = 0; h < mean.length; h += 1, phase = phase + 1 === figure.length ? 0 : phase + 1) {
          mean[h]! += figure[phase]!;
        }
      }
    },
  };
}

/**
 * What a series shows of the shortest of its seasons while all others are still in it: where every decomposition begins.
 *
 * Shapes    as `decomposeSeasons`; null when no two seasons are in the series.
 * Units     the unit of `values`.
 */
export function firstSeason(values: Float64Array, periods: readonly number[]): ShownSeason | null {
  const [shortest] = visibleIn(values, periods);
  return shortest === undefined ? null : seasonIn(values, shortest);
}

function visibleIn(values: Float64Array, periods: readonly number[]): readonly number[] {
  return periods.filter((period) => values.length >= 2 * period);
}

function seasonIn(values: Float64Array, period: number): ShownSeason {
  const deviations = deviationsFromTrend(values, period);
  return { deviations, figure: seasonalFigure(deviations, period) };
}

/** Fills `season` [n] with the seasonal part of each step, and `ahead` [m] with that of the m steps after the last. */
function takeSeason({ deviations, figure: shown }: ShownSeason, season: Float64Array, ahead: Float64Array, adaptation: number): void {
  const n = deviations.length;
  const period = ahead.length;
  const figure = shown.slice();
  if (adaptation > 0) {
    for (let t = 0, phase = 0; t < n; t += 1, phase = phase + 1 === period ? 0 : phase + 1) {
      const before = figure[phase]!;
      const after = before + adaptation * (deviations[t]! - before);
      season[t] = 0.5 * (before + after);
      figure[phase] = after;
    }
    centre(figure);
  } else {
    for (let t = 0, phase = 0; t < n; t += 1, phase = phase + 1 === period ? 0 : phase + 1) season[t] = figure[phase]!;
  }
  for (let h = 0; h < period; h += 1) ahead[h] = figure[(n + h) % period]!;
}

/** Deviations from the moving average; [n]. Where no full window fits, the trend goes on flat or at half its pace. */
function deviationsFromTrend(values: Float64Array, period: number): Float64Array {
  const n = values.length;
  const half = period >> 1;
  const deviations = centredMovingAverage(values, period);
  const last = n - 1 - half;
  const earlier = Math.max(half, last - period);
  const slope = (TREND_AT_END * (deviations[last]! - deviations[earlier]!)) / Math.max(1, Math.min(period, last - half));
  const level = deviations[last]!;
  for (let t = 0; t <= last; t += 1) deviations[t] = values[t]! - deviations[t]!;
  for (let t = last + 1; t < n; t += 1) deviations[t] = values[t]! - level - slope * (t - last);
  return deviations;
}

/**
 * The typical deviation of each phase, centred on zero, and drawn towards zero as far as it may be chance.
 *
 * Notation  f raw figure with variance F, N deviations that it leaves with variance v, c = N/m seasons:
 *           f·max(0, 1 − (v/c)/F), since v/c of F is what noise alone would show.
 * Shapes    deviations [n], of which half a season at either end is left out; result [m].
 * Units     the unit of the deviations.
 * Source    Miller & Williams, Shrinkage estimators of time series seasonal factors and their effect on forecasting
 *           accuracy, International Journal of Forecasting 19(4), 2003 (after James and Stein).
 */
export function seasonalFigure(deviations: Float64Array, period: number): Float64Array {
  const n = deviations.length;
  const half = period >> 1;
  const figure = new Float64Array(period);
  for (let phase = 0; phase < period; phase += 1) {
    let sum = 0;
    let count = 0;
    let lowest = Infinity;
    let highest = -Infinity;
    for (let t = phase < half ? phase + period : phase; t < n - half; t += period) {
      const deviation = deviations[t]!;
      sum += deviation;
      count += 1;
      if (deviation < lowest) lowest = deviation;
      if (deviation > highest) highest = deviation;
    }
    // With barely two seasons a phase may be covered by neither full window; it then counts as average.
    if (count >= FEWEST_TO_TRIM) figure[phase] = (sum - lowest - highest) / (count - 2);
    else figure[phase] = count === 0 ? 0 : sum / count;
  }
  centre(figure);

  let left = 0;
  for (let t = half, phase = half % period; t < n - half; t += 1, phase = phase + 1 === period ? 0 : phase + 1) {
    left += (deviations[t]! - figure[phase]!) ** 2;
  }
  const count = n - 2 * half;
  const byChance = (left / Math.max(1, count - period) / count) * period;
  let variance = 0;
  for (let phase = 0; phase < period; phase += 1) variance += figure[phase]! ** 2 / period;
  const share = variance > 0 ? Math.max(0, 1 - byChance / variance) : 0;
  for (let phase = 0; phase < period; phase += 1) figure[phase]! *= share;
  return figure;
}

function centre(figure: Float64Array): void {
  let mean = 0;
  for (let phase = 0; phase < figure.length; phase += 1) mean += figure[phase]! / figure.length;
  for (let phase = 0; phase < figure.length; phase += 1) figure[phase]! -= mean;
}
