import { centredMovingAverage } from './moving-average.js';
import { seasonalFigure } from './seasonal-decomposition.js';

/** Below this share of explained variance a pattern is as likely to be chance. */
const WEAKEST = 0.05;
/** A season this long has taken its place in the record only a few times, and needs to show more clearly. */
const LONG_PERIOD = 48;
const WEAKEST_LONG = 0.1;
/** Two seasons always look half seasonal; below this many a pattern has to explain nearly everything. */
const SEASONS_TO_TELL = 3;
const WEAKEST_OF_FEW = 0.8;
/** What a long season has to explain beyond the short one that it is made of. */
const GAIN = 0.02;

/**
 * The periods that are really in a series, of those that may be: each has to explain more of the deviations from the trend
 * than chance would, and a multiple of a shorter one more than the shorter one does.
 *
 * Notation  d deviations from the moving average over one season, s their seasonal figure, N their count, m period:
 *           strength 1 − (Σ(d − s)²/(N − m)) / (Σ d²/(N − 1)), adjusted for the m fitted phases.
 * Shapes    values [n]; candidates ascending; the result is a part of them.
 * Units     periods in steps; strength a fraction of variance.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §4.3 (strength of seasonality); the
 *           adjustment is that of R², §7.5.
 */
export function periodsWithin(values: Float64Array, candidates: readonly number[]): number[] {
  const n = values.length;
  const periods: number[] = [];
  let strongest = 0;
  for (const period of candidates) {
    if (n < 2 * period) continue;
    const strength = seasonalStrength(values, period);
    const weakest = n < SEASONS_TO_TELL * period ? WEAKEST_OF_FEW : period > LONG_PERIOD ? WEAKEST_LONG : WEAKEST;
    const isMultiple = periods.some((shorter) => period % shorter === 0);
    if (strength <= Math.max(weakest, isMultiple ? strongest + GAIN : 0)) continue;
    periods.push(period);
    strongest = Math.max(strongest, strength);
  }
  return periods;
}

/**
 * The share of the variance around the trend that a season explains, as in `periodsWithin`.
 *
 * Shapes    values [n], n ≥ 2m.
 * Units     a fraction: 0 when the season explains nothing, below 1 otherwise.
 */
export function seasonalStrength(values: Float64Array, period: number): number {
  const n = values.length;
  const half = period >> 1;
  const trend = centredMovingAverage(values, period);
  const deviations = values.map((value, t) => value - trend[t]!);
  const figure = seasonalFigure(deviations, period);
  let squares = 0;
  let unexplained = 0;
  for (let t = half; t < n - half; t += 1) {
    const deviation = deviations[t]!;
    squares += deviation * deviation;
    unexplained += (deviation - figure[t % period]!) ** 2;
  }
  const count = n - 2 * half;
  if (!(squares > 0)) return 0;
  return Math.max(0, 1 - unexplained / Math.max(1, count - period) / (squares / Math.max(1, count - 1)));
}
