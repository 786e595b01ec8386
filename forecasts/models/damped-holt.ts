import { linearRegression } from 'simple-statistics';

import { InsufficientHistory } from '../errors.js';
import { minimise } from '../math/minimise.js';
import type { ForecastModel } from '../model.js';

const FEWEST = 8;
/** The bounds within which weights are sensible: a trend damped by less than 0.8 is none, above 0.98 it is undamped. */
const LOWEST = [0.01, 0.0001, 0.8] as const;
const HIGHEST = [0.999, 0.999, 0.98] as const;

/**
 * Exponential smoothing with a damped trend: level and trend follow the observations, and the trend dies out.
 *
 * Notation  y observations, n their count, l level, b trend, α and β their weights, φ damping, e one-step error:
 *           eₜ = yₜ − lₜ₋₁ − φbₜ₋₁,  lₜ = lₜ₋₁ + φbₜ₋₁ + αeₜ,  bₜ = φbₜ₋₁ + αβeₜ,  mean l + (φ + … + φʰ)b.
 * Shapes    values [n]; residuals [n]; mean [horizon].
 * Units     the unit of `values`; b per step.
 * Throws    InsufficientHistory when n < 8: five parameters are fitted.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §8.2, §8.5.
 */
export const dampedHolt: ForecastModel = {
  name: 'damped-holt',
  description: 'a level and a trend that follow the observations; the trend dies out',
  requiredObservations: () => FEWEST,

  fit({ values: y }) {
    const n = y.length;
    if (n < FEWEST) throw new InsufficientHistory({ model: 'damped-holt', observations: n, required: FEWEST });
    const start = startState(y);
    const { point } = minimise((weights) => smoothDamped(y, start, clamp(weights)).squares * (1 + overshoot(weights)), {
      start: [0.4, 0.05, 0.95],
      step: [-0.25, 0.1, -0.05],
      tolerance: 1e-4,
      rounds: 50,
    });

    const weights = clamp(point);
    const residuals = new Float64Array(n);
    const end = smoothDamped(y, start, weights, residuals);
    return { residuals, forecast: (horizon) => dampedMean(end, weights, horizon) };
  },
};

type Weights = readonly [alpha: number, beta: number, phi: number];
interface State {
  readonly level: number;
  readonly trend: number;
}

/** Level and trend before the first observation: the least-squares line through the first ten. */
function startState(y: Float64Array): State {
  const { m: trend, b: first } = linearRegression(Array.from(y.subarray(0, 10), (value, t) => [t, value]));
  return { level: first - trend, trend };
}

/** Runs the recursion of `dampedHolt` over the observations with given weights; fills `residuals` when there is room. */
export function smoothDamped(
  y: Float64Array,
  start: State,
  [alpha, beta, phi]: Weights,
  residuals?: Float64Array,
): State & { readonly squares: number } {
  let { level, trend } = start;
  let squares = 0;
  for (let t = 0; t < y.length; t += 1) {
    const damped = phi * trend;
    const error = y[t]! - level - damped;
    squares += error * error;
    level += damped + alpha * error;
    trend = damped + alpha * beta * error;
    if (residuals) residuals[t] = error;
  }
  return { level, trend, squares };
}

/** What the state at the end of the observations expects of the steps after it; [horizon]. */
export function dampedMean({ level, trend }: State, [, , phi]: Weights, horizon: number): Float64Array {
  let damping = 1;
  let travelled = 0;
  return Float64Array.from({ length: horizon }, () => {
    damping *= phi;
    travelled += damping;
    return level + travelled * trend;
  });
}

function clamp(weights: readonly number[]): Weights {
  const [alpha, beta, phi] = weights.map((weight, i) => Math.min(HIGHEST[i]!, Math.max(LOWEST[i]!, weight)));
  return [alpha!, beta!, phi!];
}

/** How far the search strayed beyond the bounds: the penalty that leads it back. */
function overshoot(weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => {
    const outside = Math.max(0, weight - HIGHEST[i]!, LOWEST[i]! - weight);
    return sum + 10 * outside * outside;
  }, 0);
}
