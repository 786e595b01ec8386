import { linearRegression } from 'simple-statistics';

import { InsufficientHistory } from '../errors.js';
import type { ForecastModel } from '../model.js';

const FEWEST = 8;
/** The bounds within which weights are sensible: a trend damped by less than 0.8 is none, above 0.98 it is undamped. */
const LOWEST = [0.01, 0.0001, 0.8] as const;
const HIGHEST = [0.999, 0.999, 0.98] as const;
/** Where the search begins: levels that hardly move, that follow slowly, and that follow at once. */
const STARTS: readonly Weights[] = [
  [0.1, 0.05, 0.9],
  [0.1, 0.05, 0.97],
  [0.4, 0.1, 0.95],
  [0.8, 0.05, 0.9],
  [0.95, 0.2, 0.9],
];
/** First step of the search along each weight, halved three times. */
const FIRST_STEPS = [0.16, 0.12, 0.04] as const;
const HALVINGS = 4;

/**
 * Exponential smoothing with a damped trend: level and trend follow the observations, and the trend dies out.
 *
 * Notation  y observations, n their count, l level, b trend, α and β their weights, φ damping, e one-step error:
 *           eₜ = yₜ − lₜ₋₁ − φbₜ₋₁,  lₜ = lₜ₋₁ + φbₜ₋₁ + αeₜ,  bₜ = φbₜ₋₁ + αβeₜ,  mean l + (φ + … + φʰ)b.
 * Shapes    values [n]; mean [horizon]; parameters [α, β, φ].
 * Units     the unit of `values`; b per step.
 * Throws    InsufficientHistory when n < 8: five parameters are fitted.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §8.2, §8.5.
 */
export const dampedHolt: ForecastModel = {
  name: 'damped-holt',
  description: 'a level and a trend that follow the observations; the trend dies out',
  requiredObservations: () => FEWEST,

  fit({ values: y }, learnt) {
    const n = y.length;
    if (n < FEWEST) throw new InsufficientHistory({ model: 'damped-holt', observations: n, required: FEWEST });
    const start = startState(y);
    const weights = (learnt as Weights | undefined) ?? bestWeights(y, start);
    const end = smoothDamped(y, start, weights);
    return { parameters: weights, forecast: (horizon) => dampedMean(end, weights, horizon) };
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

/** Runs the recursion of `dampedHolt` over the observations with given weights. */
export function smoothDamped(
  y: Float64Array,
  start: State,
  [alpha, beta, phi]: Weights,
): State & { readonly squares: number } {
  let { level, trend } = start;
  let squares = 0;
  for (let t = 0; t < y.length; t += 1) {
    const damped = phi * trend;
    const error = y[t]! - level - damped;
    squares += error * error;
    level += damped + alpha * error;
    trend = damped + alpha * beta * error;
  }
  return { level, trend, squares };
}

/** What the state at the end of the observations expects of the steps after it; [horizon]. */
export function dampedMean({ level, trend }: State, [, , phi]: Weights, horizon: number): Float64Array {
  let damping = 1;
  let travelled = 0;
  const mean = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) {
    damping *= phi;
    travelled += damping;
    mean[h] = level + travelled * trend;
  }
  return mean;
}

/** The weights with the least squared one-step errors: the best start, then a compass search with steps that halve. */
function bestWeights(y: Float64Array, start: State): Weights {
  let best = STARTS[0]!;
  let least = Infinity;
  const attempt = (weights: Weights): void => {
    const { squares } = smoothDamped(y, start, weights);
    if (squares < least) {
      least = squares;
      best = weights;
    }
  };
  STARTS.forEach(attempt);
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    for (let i = 0; i < FIRST_STEPS.length; i += 1) {
      const step = FIRST_STEPS[i]! * 0.5 ** halving;
      const centre = best;
      const before = least;
      attempt(moved(centre, i, step));
      if (least === before) attempt(moved(centre, i, -step));
    }
  }
  return best;
}

function moved(weights: Weights, i: number, step: number): Weights {
  const [alpha, beta, phi] = weights.map((weight, j) =>
    i === j ? Math.min(HIGHEST[j]!, Math.max(LOWEST[j]!, weight + step)) : weight,
  );
  return [alpha!, beta!, phi!];
}
