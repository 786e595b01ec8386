import { centredMovingAverage } from '../decomposition/moving-average.js';
import { normalQuantile } from '../math/normal.js';
import type { Step } from './regular-grid.js';

/** What is known of the seasons of a series before its values are looked at. */
export interface KnownPeriods {
  /** Periods that the caller names, in steps; none at all where the list is empty. */
  readonly named?: readonly number[];
  /** How long a step is. */
  readonly step?: Step;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** Below this a day has so many steps that the hour is the season to look at. */
const SHORT_STEP = 5 * 60_000;
/** Days that are a whole number of steps: where one of these is a season, the week may be another. */
const DAYS_IN_STEPS = [24, 48, 96, 288];

/** Two steps that alternate are no season, but noise that corrects itself. */
const SHORTEST_PERIOD = 3;
/** A week of five minutes. */
const LONGEST_PERIOD = 2016;
/** A season is seen at least this often. */
const FEWEST_CYCLES = 3;
/** What is older has little to say, and takes time. */
const MOST_VALUES = 20_000;
/** How likely a series without a season may be taken to have one, over all lags that are tried. */
const FALSE_ALARM = 0.05;
/** The normal quantile is not known further out. */
const SMALLEST_CHANCE = 0.0001;
/** Below this correlation from season to season there is nothing to gain. */
const WEAKEST = 0.2;
/** A multiple of a shorter period is a period of its own when it correlates by this much more. */
const GAIN = 0.1;
/** Up to this ratio the shorter of two periods is a harmonic of the longer; weeks hold more days than this. */
const LARGEST_HARMONIC = 6;
/** Such a shorter period counts when it correlates by more than this share of the longer. */
const SHARE_OF_PART = 0.5;
/** Cycles over which a period is told from its neighbours. */
const MOST_CYCLES = 8;
/** Peaks of the autocorrelation that are looked at closely. */
const MOST_PEAKS = 8;

/**
 * The seasonal periods that a series may have: those that the caller names, otherwise those that go with its step,
 * otherwise those that its values show. They are candidates: whether one is strong enough to be used is tested later.
 *
 * Shapes    values [n], NaN for gaps; the result in steps, ascending, at most two unless more are named.
 */
export function candidatePeriods(values: Float64Array, { named, step }: KnownPeriods): readonly number[] {
  if (named) return named.length === 1 ? withWeek(named[0]!) : named;
  const ofStep = step ? periodsOfStep(step) : [];
  return ofStep.length > 0 ? ofStep : findPeriods(values);
}

/** Where a day is a season, its week may be one too: 24 hours also ask for 168. */
function withWeek(period: number): readonly number[] {
  return DAYS_IN_STEPS.includes(period) ? [period, 7 * period] : [period];
}

/** The day, week or year in steps, as far as they are whole numbers of them; empty for years and odd steps. */
export function periodsOfStep(step: Step): readonly number[] {
  if ('months' in step) return step.months < 12 && 12 % step.months === 0 ? [12 / step.months] : [];
  const { milliseconds } = step;
  if (milliseconds === DAY) return [7, 365];
  if (milliseconds === WEEK) return [52];
  const cycles = milliseconds < SHORT_STEP ? [HOUR, DAY] : [DAY, WEEK];
  return cycles.map((cycle) => cycle / milliseconds).filter((period) => Number.isInteger(period) && period > 1);
}

/**
 * The periods that the values themselves show: peaks of the autocorrelation that are higher than chance, at most two.
 *
 * Candidates are the local maxima of the autocorrelation, once of the values without their straight line and once of
 * their changes, which shows seasons under a level that wanders. Each candidate m is then judged on the deviations d from
 * the moving average over m steps, and is significant when
 *
 *           r(m) > z·√((1 + 2·Σ r(k)²)/n),  k = 1 … m − 1,
 *
 * with z the normal quantile of the chance of a false alarm, shared by all lags. Of multiples the base is kept, unless the
 * multiple correlates clearly more; of the two then a base that is contained only two or three times is its harmonic.
 *
 * Notation  n observations, m period, r(k) autocorrelation of d at lag k.
 * Shapes    values [n], NaN for gaps; empty when n < 9. The result ascending.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §2.8 (autocorrelation);
 *           Bartlett, On the theoretical specification and sampling properties of autocorrelated time-series, JRSS
 *           Supplement 8, 1946 (its standard error).
 */
export function findPeriods(values: Float64Array): readonly number[] {
  const observed = bridged(values);
  const n = observed.length;
  const longest = Math.min(LONGEST_PERIOD, Math.floor(n / FEWEST_CYCLES));
  if (longest < SHORTEST_PERIOD) return [];

  const peaks = new Map<number, number>();
  for (const series of [withoutLine(observed), observed.subarray(1).map((value, t) => value - observed[t]!)]) {
    const r = autocorrelation(series, Array.from({ length: longest + 2 }, (_, lag) => lag));
    for (let lag = SHORTEST_PERIOD; lag <= longest; lag += 1) {
      if (r[lag]! > 0 && r[lag]! > r[lag - 1]! && r[lag]! >= r[lag + 1]!) peaks.set(lag, Math.max(r[lag]!, peaks.get(lag) ?? 0));
    }
  }
  const highest = [...peaks].sort(([, a], [, b]) => b - a).slice(0, MOST_PEAKS).map(([lag]) => lag);
  const z = normalQuantile(1 - Math.max(FALSE_ALARM / longest, SMALLEST_CHANCE));
  const strengths = new Map<number, number>();
  for (const lag of highest) {
    const period = sharpened(observed, lag, longest);
    const strength = correlationAt(observed, period, z);
    if (strength >= WEAKEST) strengths.set(period, strength);
  }
  return baseOf(strengths);
}

/** The base of the strongest period, and what else is known to go with it; ascending. */
function baseOf(strengths: ReadonlyMap<number, number>): readonly number[] {
  const ascending = [...strengths].sort(([a], [b]) => a - b);
  const strongest = ascending.toSorted(([, a], [, b]) => b - a)[0];
  if (!strongest) return [];
  const [base] = ascending.find(
    ([period, strength]) => period === strongest[0] || (isMultiple(strongest[0], period) && strength > strongest[1] - GAIN),
  )!;
  const part = ascending.find(
    ([period, strength]) => base > LARGEST_HARMONIC * period && isMultiple(base, period) && strength > SHARE_OF_PART * strengths.get(base)!,
  );
  return part ? [part[0], base] : withWeek(base);
}

/** Peaks are a step off where a period is not a whole number of steps. */
function isMultiple(longer: number, shorter: number): boolean {
  const times = Math.round(longer / shorter);
  return times > 1 && Math.abs(longer - times * shorter) <= Math.max(1, 0.02 * longer);
}

/** r(m) of `findPeriods`; 0 where it is not significant. */
function correlationAt(values: Float64Array, period: number, z: number): number {
  const deviations = deviationsFromTrend(values, period);
  const strength = autocorrelation(deviations, [period])[0]!;
  if (!(strength >= WEAKEST)) return 0;
  const lags = Array.from({ length: period - 1 }, (_, k) => k + 1);
  const squares = autocorrelation(withoutFigure(deviations, period), lags).reduce((sum, r) => sum + r * r, 0);
  return strength > z * Math.sqrt((1 + 2 * squares) / deviations.length) ? strength : 0;
}

/** A peak may be a step off: under a trend, and where neighbours are alike. Over several cycles only the period itself keeps its correlation. */
function sharpened(values: Float64Array, lag: number, longest: number): number {
  const deviations = deviationsFromTrend(values, lag);
  const cycles = Math.max(1, Math.min(MOST_CYCLES, Math.floor(deviations.length / 2 / (lag + 1))));
  const candidates = [lag, lag - 1, lag + 1].filter((period) => period >= SHORTEST_PERIOD && period <= longest);
  const scores = candidates.map((period) =>
    autocorrelation(deviations, Array.from({ length: cycles }, (_, k) => (k + 1) * period)).reduce((sum, r) => sum + r, 0),
  );
  return candidates[scores.indexOf(Math.max(...scores))]!;
}

/** From the moving average over one period, where it is whole. */
function deviationsFromTrend(values: Float64Array, period: number): Float64Array {
  const trend = centredMovingAverage(values, period);
  const half = period >> 1;
  return values.subarray(half, values.length - half).map((value, t) => value - trend[t + half]!);
}

/** Deviations from the mean of each phase. */
function withoutFigure(values: Float64Array, period: number): Float64Array {
  const figure = new Float64Array(period);
  for (let phase = 0; phase < period; phase += 1) {
    let count = 0;
    for (let t = phase; t < values.length; t += period, count += 1) figure[phase]! += values[t]!;
    figure[phase]! /= count;
  }
  return values.map((value, t) => value - figure[t % period]!);
}

/** Autocorrelation at the lags given; zeros for a constant series. */
function autocorrelation(values: Float64Array, lags: readonly number[]): Float64Array {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const centred = values.map((value) => value - mean);
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < n; t += 1) sum += centred[t]! * centred[t - lag]!;
    return sum;
  };
  const variance = covariance(0);
  return Float64Array.from(lags, (lag) => (variance > 0 ? covariance(lag) / variance : 0));
}

/** From the first observation to the last, straight across the gaps; the latest of very many. */
function bridged(values: Float64Array): Float64Array {
  const first = values.findIndex((value) => !Number.isNaN(value));
  if (first < 0) return new Float64Array(0);
  const end = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  const observed = values.slice(first, end);
  for (let t = 1, left = 0; t < observed.length; t += 1) {
    if (Number.isNaN(observed[t]!)) continue;
    for (let k = left + 1; k < t; k += 1) {
      observed[k] = observed[left]! + ((observed[t]! - observed[left]!) * (k - left)) / (t - left);
    }
    left = t;
  }
  return observed.slice(-MOST_VALUES);
}

/** Deviations from the least-squares line. */
function withoutLine(values: Float64Array): Float64Array {
  const n = values.length;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let product = 0;
  let squares = 0;
  for (let t = 0; t < n; t += 1) {
    product += (t - middle) * values[t]!;
    squares += (t - middle) ** 2;
  }
  const slope = squares > 0 ? product / squares : 0;
  return values.map((value, t) => value - mean - slope * (t - middle));
}
