import { censoringOf } from './censoring.js';
import { normalScore, relativeErrorOf, USUAL_EXCESS_KURTOSIS } from './error-shape.js';
import { normalDensity, normalProbability } from './math/normal.js';
import { valueAt, withinBounds, type ForecastDistribution } from './paths.js';
import { FEWEST_OBSERVATIONS, type Series } from './series.js';

/** A floor so many standard deviations below what was expected says nothing new. */
const FURTHEST = 6;
/** In standard deviations: a floor this far above what was expected is a new level and no error. */
const NEW_LEVEL = 3;
/** How far a new level lies above its floor, nobody knows: half as far again as it lies above the old one is no surprise. */
const SHARE_UNKNOWN = 0.5;
/** Where demand was at its limit all along: how much more was asked for than there was is anybody's guess, and this is ours. */
const UNKNOWN_EXCESS = 0.2;

/** A series as far as it tells what was asked for, and what is known of the rest. */
export interface SeenDemand {
  /** Values at their limit are gaps. */
  readonly series: Series;
  /** What was asked for at least, where that is all that is known; NaN elsewhere; [n]. */
  readonly floors: Float64Array | null;
  readonly censoredShare: number;
  /** Hardly a value is below its limit: those at the limit are taken for the demand, with a wide margin. */
  readonly isBlind: boolean;
}

/**
 * Takes off a series what its limits have cut off: values at their limit are lower bounds of the demand, and no values of it.
 *
 * Shapes    `series.limits` [n]; without them the very same series.
 * Units     the unit of the series.
 * Throws    InvalidSeries when there is not one limit for each value.
 */
export function seenDemandOf(series: Series): SeenDemand {
  const { values, limits, ...rest } = series;
  if (!limits) return { series, floors: null, censoredShare: 0, isBlind: false };
  const { isCensored, censoredShare } = censoringOf(values, limits);
  if (censoredShare === 0) return { series: { ...rest, values }, floors: null, censoredShare, isBlind: false };
  const seen = values.map((value, t) => (isCensored[t] ? NaN : value));
  const known = seen.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  if (known < FEWEST_OBSERVATIONS) return { series: { ...rest, values }, floors: null, censoredShare, isBlind: true };
  return {
    series: { ...rest, values: seen },
    floors: values.map((value, t) => (isCensored[t] ? value : NaN)),
    censoredShare,
    isBlind: false,
  };
}

/**
 * A distribution given that demand was at least so much at its first steps: where it was expected below, it was above, and goes
 * on from there. What no error explains is a new level, which stays.
 *
 * Notation  u errors in standard deviations, with correlation ρ from step to step, m and v their mean and variance so far:
 *           m ← ρ·m, v ← ρ²·v + 1 − ρ²;  where u > z, with z the score of the floor, a = (z − m)/√v and λ = φ(a)/(1 − Φ(a)):
 *           m ← m + √v·λ, v ← v·(1 + a·λ − λ²). The mean of a step is then the value of u = m, its deviation s·√v. Where a > 3
 *           the level l of all that follows is raised until the floor is what was expected, and ½·l is added to s, at a right
 *           angle.
 * Shapes    floors [steps], NaN where nothing is known; the distribution is at least as long.
 * Units     floors in the unit of the distribution.
 * Source    Tobin, Estimation of relationships for limited dependent variables, Econometrica 26(1), 1958 (the moments of what is cut
 *           off); Minka, Expectation propagation for approximate Bayesian inference, UAI 2001, §2 (step by step, each time as if
 *           normal).
 */
export function aboveFloors<Distribution extends ForecastDistribution>(distribution: Distribution, floors: Float64Array): Distribution {
  if (floors.every(Number.isNaN)) return distribution;
  const { errorCorrelation: rho } = distribution;
  const mean = Float64Array.from(distribution.mean);
  const sd = Float64Array.from(distribution.sd);
  let centre = 0;
  let variance = 1;
  let level = 0;
  for (let h = 0; h < mean.length; h += 1) {
    if (h > 0) {
      centre *= rho;
      variance = rho * rho * variance + 1 - rho * rho;
    }
    if (h < floors.length && !Number.isNaN(floors[h]!)) {
      const spread = Math.sqrt(variance);
      let distance = (scoreOf(distribution, h, floors[h]! - level) - centre) / spread;
      if (distance > NEW_LEVEL) {
        level = floors[h]! - valueAt(distribution, h, centre);
        distance = 0;
      }
      const { moved, left } = cutBelow(distance);
      centre += spread * moved;
      variance *= left;
    }
    mean[h] = withinBounds(valueAt(distribution, h, centre) + level, distribution);
    sd[h] = Math.hypot(distribution.sd[h]! * Math.sqrt(variance), SHARE_UNKNOWN * level);
  }
  return { ...distribution, mean, sd };
}

/** Of a series that was at its limit all along, around what was there: as much above it as nobody can tell. */
export function beyondLimit<Distribution extends ForecastDistribution>(distribution: Distribution): Distribution {
  const sd = distribution.sd.map((s, h) => Math.max(s, UNKNOWN_EXCESS * Math.abs(distribution.mean[h]!)));
  return { ...distribution, sd };
}

function scoreOf({ mean, sd, multiplicative, excessKurtosis = USUAL_EXCESS_KURTOSIS }: ForecastDistribution, h: number, value: number): number {
  const centre = mean[h]!;
  const error = multiplicative && centre > 0 ? centre * relativeErrorOf(value / centre) : value - centre;
  return normalScore(error / sd[h]!, excessKurtosis);
}

/** Mean and variance of a standard normal that is above a. */
function cutBelow(a: number): { moved: number; left: number } {
  if (a < -FURTHEST) return { moved: 0, left: 1 };
  const ratio = normalDensity(a) / (1 - normalProbability(a));
  return { moved: ratio, left: 1 + a * ratio - ratio * ratio };
}
