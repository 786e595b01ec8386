import { aboveFloor, meanFactor, spreadOfFactor } from './error-moments.js';
import { DRAWS_PER_PATH, DRAWS_PER_STEP, errorProcess, ErrorWalk, fillErrors, type ErrorProcess } from './error-process.js';
import { growthFactor, heavyTailed, USUAL_EXCESS_KURTOSIS } from './error-shape.js';
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
  /** What errors are laid around, [horizon], where that is not the mean: half of the paths lie above it. */
  readonly centre?: Float64Array;
}

/** Ways the future may go, each as likely as the next. */
export interface Paths {
  /** Path after path: step h of path i is at i·horizon + h; [count × horizon]. */
  readonly values: Float64Array;
  readonly count: number;
  readonly horizon: number;
}

/**
 * Simulated paths around a forecast. Errors have the standard deviation of their step and go on from step to step,
 * because a forecast that is too low today is too low tomorrow: independent errors would cross any limit far too early, and
 * cancel out in any total.
 *
 * Notation  x path, μ mean, s standard deviation, u errors as an `ErrorWalk` takes them: noise, wandering and slope in the shares
 *           that s shows. xₕ follows from uₕ as in `valueAt`: near μₕ + sₕ·uₕ. Where a bound is within reach, the paths average
 *           to the mean all the same: see `drawable`.
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
  checkCount(count);
  const drawn = drawable(distribution);
  const horizon = drawn.mean.length;
  const walk = new ErrorWalk(processOf(distribution));
  const random = randomStream(seed);
  const draws = new Float64Array(DRAWS_PER_STEP * horizon + DRAWS_PER_PATH);
  const errors = new Float64Array(horizon);
  const values = new Float64Array(count * horizon);

  for (let path = 0; path < count; path += 2) {
    fillNormal(draws, random);
    fillErrors(errors, walk, draws);
    for (let h = 0; h < horizon; h += 1) {
      values[path * horizon + h] = valueAt(drawn, h, errors[h]!);
      if (path + 1 < count) values[(path + 1) * horizon + h] = valueAt(drawn, h, -errors[h]!);
    }
  }
  return { values, count, horizon };
}

/**
 * How the errors of a forecast go on from step to step. What makes a relative error grow with the value is not time.
 *
 * Units     none.
 */
export function processOf({ mean, sd, multiplicative, errorCorrelation }: ForecastDistribution): ErrorProcess {
  return errorProcess(multiplicative ? sd.map((s, h) => (mean[h]! > 0 ? s / mean[h]! : 0)) : sd, errorCorrelation);
}

/** Throws InvalidQuestion when paths are not asked for in a whole number. */
export function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidQuestion('count', 'a whole number of paths, at least 1', count);
  }
}

/**
 * The value at a step for a standard normal u.
 *
 * Notation  c centre, the mean where none is given, s standard deviation, k(u) the heavier-tailed error: c + s·k, or with
 *           multiplicative errors c·exp(k·s/c), which beyond k·s/c = 1 follows its tangent; then held within the bounds of
 *           the quantity. It never falls as u grows, so a quantile of u is a quantile of the value.
 * Units     u in standard deviations; the result in the unit of the mean.
 */
export function valueAt(distribution: ForecastDistribution, h: number, u: number): number {
  const { mean, sd, centre = mean, multiplicative, excessKurtosis = USUAL_EXCESS_KURTOSIS } = distribution;
  const error = sd[h]! * heavyTailed(u, excessKurtosis);
  return withinBounds(valueAround(centre[h]!, error, multiplicative === true), distribution);
}

/** What an error makes of a centre, where no bound is near; in the unit of both. */
export function valueAround(centre: number, error: number, isMultiplicative: boolean): number {
  return isMultiplicative && centre > 0 ? centre * growthFactor(error / centre) : centre + error;
}

/** The nearest value that the quantity can take; in the unit of the series, NaN for NaN. */
export function withinBounds(
  value: number,
  { nonNegative, upperBound }: Pick<ForecastDistribution, 'nonNegative' | 'upperBound'>,
): number {
  const floored = nonNegative ? Math.max(0, value) : value;
  return upperBound === undefined ? floored : Math.min(upperBound, floored);
}

/**
 * The mean of what `valueAt` gives over all u, as far as errors alone make it differ from `mean`: multiplicative ones reach
 * further up than down, so that their mean lies above their centre.
 *
 * Units     the unit of `mean`; of step h, from 0.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.6 (bias adjustments).
 */
export function expectedAt(distribution: ForecastDistribution, h: number): number {
  const { multiplicative, excessKurtosis = USUAL_EXCESS_KURTOSIS } = distribution;
  const mean = distribution.mean[h]!;
  if (!multiplicative || distribution.centre || !(mean > 0)) return mean;
  return mean * meanFactor(distribution.sd[h]! / mean, excessKurtosis);
}

/** The standard deviation of what `valueAt` gives where no bound is near, around what is expected; in the unit of `mean`. */
export function deviationAt(distribution: ForecastDistribution, h: number, expected: number): number {
  const { mean, sd, centre = mean, multiplicative, excessKurtosis = USUAL_EXCESS_KURTOSIS } = distribution;
  return multiplicative && centre[h]! > 0 ? expected * spreadOfFactor(sd[h]! / centre[h]!, excessKurtosis) : sd[h]!;
}

/**
 * The same forecast, with centres and standard deviations such that values held within the bounds still average to the mean.
 * Demand of 1 ± 2 that cannot be negative would otherwise come out at 1.4 a day, and a month of it 40 % too high. Errors
 * that are multiplicative keep off 0 by themselves.
 *
 * Shapes    all [horizon]. The result is for drawing from; the `mean` of it is that of the forecast.
 * Source    see `aboveFloor`.
 */
export function drawable(distribution: ForecastDistribution): ForecastDistribution {
  const { mean, sd, multiplicative, nonNegative, upperBound = Infinity, excessKurtosis = USUAL_EXCESS_KURTOSIS } = distribution;
  if (multiplicative || distribution.centre || !(nonNegative || upperBound < Infinity)) return distribution;
  const centre = new Float64Array(mean.length);
  const spreads = new Float64Array(mean.length);
  for (let h = 0; h < mean.length; h += 1) {
    const below = nonNegative ? mean[h]! : Infinity;
    const above = upperBound - mean[h]!;
    const kept = aboveFloor(Math.min(below, above), sd[h]!, excessKurtosis);
    // The nearer bound is the one that cuts off.
    centre[h] = below <= above ? kept.centre : upperBound - kept.centre;
    spreads[h] = kept.spread;
  }
  return { ...distribution, centre, sd: spreads };
}
