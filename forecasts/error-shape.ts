/** Errors of most series have heavier tails than the normal distribution; this much where nothing else is said. */
export const USUAL_EXCESS_KURTOSIS = 1.5;

/** Relative errors up to this are exponential; larger ones go on in a straight line, or the highest paths would explode. */
const EXPONENTIAL_UP_TO = 1;
/** Below this an excess kurtosis bends nothing that a double could show. */
const STRAIGHT = 1e-13;

/**
 * What excess kurtosis adds to a standard normal u: the second term of the Cornish-Fisher expansion, without skewness.
 *
 * Notation  γ excess kurtosis, 1 when left out: (u³ − 3u)·γ/24.
 * Units     standard deviations.
 * Source    see `heavyTailed`.
 */
export function bend(u: number, excessKurtosis = 1): number {
  return ((u * u - 3) * u * excessKurtosis) / 24;
}

/**
 * The error for a standard normal u.
 *
 * Notation  γ excess kurtosis: k(u) = u + (u³ − 3u)·γ/24. It never falls as u grows, so a quantile of u is one of k.
 * Units     standard deviations of the forecast, both; γ from 0, which is normal, to below 8.
 * Source    Cornish & Fisher, Moments and cumulants in the specification of distributions, Revue de l'Institut
 *           International de Statistique 5(4), 1938 (the expansion).
 */
export function heavyTailed(u: number, excessKurtosis: number): number {
  return u + bend(u, excessKurtosis);
}

/**
 * The standard normal u of an error: the inverse of `heavyTailed`.
 *
 * Notation  u³ + p·u = q with p = 24/γ − 3 > 0 and q = 24·k/γ has one root, 2√(p/3)·sinh(⅓·asinh(3q/2p·√(3/p))).
 * Units     standard deviations of the forecast, both; infinite for an infinite error.
 * Source    Cardano's formula for one real root, in hyperbolic functions.
 */
export function normalScore(error: number, excessKurtosis: number): number {
  if (excessKurtosis < STRAIGHT) return error;
  const p = 24 / excessKurtosis - 3;
  const q = (24 * error) / excessKurtosis;
  return 2 * Math.sqrt(p / 3) * Math.sinh(Math.asinh(((3 * q) / (2 * p)) * Math.sqrt(3 / p)) / 3);
}

/**
 * What a relative error multiplies the centre by: exp(e), which beyond e = 1 follows its tangent.
 *
 * Units     a relative error and a factor, neither has a unit.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.6 (logarithms); the tangent is ours.
 */
export function growthFactor(relativeError: number): number {
  return relativeError <= EXPONENTIAL_UP_TO
    ? Math.exp(relativeError)
    : Math.exp(EXPONENTIAL_UP_TO) * (1 + relativeError - EXPONENTIAL_UP_TO);
}

/** The relative error that multiplies the centre by so much: the inverse of `growthFactor`; −∞ for 0 and less. */
export function relativeErrorOf(factor: number): number {
  const straight = Math.exp(EXPONENTIAL_UP_TO);
  if (factor > straight) return factor / straight - 1 + EXPONENTIAL_UP_TO;
  return factor > 0 ? Math.log(factor) : -Infinity;
}
