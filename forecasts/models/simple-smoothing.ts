import { InsufficientHistory } from '../errors.js';
import { minimiseOnGrid } from '../math/line-search.js';
import type { ForecastModel } from '../model.js';

const WEIGHTS_TRIED = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1];
const FIRST_STEP = 0.06;
const FINEST_STEP = 0.01;
/** Observations whose mean is the first level. */
const START_STEPS = 8;

/**
 * Simple exponential smoothing: a level that follows the observations, and no trend.
 *
 * Notation  y observations, n their count, ℓ level, α weight of the newest observation: ℓₜ = ℓₜ₋₁ + α(yₜ − ℓₜ₋₁), from
 *           ℓ₀, the mean of the first eight; α leaves the least Σ(yₜ − ℓₜ₋₁)².
 * Shapes    values [n]; mean [horizon], all of them ℓₙ; parameters [α].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 4: level and weight are fitted.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §8.1.
 */
export const simpleSmoothing: ForecastModel = {
  name: 'simple-smoothing',
  description: 'a level that follows the observations, without a trend',
  requires: 'level',
  requiredObservations: () => 4,

  fit({ values: y }, learnt) {
    const n = y.length;
    if (n < 4) throw new InsufficientHistory({ model: 'simple-smoothing', observations: n, required: 4 });
    const alpha = learnt?.[0] ?? minimiseOnGrid((weight) => smoothLevel(y, weight).squares, {
      grid: WEIGHTS_TRIED,
      firstStep: FIRST_STEP,
      finest: FINEST_STEP,
    });
    const { level } = smoothLevel(y, alpha);
    return { parameters: [alpha], forecast: (horizon) => new Float64Array(horizon).fill(level) };
  },
};

/**
 * Runs the recursion of `simpleSmoothing` from the mean of the first eight observations.
 *
 * Shapes    y [n], n ≥ 1.
 * Units     level and squares in the unit of `y` and its square; α a fraction.
 */
export function smoothLevel(y: Float64Array, alpha: number): { level: number; squares: number } {
  const first = Math.min(START_STEPS, y.length);
  let level = 0;
  for (let t = 0; t < first; t += 1) level += y[t]! / first;
  let squares = 0;
  for (let t = 0; t < y.length; t += 1) {
    const error = y[t]! - level;
    squares += error * error;
    level += alpha * error;
  }
  return { level, squares };
}
