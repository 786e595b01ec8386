import { centredMovingAverage } from '../decomposition/moving-average.js';
import { decomposeSeasons } from '../decomposition/seasonal-decomposition.js';
import type { Occurrence } from './occurrences.js';
import type { EffectSize } from './regressor.js';
import { closerForm, typicalEffect, type ActiveStep } from './typical-effect.js';

/** An effect is counted with when it is this many standard errors from nothing: by chance one regressor in 370 is. */
const STANDARD_ERRORS = 3;
/** One occurrence is an incident; the second makes it a rule. */
const FEWEST_OCCURRENCES = 2;
/** The local level is a mean over at least this many steps, and this many times the longest occurrence. */
const SHORTEST_WINDOW = 7;
const RUNS_IN_WINDOW = 4;
/** And over no more than this share of the series. */
const LARGEST_SHARE = 0.25;
/** From the mean absolute deviation to the standard deviation of a normal distribution. */
const MEAN_ABSOLUTE = 1.2533;
/** Times the seasons are taken off anew, without the effects, and times each effect is looked at beside the others. */
const ROUNDS = 2;
const SWEEPS = 3;
/** A change by less than this share of a standard error is none. */
const CONVERGED = 0.1;

/** A history on the scale on which it is modelled. */
export interface ScaledHistory {
  /** [n], all finite. */
  readonly values: Float64Array;
  /** [n], NaN where a value is only filled in. */
  readonly observed: Float64Array;
  readonly isLogarithmic: boolean;
}

/** A regressor over the history. */
export interface Column {
  /** [n]. */
  readonly column: Float64Array;
  readonly occurrences: readonly Occurrence[];
}

/** A regressor as the estimate sees it, and what was learnt of it so far. */
interface Candidate extends Column {
  readonly index: number;
  /** The regressor less its own local level; [n], 0 where that is a guess. */
  readonly deviations: Float64Array;
  /** Σ of squared deviations over each occurrence. */
  readonly weights: Float64Array;
  /** Steps of a typical occurrence. */
  readonly run: number;
  /** On the scale; 0 until the past bears it out. */
  size: number;
}

/**
 * Effects after which a series goes back to where it was, estimated jointly: seasons and local level are taken off series
 * and regressors alike, and what is left of the one is explained by what is left of the others.
 *
 * Notation  y values less their seasons, x a regressor, M the moving average: d = x − M x, e = y − M y − Σ β·d. Occurrence
 *           r shows bᵣ = β + Σ d·e / wᵣ with wᵣ = Σ d²; β is their typical effect and counts when it is 3 standard errors
 *           from 0, for one regressor after the other until they fit together.
 * Shapes    columns and result [regressors], null where nothing is shown.
 * Units     the unit of the series per 1 of the regressor, or a fraction.
 * Source    Speckman, Kernel smoothing in partial linear models, JRSS B 50(3), 1988 (smoothing both sides); Buja, Hastie &
 *           Tibshirani, Linear smoothers and additive models, Annals of Statistics 17(2), 1989 (one after the other).
 */
export function passingEffects(
  { values, observed, isLogarithmic }: ScaledHistory,
  columns: readonly Column[],
  seasons: readonly number[],
): (Required<EffectSize> | null)[] {
  const effects: (Required<EffectSize> | null)[] = columns.map(() => null);
  const { candidates, window } = candidatesOf(columns, observed, seasons.at(-1) ?? 1);
  if (candidates.length === 0) return effects;

  const plain = Float64Array.from(values);
  let rest = withoutLevel(plain, seasons, window);
  for (let round = 1; ; round += 1) {
    const before = candidates.map(({ size }) => size);
    fitTogether(candidates, rest.errors);
    // Without an effect the seasons were right at once.
    if (round === ROUNDS || candidates.every(({ size }) => size === 0)) break;
    candidates.forEach(({ column, size }, i) => add(plain, column, before[i]! - size));
    rest = withoutLevel(plain, seasons, window);
  }

  const noise = noiseOfRuns(rest.errors, candidates);
  for (const candidate of candidates) {
    const { index, weights, size, run } = candidate;
    if (size === 0) continue;
    const steps = activeSteps(candidate, rest, isLogarithmic);
    effects[index] = closerForm(shownBy(candidate, rest.errors), steps, { weights, noise: noise(run), isLogarithmic });
  }
  return effects;
}

/** The regressors that occurred often enough to learn from, and the window over which all of them have a local level. */
function candidatesOf(columns: readonly Column[], observed: Float64Array, unit: number): { candidates: Candidate[]; window: number } {
  const n = observed.length;
  const learnable = columns
    .map(({ column, occurrences }, index) => ({ column, index, occurrences, longest: longestOf(occurrences) }))
    .filter(({ occurrences, longest }) => occurrences.length >= FEWEST_OCCURRENCES && RUNS_IN_WINDOW * longest <= LARGEST_SHARE * n);
  const longest = learnable.reduce((most, one) => Math.max(most, one.longest), 0);
  const window = unit * Math.ceil(Math.max(SHORTEST_WINDOW, RUNS_IN_WINDOW * longest) / unit);
  if (window > LARGEST_SHARE * n) return { candidates: [], window };

  const half = window >> 1;
  const all = new Float64Array(learnable.length * n);
  const candidates = learnable.flatMap(({ column, index, occurrences }, i): Candidate[] => {
    // Where no full window fits, the level is a guess.
    const seen = occurrences.filter(({ start, end }) => start >= half && end <= n - half && !Number.isNaN(sumOver(observed, start, end)));
    if (seen.length < FEWEST_OCCURRENCES) return [];
    const deviations = all.subarray(i * n, (i + 1) * n);
    fillDeviations(deviations, column, window);
    const weights = Float64Array.from(seen, ({ start, end }) => productOver(deviations, deviations, start, end));
    // Of a regressor that is next to nothing no square is left.
    if (!weights.every((weight) => weight > 0)) return [];
    const run = Math.round(seen.reduce((sum, { start, end }) => sum + end - start, 0) / seen.length);
    return [{ column, index, occurrences: seen, deviations, weights, run, size: 0 }];
  });
  return { candidates, window };
}

/** A column less its centred moving average, as `centredMovingAverage` takes it, where a full window fits. */
function fillDeviations(deviations: Float64Array, column: Float64Array, window: number): void {
  const half = window >> 1;
  const isEven = window % 2 === 0;
  let sum = 0;
  for (let t = 0; t < 2 * half; t += 1) sum += column[t]!;
  for (let t = half; t < column.length - half; t += 1) {
    sum += column[t + half]!;
    const inWindow = isEven ? sum - 0.5 * (column[t - half]! + column[t + half]!) : sum;
    deviations[t] = column[t]! - inWindow / window;
    sum -= column[t - half]!;
  }
}

/** Seasons and local level of a series, and what is left; [n]. */
function withoutLevel(values: Float64Array, seasons: readonly number[], window: number): { level: Float64Array; errors: Float64Array } {
  const { adjusted: errors } = decomposeSeasons(values, seasons);
  const level = centredMovingAverage(errors, window);
  for (let t = 0; t < values.length; t += 1) {
    errors[t]! -= level[t]!;
    level[t] = values[t]! - errors[t]!;
  }
  return { level, errors };
}

/** Learns the effects beside each other, and takes what changes of them off the errors. */
function fitTogether(candidates: readonly Candidate[], errors: Float64Array): void {
  const noise = noiseOfRuns(errors, candidates);
  let hasChanged = true;
  for (let sweep = 0; sweep < SWEEPS && hasChanged; sweep += 1) {
    hasChanged = false;
    for (const candidate of candidates) {
      const { mean, standardError } = typicalEffect(shownBy(candidate, errors), candidate.weights, noise(candidate.run));
      const size = Math.abs(mean) > STANDARD_ERRORS * standardError ? mean : 0;
      const change = size - candidate.size;
      if (change === 0) continue;
      candidate.size = size;
      add(errors, candidate.deviations, -change);
      if (Math.abs(change) > CONVERGED * standardError) hasChanged = true;
    }
  }
}

/** What each occurrence shows; [occurrences]. */
function shownBy({ occurrences, deviations, weights, size }: Candidate, errors: Float64Array): Float64Array {
  const shown = new Float64Array(occurrences.length);
  for (let r = 0; r < shown.length; r += 1) {
    const { start, end } = occurrences[r]!;
    shown[r] = size + productOver(deviations, errors, start, end) / weights[r]!;
  }
  return shown;
}

/** The steps of all occurrences, in the unit of the series, without the effects of the other regressors. */
function activeSteps(
  { column, occurrences, size }: Candidate,
  { level, errors }: { level: Float64Array; errors: Float64Array },
  isLogarithmic: boolean,
): ActiveStep[] {
  const inUnit = (scaled: number): number => (isLogarithmic ? Math.exp(scaled) : scaled);
  return occurrences.flatMap(({ start, end }, occurrence) =>
    Array.from({ length: end - start }, (_, k) => {
      const t = start + k;
      const x = column[t]!;
      return { occurrence, x, value: inUnit(level[t]! + errors[t]! + size * x), expected: inUnit(level[t]!) };
    }),
  );
}

/**
 * How far the sum of so many errors in a row strays where no regressor is active, per √step: errors that go on for hours
 * make a day's mean less sure than 24 independent ones would.
 */
function noiseOfRuns(errors: Float64Array, candidates: readonly Candidate[]): (run: number) => number {
  const isActive = new Uint8Array(errors.length);
  for (const { occurrences } of candidates) {
    for (const { start, end } of occurrences) isActive.fill(1, start, end);
  }
  const known = new Map<number, number>();
  return (run) => {
    const noise = known.get(run) ?? noiseOf(errors, isActive, run);
    known.set(run, noise);
    return noise;
  };
}

function noiseOf(errors: Float64Array, isActive: Uint8Array, run: number): number {
  let sum = 0;
  let length = 0;
  let absolute = 0;
  let count = 0;
  for (let t = 0; t < errors.length; t += 1) {
    sum = isActive[t] ? 0 : sum + errors[t]!;
    length = isActive[t] ? 0 : length + 1;
    if (length > run) sum -= errors[t - run]!;
    if (length < run) continue;
    absolute += Math.abs(sum);
    count += 1;
  }
  return count > 0 ? (MEAN_ABSOLUTE * absolute) / count / Math.sqrt(run) : Infinity;
}

function add(values: Float64Array, column: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let t = 0; t < values.length; t += 1) values[t]! += factor * column[t]!;
}

function sumOver(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let t = start; t < end; t += 1) sum += values[t]!;
  return sum;
}

function productOver(a: Float64Array, b: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let t = start; t < end; t += 1) sum += a[t]! * b[t]!;
  return sum;
}

function longestOf(occurrences: readonly Occurrence[]): number {
  return occurrences.reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
}
