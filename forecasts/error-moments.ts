import { growthFactor, heavyTailed } from './error-shape.js';
import { normalProbability } from './math/normal.js';

/** Equal slices of the standard normal u, with the middle and the probability of each: for means over all errors. */
const FURTHEST = 8;
const SLICES_PER_DEVIATION = 50;
const scores = new Float64Array(2 * FURTHEST * SLICES_PER_DEVIATION).map((_, i) => (i + 0.5) / SLICES_PER_DEVIATION - FURTHEST);
const chances = scores.map((u) => normalProbability(u + 0.5 / SLICES_PER_DEVIATION) - normalProbability(u - 0.5 / SLICES_PER_DEVIATION));

const RELATIVE_POINTS = 120;
const HIGHEST_RELATIVE = 6;
const relativeSds = new Float64Array(RELATIVE_POINTS + 1).map((_, i) => (HIGHEST_RELATIVE * i) / RELATIVE_POINTS);

/** Floors that cut off all but these few errors, and those that cut off no more, are no floors any more. */
const FURTHEST_FLOOR = 4.5;
const FLOORS_PER_DEVIATION = 30;
const floors = new Float64Array(2 * FURTHEST_FLOOR * FLOORS_PER_DEVIATION + 1).map((_, i) => FURTHEST_FLOOR - i / FLOORS_PER_DEVIATION);

/** What was worked out once for errors with one excess kurtosis. Arrays are ascending. */
interface Moments {
  /** Of multiplicative errors with each of `relativeSds`: mean over centre, and standard deviation over mean. */
  readonly factors: Float64Array;
  readonly spreads: Float64Array;
  /** Of errors above a floor at 0: their centre, their mean, and their mean over the standard deviation asked for. */
  readonly centres: Float64Array;
  readonly means: Float64Array;
  readonly ratios: Float64Array;
}

/** By the excess kurtosis in quarters: between two of them a mean differs by a few thousandths at most. */
const known = new Map<number, Moments>();

function momentsFor(excessKurtosis: number): Moments {
  const quarters = Math.round(4 * excessKurtosis);
  let moments = known.get(quarters);
  if (!moments) {
    moments = workOut(quarters / 4);
    known.set(quarters, moments);
  }
  return moments;
}

function workOut(excessKurtosis: number): Moments {
  const errors = scores.map((u) => heavyTailed(u, excessKurtosis));
  const unit = momentsOf(errors).sd;
  const multiplied = Array.from(relativeSds, (sd) => momentsOf(errors.map((error) => growthFactor(sd * error))));
  const centres = floors.map((u) => -heavyTailed(u, excessKurtosis));
  const floored = Array.from(centres, (centre) => momentsOf(errors.map((error) => Math.max(0, centre + error))));
  return {
    factors: Float64Array.from(multiplied, ({ mean }) => mean),
    spreads: Float64Array.from(multiplied, ({ mean, sd }) => sd / mean),
    centres,
    means: Float64Array.from(floored, ({ mean }) => mean),
    ratios: Float64Array.from(floored, ({ mean, sd }) => (unit * mean) / sd),
  };
}

function momentsOf(values: Float64Array): { mean: number; sd: number } {
  const mean = weightedMean(values);
  return { mean, sd: Math.sqrt(weightedMean(values.map((value) => (value - mean) ** 2))) };
}

function weightedMean(values: Float64Array): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i += 1) {
    sum += chances[i]! * values[i]!;
    weight += chances[i]!;
  }
  return sum / weight;
}

/** Between neighbouring points in a straight line; the first or last value beyond them. `at` is ascending. */
function readOff(at: Float64Array, values: Float64Array, x: number): number {
  let low = 0;
  let high = at.length - 1;
  if (x <= at[low]!) return values[low]!;
  if (x >= at[high]!) return values[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle]! <= x) low = middle;
    else high = middle;
  }
  return values[low]! + ((x - at[low]!) / (at[high]! - at[low]!)) * (values[high]! - values[low]!);
}

/**
 * The mean of multiplicative errors, in units of their centre, which is their median: they reach further up than down.
 *
 * Units     `relativeSd` is the standard deviation over the centre; beyond 6 it counts as 6.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.6 (bias adjustments); here by
 *           quadrature over the errors of `valueAt`.
 */
export function meanFactor(relativeSd: number, excessKurtosis: number): number {
  return readOff(relativeSds, momentsFor(excessKurtosis).factors, relativeSd);
}

/** Standard deviation over mean, where errors are multiplicative and `relativeSd` is the one over the centre. */
export function spreadOfFactor(relativeSd: number, excessKurtosis: number): number {
  return readOff(relativeSds, momentsFor(excessKurtosis).spreads, relativeSd);
}

/** The inverse of `spreadOfFactor`; what is beyond its highest, near 1.4, counts as that. */
export function relativeSdOf(spread: number, excessKurtosis: number): number {
  return readOff(momentsFor(excessKurtosis).spreads, relativeSds, spread);
}

/**
 * Centre and spread of errors that a floor at 0 cuts off, such that what is left has the mean and the standard deviation
 * asked for. Cutting off alone would raise the mean: a quantity of 1 ± 2 would come out at 1.4, and the total of many days
 * would be far too high.
 *
 * Notation  max(0, centre + spread·k) has the mean m and the standard deviation of s·k.
 * Units     those of `mean` and `sd`; mean ≥ 0. Where m is below a hundredth of s or so, the mean is kept and s is not.
 * Source    Tobin, Estimation of relationships for limited dependent variables, Econometrica 26(1), 1958 (the censored
 *           distribution); its moments by quadrature.
 */
export function aboveFloor(mean: number, sd: number, excessKurtosis: number): { centre: number; spread: number } {
  const { centres, means, ratios } = momentsFor(excessKurtosis);
  const ratio = mean / sd;
  if (!(ratio < ratios.at(-1)!)) return { centre: mean, spread: sd };
  const centre = readOff(ratios, centres, ratio);
  const spread = mean / readOff(centres, means, centre);
  return { centre: centre * spread, spread };
}
