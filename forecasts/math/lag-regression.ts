import { ridgeCoefficients } from './ridge-regression.js';

/** Beyond this many times the largest deviation seen, an unstable regression has lost its way. */
const FURTHEST = 2.5;

/**
 * Regression of a series on its own past at given lags, continued step by step on its own forecasts.
 *
 * Notation  z deviations from the mean, n their count, v their variance, L lags, β coefficients, λ ridge:
 *           zₜ = β₀ + Σ βₗ·zₜ₋ₗ, β by least squares with a penalty of λ·v·(n − max L) on every βₗ.
 */
export interface LagRegression {
  /** Ascending, in steps. */
  readonly lags: readonly number[];
  /** Penalty, a fraction of what the variance of the series contributes. */
  readonly ridge: number;
}

/**
 * The fewest observations from which so many coefficients can be learnt: the longest lag, two for each coefficient, and five.
 *
 * Shapes    lags ascending, at least one.
 */
export function lagObservations(lags: readonly number[]): number {
  return lags.at(-1)! + 2 * (lags.length + 1) + 5;
}

/** From so many observations on, coefficients learnt from the whole series do not betray what came after an origin. */
const ENOUGH_TO_REUSE = 300;

/**
 * What was learnt from the whole series where that is safe, or coefficients fitted anew.
 *
 * Shapes    as `fitLags`; `learnt` as it gave them.
 */
export function lagCoefficients(
  values: Float64Array,
  regression: LagRegression,
  learnt: readonly number[] | undefined,
): readonly number[] {
  return learnt && values.length >= ENOUGH_TO_REUSE ? learnt : fitLags(values, regression);
}

/**
 * Coefficients β₀, β₁ … in the order of the lags.
 *
 * Shapes    values [n], n ≥ `lagObservations`; result [lags + 1], zero for a series that never moved.
 * Units     β₀ in the unit of `values`, the others without one.
 * Source    Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., §3.4.1 (ridge).
 */
export function fitLags(values: Float64Array, { lags, ridge }: LagRegression): number[] {
  const n = values.length;
  const k = lags.length + 1;
  const longest = lags.at(-1)!;
  const centre = meanOf(values);
  const z = new Float64Array(n);
  let variance = 0;
  for (let t = 0; t < n; t += 1) {
    z[t] = values[t]! - centre;
    variance += (z[t]! * z[t]!) / n;
  }
  if (!(variance > 1e-24 * (1 + centre * centre))) return new Array<number>(k).fill(0);

  const products = new Float64Array(k * k);
  const targets = new Float64Array(k);
  const row = new Float64Array(k);
  row[0] = Math.sqrt(variance);
  for (let t = longest; t < n; t += 1) {
    for (let i = 1; i < k; i += 1) row[i] = z[t - lags[i - 1]!]!;
    const target = z[t]!;
    for (let i = 0; i < k; i += 1) {
      const factor = row[i]!;
      targets[i]! += factor * target;
      for (let j = 0; j <= i; j += 1) products[i * k + j]! += factor * row[j]!;
    }
  }
  const penalties = new Float64Array(k).fill(ridge * variance * (n - longest));
  penalties[0] = 1e-9 * variance;
  const coefficients = [...ridgeCoefficients(products, targets, penalties)];
  coefficients[0]! *= Math.sqrt(variance);
  return coefficients;
}

/**
 * What the regression expects of the steps after the values: each step goes into the next, and none strays further from the
 * mean than 2.5 times what was seen.
 *
 * Shapes    values [n], n ≥ the longest lag; coefficients [lags + 1], as `fitLags` gives them; result [horizon].
 * Units     the unit of `values`.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §9.8 (point forecasts).
 */
export function continueLags(
  values: Float64Array,
  lags: readonly number[],
  coefficients: readonly number[],
  horizon: number,
): Float64Array {
  const n = values.length;
  const centre = meanOf(values);
  const longest = lags.at(-1)!;
  let largest = 0;
  for (let t = 0; t < n; t += 1) {
    const deviation = Math.abs(values[t]! - centre);
    if (deviation > largest) largest = deviation;
  }
  const furthest = FURTHEST * largest;
  // Only the last `longest` values are looked back at.
  const z = new Float64Array(longest + horizon);
  for (let t = 0; t < longest; t += 1) z[t] = values[n - longest + t]! - centre;
  const mean = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) {
    let expected = coefficients[0]!;
    for (let i = 0; i < lags.length; i += 1) expected += coefficients[i + 1]! * z[longest + h - lags[i]!]!;
    if (expected > furthest) expected = furthest;
    else if (expected < -furthest) expected = -furthest;
    z[longest + h] = expected;
    mean[h] = centre + expected;
  }
  return mean;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < values.length; t += 1) sum += values[t]!;
  return sum / values.length;
}
