import { InvalidQuestion } from './errors.js';
import { fillNormal } from './math/normal.js';
import { randomStream } from './math/random.js';

/** What is left of a forecast once it is stored: enough to draw the very same paths again. */
export interface ForecastDistribution {
  /** Expected value per step, [horizon]. */
  readonly mean: Float64Array;
  /** Standard deviation per step, [horizon], in the unit of `mean`. */
  readonly sd: Float64Array;
  /** Correlation between the errors of neighbouring steps, 0 to below 1. */
  readonly errorCorrelation: number;
  /** How heavy the tails of the errors are, 0 to 6, 0 being normal; 1.5 when absent, as once for all series. */
  readonly excessKurtosis?: number;
  /** Errors grow with the value, and reach further up than down; symmetric errors when absent. */
  readonly multiplicative?: boolean;
  readonly nonNegative: boolean;
  readonly upperBound?: number;
}

/** Ways the future may go, each as likely as the next. */
export interface Paths {
  /** Path after path: step h of path i is at i·horizon + h; [count × horizon]. */
  readonly values: Float64Array;
  readonly count: number;
  readonly horizon: number;
}

/**
 * Simulated paths around a forecast. Errors have the standard deviation of their step and are correlated from
 * step to step, because a forecast that is too low today is too low tomorrow: independent errors would cross any limit
 * far too early, and cancel out in any total.
 *
 * Notation  x path, μ mean, s standard deviation, ρ error correlation, z standard normal:
 *           u₁ = z₁,  uₕ = ρ·uₕ₋₁ + √(1 − ρ²)·zₕ, and xₕ from uₕ as in `valueAt`: near μₕ + sₕ·uₕ.
 * Shapes    mean and sd [horizon]; result [count × horizon]. Every second path mirrors the errors of the one before it.
 * Units     the unit of `mean`. The same seed gives the same paths, to the bit.
 * Throws    InvalidQuestion when count is not a whole number of at least 1.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.5 (simulated futures);
 *           Hammersley & Morton, A new Monte Carlo technique: antithetic variates, Mathematical Proceedings of the
 *           Cambridge Philosophical Society 52(3), 1956 (the mirrored errors).
 */
export function simulatePaths(
  distribution: ForecastDistribution,
  { count, seed }: { count: number; seed: number },
): Paths {
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidQuestion('count', 'a whole number of paths, at least 1', count);
  }
  const { mean, errorCorrelation: rho } = distribution;
  const horizon = mean.length;
  const innovation = Math.sqrt(1 - rho * rho);
  const random = randomStream(seed);
  const draws = new Float64Array(horizon);
  const values = new Float64Array(count * horizon);

  for (let path = 0; path < count; path += 2) {
    fillNormal(draws, random);
    let error = 0;
    for (let h = 0; h < horizon; h += 1) {
      error = h === 0 ? draws[0]! : rho * error + innovation * draws[h]!;
      values[path * horizon + h] = valueAt(distribution, h, error);
      if (path + 1 < count) values[(path + 1) * horizon + h] = valueAt(distribution, h, -error);
    }
  }
  return { values, count, horizon };
}

/** Errors of most series have heavier tails than the normal distribution. */
const USUAL_EXCESS_KURTOSIS = 1.5;

/** Relative errors up to this are exponential; larger ones go on in a straight line, or the highest paths would explode. */
const EXPONENTIAL_UP_TO = 1;

/**
 * The value at a step for a standard normal u.
 *
 * Notation  μ mean, s standard deviation, γ excess kurtosis, k(u) = u + (u³ − 3u)·γ/24 the heavier-tailed error:
 *           μ + s·k, or with multiplicative errors μ·exp(k·s/μ), which beyond k·s/μ = 1 follows its tangent; then held
 *           within the bounds of the quantity. It never falls as u grows, so a quantile of u is a quantile of the value.
 * Units     u in standard deviations; the result in the unit of the mean.
 * Source    Cornish & Fisher, Moments and cumulants in the specification of distributions, Revue de l'Institut
 *           International de Statistique 5(4), 1938 (the expansion).
 */
export function valueAt(distribution: ForecastDistribution, h: number, u: number): number {
  const mean = distribution.mean[h]!;
  const { excessKurtosis = USUAL_EXCESS_KURTOSIS } = distribution;
  const error = distribution.sd[h]! * (u + ((u * u - 3) * u * excessKurtosis) / 24);
  if (!distribution.multiplicative || !(mean > 0)) return withinBounds(mean + error, distribution);
  const relative = error / mean;
  const factor =
    relative <= EXPONENTIAL_UP_TO ? Math.exp(relative) : Math.exp(EXPONENTIAL_UP_TO) * (1 + relative - EXPONENTIAL_UP_TO);
  return withinBounds(mean * factor, distribution);
}

/** The nearest value that the quantity can take; in the unit of the series, NaN for NaN. */
export function withinBounds(
  value: number,
  { nonNegative, upperBound }: Pick<ForecastDistribution, 'nonNegative' | 'upperBound'>,
): number {
  const floored = nonNegative ? Math.max(0, value) : value;
  return upperBound === undefined ? floored : Math.min(upperBound, floored);
}
