import { ridgeCoefficients } from '../math/ridge-regression.js';

/** What one regression reads of a series: the values at these lags before an origin, the last value being lag 1. */
export interface FleetLags {
  /** Ascending, in steps. */
  readonly lags: readonly number[];
  /** Steps before an origin whose mean is the level that everything is measured from: one short season. */
  readonly season: number;
}

/** Sums of products over windows of many series, to which further windows can be added. */
export interface WindowSums {
  /** Of features with features, the lower triangle; [k × k]. */
  readonly products: Float64Array;
  /** Of targets with features; [horizon × k]. */
  readonly targets: Float64Array;
  count: number;
  /** Windows that wait to be added together; [batch × (k + horizon)], features before targets. */
  readonly waiting: Float64Array;
  waitingCount: number;
}

/** Four windows at once pass over the sums a quarter as often, which is what adding them costs. */
const BATCH = 4;
/** A penalty of this share of the number of windows on every coefficient; features have a mean size of 1. */
const RIDGE = 0.02;
/** A constant needs no holding back, only not to be singular. */
const RIDGE_OF_CONSTANT = 1e-9;
/** What then went beyond this, in units of the usual deviation, teaches nothing about ordinary days. */
const FURTHEST = 20;

/** Sums before the first window. */
export function emptySums({ lags }: FleetLags, horizon: number): WindowSums {
  const k = lags.length + 1;
  return {
    products: new Float64Array(k * k),
    targets: new Float64Array(horizon * k),
    count: 0,
    waiting: new Float64Array(BATCH * (k + horizon)),
    waitingCount: 0,
  };
}

/** Adds the window that ends before `origin`, followed by `horizon` values; one without any movement is passed over. */
export function addWindow(sums: WindowSums, values: Float64Array, origin: number, lags: FleetLags): void {
  const k = lags.lags.length + 1;
  const width = sums.waiting.length / BATCH;
  const window = featuresAt(values, origin, lags);
  if (!window) return;
  const { features, level, size } = window;
  const row = sums.waitingCount * width;
  for (let h = 0; h < width - k; h += 1) {
    const target = (values[origin + h]! - level) / size;
    if (!(Math.abs(target) <= FURTHEST)) return;
    sums.waiting[row + k + h] = target;
  }
  sums.waiting.set(features, row);
  sums.waitingCount += 1;
  sums.count += 1;
  if (sums.waitingCount === BATCH) addWaiting(sums, k);
}

function addWaiting(sums: WindowSums, k: number): void {
  const { products, targets, waiting } = sums;
  const width = waiting.length / BATCH;
  // Rows that are not taken count nothing.
  waiting.fill(0, sums.waitingCount * width);
  sums.waitingCount = 0;
  const [first, second, third, fourth] = [0, width, 2 * width, 3 * width] as const;
  for (let i = 0; i < width; i += 1) {
    const a = waiting[first + i]!;
    const b = waiting[second + i]!;
    const c = waiting[third + i]!;
    const d = waiting[fourth + i]!;
    const isFeature = i < k;
    const into = isFeature ? products : targets;
    const last = isFeature ? i : k - 1;
    for (let j = 0, at = (isFeature ? i : i - k) * k; j <= last; j += 1, at += 1) {
      into[at]! += a * waiting[first + j]! + b * waiting[second + j]! + c * waiting[third + j]! + d * waiting[fourth + j]!;
    }
  }
}

/**
 * Regression from the last values of a series to each of the next, with coefficients shared by all series of a kind.
 *
 * Notation  y values on the scale of the series, e an origin, ȳ mean of the season before e, d mean |yₑ₋ₗ − ȳ| over the lags ℓ:
 *           features xₗ = (yₑ₋ₗ − ȳ)/d and 1, k of them;  (yₑ₊ₕ − ȳ)/d = Σ βₕₗ·xₗ, β by ridge regression for every h.
 * Shapes    β of every step, [horizon × k], the constant last.
 * Units     none: level and size of a series are taken off before, and put back after.
 * Source    Montero-Manso & Hyndman, Principles and algorithms for forecasting groups of time series, International Journal
 *           of Forecasting 37(4), 2021 (one linear regression on the lags of all series).
 */
export function coefficientsOf(sums: WindowSums, { lags }: FleetLags): Float64Array {
  const k = lags.length + 1;
  addWaiting(sums, k);
  const { products, targets, count } = sums;
  const penalties = new Float64Array(k).fill(RIDGE * count);
  penalties[k - 1] = RIDGE_OF_CONSTANT * count;
  return ridgeCoefficients(products, targets, penalties);
}

/**
 * What the regression of `coefficientsOf` expects after `origin`; [horizon]. Null where the series is too short for its lags, or has not moved.
 */
export function fleetMean(
  values: Float64Array,
  origin: number,
  coefficients: Float64Array,
  lags: FleetLags,
): Float64Array | null {
  const window = featuresAt(values, origin, lags);
  if (!window) return null;
  const { features, level, size } = window;
  const k = features.length;
  const mean = new Float64Array(coefficients.length / k);
  for (let h = 0; h < mean.length; h += 1) {
    let sum = 0;
    for (let i = 0, at = h * k; i < k; i += 1, at += 1) sum += coefficients[at]! * features[i]!;
    mean[h] = level + size * sum;
  }
  return mean;
}

function featuresAt(
  values: Float64Array,
  origin: number,
  { lags, season }: FleetLags,
): { features: Float64Array; level: number; size: number } | null {
  if (origin < Math.max(lags.at(-1)!, season)) return null;
  let level = 0;
  for (let t = origin - season; t < origin; t += 1) level += values[t]! / season;
  const features = new Float64Array(lags.length + 1);
  let size = 0;
  for (let i = 0; i < lags.length; i += 1) {
    features[i] = values[origin - lags[i]!]! - level;
    size += Math.abs(features[i]!) / lags.length;
  }
  if (!(size > 1e-9 * Math.abs(level))) return null;
  for (let i = 0; i < lags.length; i += 1) features[i]! /= size;
  features[lags.length] = 1;
  return { features, level, size };
}
