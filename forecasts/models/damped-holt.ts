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
  [0.6, 0.6, 0.9],
  [0.8, 0.05, 0.9],
  [0.95, 0.2, 0.9],
];
/** The ways the search moves: each weight by itself, and α against β, since it is their product that moves the trend. */
const MOVES: readonly ((weights: Weights, step: number) => Weights)[] = [
  ([alpha, beta, phi], step) => [alpha + step, beta, phi],
  ([alpha, beta, phi], step) => [alpha, beta + step, phi],
  ([alpha, beta, phi], step) => [alpha, beta, phi + step],
  ([alpha, beta, phi], step) => [alpha * Math.exp(step), beta * Math.exp(-step), phi],
];
const FIRST_STEPS = [0.16, 0.12, 0.04, 0.4] as const;
const SWEEPS = 8;

/**
 * Exponential smoothing with a damped trend: level and trend follow the observations, and the trend dies out.
 *
 * Notation  y observations, n their count, l level, b trend, α and β their weights, φ damping, e one-step error:
 *           eₜ = yₜ − lₜ₋₁ − φbₜ₋₁,  lₜ = lₜ₋₁ + φbₜ₋₁ + αeₜ,  bₜ = φbₜ₋₁ + αβeₜ,  mean l + (φ + … + φʰ)b.
 *           l₀ and b₀ are the least-squares line through the first ten. (ets() of R calls αβ its β.)
 * Shapes    values [n]; mean [horizon]; parameters [α, β, φ].
 * Units     the unit of `values`; b per step.
 * Throws    InsufficientHistory when n < 8: level, trend and three weights are fitted.
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

/**
 * Runs the recursion of `dampedHolt` over the observations with given weights.
 *
 * Shapes    y [n]; the state after the last of them.
 * Units     level and squares in the unit of `y` and its square, trend per step.
 */
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

/**
 * What the state at the end of the observations expects of the steps after it: l + (φ + … + φʰ)b.
 *
 * Shapes    result [horizon].
 * Units     the unit of the level.
 */
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

/**
 * The weights with the least squared one-step errors: from the best start, step by step along each move, twice as far next
 * time where it helped and half as far the other way where it did not; after each sweep once more the way it went.
 *
 * Source  Hooke & Jeeves, "Direct search" solution of numerical and statistical problems, Journal of the ACM 8(2), 1961.
 */
function bestWeights(y: Float64Array, start: State): Weights {
  let best = STARTS[0]!;
  let least = Infinity;
  const attempt = (weights: Weights): boolean => {
    const { squares } = smoothDamped(y, start, weights);
    if (!(squares < least)) return false;
    least = squares;
    best = weights;
    return true;
  };
  STARTS.forEach(attempt);
  const steps: number[] = [...FIRST_STEPS];
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const [alpha, beta, phi] = best;
    MOVES.forEach((move, i) => {
      const next = withinBounds(move(best, steps[i]!));
      const hasMoved = next.some((weight, j) => weight !== best[j]);
      steps[i]! *= hasMoved && attempt(next) ? 2 : -0.5;
    });
    if (best[0] !== alpha || best[1] !== beta || best[2] !== phi) {
      attempt(withinBounds([2 * best[0] - alpha, 2 * best[1] - beta, 2 * best[2] - phi]));
    }
  }
  return best;
}

function withinBounds(weights: Weights): Weights {
  const [alpha, beta, phi] = weights.map((weight, i) => Math.min(HIGHEST[i]!, Math.max(LOWEST[i]!, weight)));
  return [alpha!, beta!, phi!];
}
