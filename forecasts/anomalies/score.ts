import { normalScore, relativeErrorOf, USUAL_EXCESS_KURTOSIS } from '../error-shape.js';
import { normalDensity, normalProbability } from '../math/normal.js';
import type { ForecastDistribution } from '../paths.js';

/** Beyond this a score tells nothing more, and the logarithm of nothing would be infinite. */
const FURTHEST = 12;
/** Below this the probability of a score is nothing to divide by. */
const RAREST = -8;

/**
 * The standard normal u whose value this is: what `valueAt` takes. At a bound it is the mean of all u that end there, so
 * that scores average to 0 where the forecast is right, also those of a demand that is mostly nothing.
 *
 * Notation  at the lower bound, reached from u₀ down: E(u | u ≤ u₀) = −φ(u₀)/Φ(u₀).
 * Shapes    step h of the distribution, from 0.
 * Units     standard deviations, at most 12 of them; `value` in the unit of the forecast.
 * Source    Smith, Diagnostic checks of non-standard time series models, Journal of Forecasting 4(3), 1985 (the normal
 *           score of an actual in its forecast distribution).
 */
export function scoreAt(distribution: ForecastDistribution, h: number, value: number): number {
  const { nonNegative, upperBound = Infinity } = distribution;
  const score = unboundedScore(distribution, h, value);
  if (nonNegative && value <= 0) return meanBelow(score);
  if (value >= upperBound) return -meanBelow(-score);
  return score;
}

function unboundedScore(distribution: ForecastDistribution, h: number, value: number): number {
  const { mean, sd, centre = mean, multiplicative, excessKurtosis = USUAL_EXCESS_KURTOSIS } = distribution;
  const middle = centre[h]!;
  const isRelative = multiplicative && middle > 0;
  const error = isRelative ? (relativeErrorOf(value / middle) * middle) / sd[h]! : (value - middle) / sd[h]!;
  // Nothing was expected to stray, and nothing did.
  if (Number.isNaN(error)) return 0;
  return Math.min(FURTHEST, Math.max(-FURTHEST, normalScore(error, excessKurtosis)));
}

function meanBelow(score: number): number {
  return score < RAREST ? score : -normalDensity(score) / normalProbability(score);
}
