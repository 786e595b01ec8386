import { midMean } from '../math/order.js';
import { centredMovingAverage } from './moving-average.js';

/** A series taken apart: what repeats with each season, and the rest. */
export interface SeasonalDecomposition {
  /** The series without its seasons; [n]. */
  readonly adjusted: Float64Array;
  /** The periods that turned out to be there. */
  readonly periods: readonly number[];
  /** The sum of all seasonal parts at step t, counted from the start of the series; t may lie after its end. */
  seasonalAt(t: number): number;
}

/** Seasons further back are forgotten: a weekly pattern of last year says little of the next. */
const SEASONS_REMEMBERED = 16;
/** Below this share of explained variance, a pattern is as likely to be chance. */
const WEAKEST_SEASON = 0.1;

/**
 * Robust additive decomposition, one period after the other from the shortest: the trend is a moving average over one
 * season, the figure of each phase is the mid-mean of its latest deviations from the trend. A season is subtracted only
 * when it explains more of the deviations than chance would.
 *
 * Notation  y values, n their count, m a period.
 * Shapes    values [n]; periods ascending, those with n < 2m are passed over.
 * Units     the unit of `values`.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §3.4 (classical decomposition),
 *           §4.3 (strength of seasonality); the mid-mean in place of the mean is ours.
 */
export function decomposeSeasons(values: Float64Array, periods: readonly number[]): SeasonalDecomposition {
  const adjusted = Float64Array.from(values);
  const n = adjusted.length;
  const figures: Float64Array[] = [];

  for (const period of periods) {
    if (n < 2 * period) continue;
    const figure = seasonalFigure(adjusted, period);
    if (figure === null) continue;
    figures.push(figure);
    for (let t = 0; t < n; t += 1) adjusted[t]! -= figure[t % period]!;
  }

  return {
    adjusted,
    periods: figures.map((figure) => figure.length),
    seasonalAt: (t) => figures.reduce((sum, figure) => sum + figure[t % figure.length]!, 0),
  };
}

/** The typical deviation of each phase, centred on zero; null when it is no stronger than chance. */
function seasonalFigure(values: Float64Array, period: number): Float64Array | null {
  const n = values.length;
  const half = period >> 1;
  const start = Math.max(half, n - half - SEASONS_REMEMBERED * period);
  const end = n - half;
  const trend = centredMovingAverage(values, period);

  const figure = new Float64Array(period);
  const seasons = new Float64Array(Math.ceil((end - start) / period));
  for (let phase = 0; phase < period; phase += 1) {
    let count = 0;
    for (let t = start + ((phase - start) % period + period) % period; t < end; t += period) {
      seasons[count] = values[t]! - trend[t]!;
      count += 1;
    }
    // With barely two seasons a phase may be covered by neither full window; it then counts as average.
    figure[phase] = count === 0 ? 0 : midMean(seasons.subarray(0, count));
  }
  const centre = figure.reduce((sum, value) => sum + value, 0) / period;
  for (let phase = 0; phase < period; phase += 1) figure[phase]! -= centre;

  let deviations = 0;
  let unexplained = 0;
  for (let t = start; t < end; t += 1) {
    const deviation = values[t]! - trend[t]!;
    deviations += deviation * deviation;
    unexplained += (deviation - figure[t % period]!) ** 2;
  }
  // Each phase is a fitted parameter: without counting them, pure noise over two seasons looks half seasonal.
  const count = end - start;
  const freedom = Math.max(1, count - period);
  const strength = deviations > 0 ? 1 - unexplained / freedom / (deviations / count) : 0;
  return strength > WEAKEST_SEASON ? figure : null;
}
