import { mae } from './accuracy.js';
import type { OriginForecasts } from './backtest.js';

/** How much one model has to say in a combination. */
export interface ModelWeight {
  readonly name: string;
  /** A fraction; the weights of a combination add up to 1. */
  readonly weight: number;
}

/** How sharply weight falls with error, 1/errorᵖ: p grows by one for so many observations, from 1 up to a most. */
const BLUNTEST = 1;
/** An evident trend tells the models that follow it from the others after few origins. */
const BLUNTEST_OF_TREND = 2.5;
const OBSERVATIONS_PER_SHARPNESS = 150;
const SHARPEST = 6;
/** A trend that is there takes this much off the error of a model that follows it. */
const PROOF_OF_TREND = 0.85;
/** Relative to the best model; below this a model adds noise rather than a second opinion. */
const SMALLEST_RELATIVE_WEIGHT = 0.04;
/** What an error one origin further back counts, relative to the next. */
const FADING = 0.9;

/**
 * Weights for combining models, by how each did at rolling origins: 1 / errorᵖ, where an origin further back counts
 * less.
 *
 * Notation  n observations, p sharpness: 1 + n/150, or 2.5 + n/150 with an evident trend, and at most 6. On a short series
 *           the ranking is mostly luck.
 * Shapes    result [models], adding up to 1; equal weights when there are no origins to judge by.
 * Units     fractions; the errors of all models in one unit, which cancels out.
 * Source    Bates & Granger, The combination of forecasts, Operational Research Quarterly 20(4), 1969 (inverse errors);
 *           Pawlikowski & Chorowska, Weighted ensemble of statistical models, IJF 36(1), 2020 (origins, sharpness).
 */
export function combinationWeights(
  modelCount: number,
  origins: readonly OriginForecasts[],
  hasTrend = false,
): Float64Array {
  const bluntest = hasTrend ? BLUNTEST_OF_TREND : BLUNTEST;
  const errors = Float64Array.from({ length: modelCount }, (_, model) => fadedError(origins, model));
  const best = errors.reduce((least, error) => Math.min(least, error), Infinity);
  if (!(best < Infinity)) return new Float64Array(modelCount).fill(1 / modelCount);

  const sharpness = Math.min(SHARPEST, bluntest + origins[0]!.origin / OBSERVATIONS_PER_SHARPNESS);
  const weights = errors.map((error) => {
    // Several models may be exact, on a constant series for one: they share the weight.
    const relative = error === best ? 1 : (best / error) ** sharpness;
    return relative < SMALLEST_RELATIVE_WEIGHT ? 0 : relative;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Whether models that follow a trend have proved it at rolling origins, where the series alone does not show it beyond doubt: the
 * best of them was better than the best of all others by a good deal.
 *
 * Notation  eₜ and eₗ the least errors of models that follow a trend and of those that do not: eₜ < 0.85·eₗ.
 * Shapes    followsTrend [models].
 * Units     the errors of all models in one unit, which cancels out.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.10 (choosing by rolling origins).
 */
export function provesTrend(origins: readonly OriginForecasts[], followsTrend: readonly boolean[]): boolean {
  const least = (ofTrend: boolean): number =>
    followsTrend.reduce((best, follows, model) => (follows === ofTrend ? Math.min(best, fadedError(origins, model)) : best), Infinity);
  return least(true) < PROOF_OF_TREND * least(false);
}

function fadedError(origins: readonly OriginForecasts[], model: number): number {
  let sum = 0;
  let weights = 0;
  origins.forEach(({ actuals, means }, age) => {
    const error = mae(actuals, means[model]!);
    // An origin followed by nothing but gaps judges nobody.
    if (Number.isNaN(error)) return;
    const weight = FADING ** age;
    sum += weight * error;
    weights += weight;
  });
  return weights > 0 ? sum / weights : Infinity;
}

/**
 * The weighted mean of what the models said.
 *
 * Shapes    means [models][horizon], weights [models]; result [horizon].
 * Units     the unit of the means; weights are fractions that add up to 1.
 * Source    Bates & Granger, The combination of forecasts, Operational Research Quarterly 20(4), 1969.
 */
export function combine(means: readonly Float64Array[], weights: Float64Array): Float64Array {
  const combined = new Float64Array(means[0]!.length);
  for (let model = 0; model < means.length; model += 1) {
    const weight = weights[model]!;
    if (weight === 0) continue;
    const mean = means[model]!;
    for (let h = 0; h < combined.length; h += 1) combined[h]! += weight * mean[h]!;
  }
  return combined;
}
