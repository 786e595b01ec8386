import { fitGrowthCurve, type GrowthCurve } from './math/growth-curve.js';

/** Lags grow by this factor: neighbouring long lags tell nearly the same. */
const LAG_RATIO = 1.4;
/** With so few observations a steady change cannot be told from chance, and none of it is taken off. */
const CHANGE_IS_CHANCE = 3;

/**
 * How far a series strays from where it was h steps before: the error variance of the naive method, read off every pair of
 * observations h apart. It rests on far more pairs than rolling origins can give, and serves as the prior where those are
 * few.
 *
 * Notation  z seasonally adjusted values, n their count, c average change per step, drawn to 0 by the factor 1 − 3/n,
 *           V(h) = mean (zₜ₊ₕ − zₜ − c·h)² · (n + h)/(n − h).
 * Shapes    adjusted [n], n ≥ 2; lags up to n/2. The result is a curve fitted to V, for any h ≥ 1.
 * Units     the square of the unit of the values.
 * Source    Cressie, Statistics for Spatial Data, rev. ed., 1993, §2.4: V is the empirical variogram, in time.
 */
export function naiveVariance(adjusted: Float64Array): GrowthCurve {
  const n = adjusted.length;
  const change = ((1 - CHANGE_IS_CHANCE / Math.max(n, CHANGE_IS_CHANCE)) * (adjusted[n - 1]! - adjusted[0]!)) / (n - 1);
  const lags: number[] = [];
  const variances: number[] = [];
  const counts: number[] = [];

  for (let lag = 1; lag <= Math.max(1, n >> 1); lag = Math.max(lag + 1, Math.round(lag * LAG_RATIO))) {
    let squares = 0;
    for (let t = lag; t < n; t += 1) squares += (adjusted[t]! - adjusted[t - lag]! - change * lag) ** 2;
    // The change is estimated from the same values, which hides part of the straying: the factor restores it.
    const variance = ((squares / (n - lag)) * (n + lag)) / (n - lag);
    lags.push(lag);
    variances.push(variance);
    // Pairs that overlap tell the same: what counts is how many lags fit into the series.
    counts.push((n - lag) / lag);
  }
  const heights = Float64Array.from(variances);
  return fitGrowthCurve({
    steps: Float64Array.from(lags),
    heights,
    counts: Float64Array.from(counts),
    expected: heights,
  });
}
