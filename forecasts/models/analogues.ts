import { InsufficientHistory } from '../errors.js';
import type { ForecastModel } from '../model.js';

/** So many of the most alike stretches are averaged. */
const NEIGHBOURS = 4;
/** Below this there is nothing to choose from. */
const FEWEST_STRETCHES = 3;
/** In units of the distance of the least alike: a stretch that is the same to the last digit is not infinitely better. */
const NEAREST = 1e-9;
/** What a step of the pattern counts, relative to the next one. */
const FADING = 0.98;

/** A stretch of the past that ends at the phase of the season at which the series ends. */
interface Stretch {
  /** The first step after it. */
  readonly end: number;
  readonly level: number;
  readonly distance: number;
}

/**
 * Analogues (nearest neighbours): the last stretch of the series is laid beside every earlier one at the same phase of the
 * season, and what followed those most alike follows again, from today's level. It assumes no form at all, so its
 * errors are not those of the other models.
 *
 * Notation  y observations, n their count, m the shortest period, p = seasons·m steps compared, ȳₑ mean of the p values before
 *           step e, for e = n − m, n − 2m … :
 *           Dₑ = Σ 0.98ⁱ·|(yₑ₋ᵢ − ȳₑ) − (yₙ₋ᵢ − ȳₙ)|,   mean ȳₙ + (Σ (yₑ₊ₕ − ȳₑ)/Dₑ) / (Σ 1/Dₑ) over the 4 smallest D.
 *           Each step h averages the most alike of those seen to go on so far; with fewer than 3 of them it is as a season
 *           before.
 * Shapes    values [n]; mean [horizon]; parameters [].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory below seasons + 4 seasons, or without a period.
 * Source    Martínez, Frías, Pérez & Rivera, A methodology for applying k-nearest neighbor to time series forecasting,
 *           Artificial Intelligence Review 52, 2019.
 */
function analoguesOf(name: string, seasons: number, description: string): ForecastModel {
  const requiredObservations = (periods: readonly number[]): number =>
    periods.length === 0 ? Infinity : (seasons + FEWEST_STRETCHES + 1) * periods[0]!;
  return {
    name,
    description,
    requiredObservations,

    fit({ values: y, periods }) {
      const n = y.length;
      const required = requiredObservations(periods);
      if (n < required) throw new InsufficientHistory({ model: name, observations: n, required });
      const m = periods[0]!;
      const length = seasons * m;
      const level = meanBefore(y, n, length);
      const alike = stretchesLike(y, { length, level, season: m });
      return {
        parameters: [],
        forecast(horizon) {
          const mean = new Float64Array(horizon);
          for (let h = 0; h < horizon; h += 1) mean[h] = level + changeFollowing(y, alike, h);
          // What was too seldom seen to follow is as a season before.
          for (let h = m; h < horizon; h += 1) if (Number.isNaN(mean[h]!)) mean[h] = mean[h - m]!;
          return mean;
        },
      };
    },
  };
}

/** How far the most alike stretches were from their level h steps on; NaN when too few were seen so far. */
function changeFollowing(y: Float64Array, alike: readonly Stretch[], h: number): number {
  let sum = 0;
  let weights = 0;
  let count = 0;
  const furthest = alike.at(-1)!.distance || 1;
  for (let i = 0; i < alike.length && count < NEIGHBOURS; i += 1) {
    const { end, level, distance } = alike[i]!;
    if (end + h >= y.length) continue;
    const weight = 1 / (distance / furthest + NEAREST);
    weights += weight;
    sum += weight * (y[end + h]! - level);
    count += 1;
  }
  return count >= FEWEST_STRETCHES ? sum / weights : NaN;
}

/** Every stretch at the phase of the end, most alike first. */
function stretchesLike(
  y: Float64Array,
  { length, level, season }: { length: number; level: number; season: number },
): Stretch[] {
  const n = y.length;
  const weights = new Float64Array(length + 1).fill(1);
  for (let i = 1; i <= length; i += 1) weights[i] = weights[i - 1]! * FADING;
  const alike: Stretch[] = [];
  for (let end = n - season; end >= length; end -= season) {
    const itsLevel = meanBefore(y, end, length);
    let distance = 0;
    for (let i = 1; i <= length; i += 1) distance += weights[i]! * Math.abs(y[end - i]! - itsLevel - y[n - i]! + level);
    alike.push({ end, level: itsLevel, distance });
  }
  return alike.sort((a, b) => a.distance - b.distance || b.end - a.end);
}

function meanBefore(y: Float64Array, end: number, length: number): number {
  let sum = 0;
  for (let t = end - length; t < end; t += 1) sum += y[t]!;
  return sum / length;
}

/** The last season decides which stretches are alike. */
export const analogues = analoguesOf('analogues', 1, 'what followed the seasons of the past that were most alike the last one');

/** The last seven seasons decide: a week of hours, seven weeks of days. */
export const longAnalogues = analoguesOf('long-analogues', 7, 'what followed the stretches of seven seasons that were most alike the last one');
