import { InsufficientHistory } from '../errors.js';
import type { ForecastModel } from '../model.js';

const FEWEST = 8;
/** Pairs of weights tried: the chance of demand is learnt more slowly than its size. */
const CHANCE_WEIGHTS = [0.02, 0.05, 0.08, 0.12, 0.2];
const SIZE_WEIGHTS = [0.05, 0.1, 0.2, 0.3];

/**
 * TSB, for demand that comes now and then: the chance that there is any, and how large it is, are smoothed separately. The
 * chance falls with every step without demand, so a use that has ended fades away.
 *
 * Notation  y observations, n their count, p chance of demand, z its size, α and β their weights, dₜ = 1 when yₜ ≠ 0:
 *           pₜ = pₜ₋₁ + α(dₜ − pₜ₋₁),  zₜ = zₜ₋₁ + β(yₜ − zₜ₋₁) where dₜ = 1,  mean pₙ·zₙ. The weights are those with the least
 *           squared one-step errors. (In the paper α and β stand the other way round.)
 * Shapes    values [n]; mean [horizon], all of them equal; parameters [α, β].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 8.
 * Source    Teunter, Syntetos & Babai, Intermittent demand: linking forecasting to inventory obsolescence, European
 *           Journal of Operational Research 214(3), 2011.
 */
export const intermittent: ForecastModel = {
  name: 'intermittent',
  description: 'the chance of demand times its size, smoothed separately',
  requires: 'zeros',
  requiredObservations: () => FEWEST,

  fit({ values: y }, learnt) {
    const n = y.length;
    if (n < FEWEST) throw new InsufficientHistory({ model: 'intermittent', observations: n, required: FEWEST });
    const [alpha, beta] = learnt ?? bestWeights(y);
    const { mean } = smoothDemand(y, alpha!, beta!);
    return { parameters: [alpha!, beta!], forecast: (horizon) => new Float64Array(horizon).fill(mean) };
  },
};

function bestWeights(y: Float64Array): readonly [number, number] {
  let best: readonly [number, number] = [CHANCE_WEIGHTS[0]!, SIZE_WEIGHTS[0]!];
  let least = Infinity;
  for (const alpha of CHANCE_WEIGHTS) {
    for (const beta of SIZE_WEIGHTS) {
      const { squares } = smoothDemand(y, alpha, beta);
      if (squares >= least) continue;
      least = squares;
      best = [alpha, beta];
    }
  }
  return best;
}

/**
 * Runs the recursion of `intermittent` from the share and the mean size of all demand in the series.
 *
 * Shapes    y [n], n ≥ 1.
 * Units     mean and squares in the unit of `y` and its square; α of the chance and β of the size are fractions.
 */
export function smoothDemand(y: Float64Array, alpha: number, beta: number): { mean: number; squares: number } {
  let demands = 0;
  let total = 0;
  for (let t = 0; t < y.length; t += 1) {
    if (y[t] === 0) continue;
    demands += 1;
    total += y[t]!;
  }
  let chance = demands / y.length;
  let size = demands === 0 ? 0 : total / demands;
  let squares = 0;
  for (let t = 0; t < y.length; t += 1) {
    const value = y[t]!;
    squares += (value - chance * size) ** 2;
    if (value !== 0) size += beta * (value - size);
    chance += alpha * ((value === 0 ? 0 : 1) - chance);
  }
  return { mean: chance * size, squares };
}
