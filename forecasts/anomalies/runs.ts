import { medianOf } from '../math/order.js';
import { surpriseIn, type Surprise } from './surprise.js';

/** Scores count no more than this in a window: a change of level shows in all of its steps, not in one. */
const CLIPPED_AT = 2.5;
/** Single steps, and windows in which a change of level is seen that no step shows by itself. */
const WINDOWS = [1, 4, 8, 16, 32, 64];
/** Events of one direction with fewer steps between them are one. */
const APART = 3;
/** Rounds in which a run and its level are found from each other. */
const ROUNDS = 3;

/** Neighbouring scores [first, last] that deviate in one direction. */
export interface Run {
  readonly first: number;
  readonly last: number;
  /** 1 or −1. */
  readonly direction: number;
  /** The chance of anything this far off among all scores, were the forecast right. */
  readonly chanceIfNone: number;
}

/**
 * Runs of scores that a right forecast hardly brings about. Single scores, and means of windows of 4, 8 … of them, are
 * surprises where they are further off than would come about `falseAlarmsPerStep` times a step: half of these by single
 * scores, and half by windows. From the greatest surprise on, each is narrowed or widened to the run of scores that deviate
 * with it, until no surprise is left.
 *
 * Notation  u score, d direction, δ the median of d·u over a run: the run around the furthest score of a surprise that
 *           maximises Σ(min(d·u, 2δ) − δ/2), which is the likeliest one to be at δ while all others are at 0.
 * Shapes    scores [n], standard normal where the forecast is right. Result in order, no score in two runs.
 * Units     scores in standard deviations; errorCorrelation 0 to below 1; falseAlarmsPerStep a number of events.
 * Source    Page, Continuous inspection schemes, Biometrika 41(1–2), 1954 (sums that count from half the level).
 */
export function findRuns(scores: Float64Array, errorCorrelation: number, falseAlarmsPerStep: number): Run[] {
  const taken = new Uint8Array(scores.length);
  const windows = WINDOWS.filter((window) => window <= scores.length);
  const surprises = windows.map((window) =>
    surpriseIn(window, errorCorrelation, window === 1 ? falseAlarmsPerStep / 2 : falseAlarmsPerStep / 2 / (windows.length - 1)),
  );
  const runs: Run[] = [];
  for (;;) {
    const greatest = greatestSurprise(scores, taken, surprises);
    if (!greatest) break;
    const { first, last, direction, z, surprise } = greatest;
    const run = runAround(scores, taken, { first, last, direction });
    taken.fill(1, run.first, run.last + 1);
    const expected = scores.length * windows.length * surprise.crossingsPerStep(z);
    runs.push({ ...run, direction, chanceIfNone: -Math.expm1(-expected) });
  }
  return joined(runs.sort((a, b) => a.first - b.first));
}

interface Window {
  readonly first: number;
  readonly last: number;
  readonly direction: number;
}

/** The window that is furthest beyond its threshold, among steps that belong to no run yet; null when none is beyond. */
function greatestSurprise(
  scores: Float64Array,
  taken: Uint8Array,
  surprises: readonly Surprise[],
): (Window & { z: number; surprise: Surprise }) | null {
  let greatest: (Window & { z: number; surprise: Surprise }) | null = null;
  let furthest = 1;
  for (const surprise of surprises) {
    const { window, deviation, threshold } = surprise;
    let sum = 0;
    let free = 0;
    for (let last = 0; last < scores.length; last += 1) {
      const entering = taken[last] ? 0 : scores[last]!;
      sum += window === 1 ? entering : clipped(entering);
      free += taken[last] ? 0 : 1;
      const before = last - window;
      if (before >= 0) {
        sum -= taken[before] ? 0 : window === 1 ? scores[before]! : clipped(scores[before]!);
        free -= taken[before] ? 0 : 1;
      }
      if (free < window) continue;
      const z = sum / window / deviation;
      if (Math.abs(z) <= furthest * threshold) continue;
      furthest = Math.abs(z) / threshold;
      greatest = { first: last - window + 1, last, direction: Math.sign(z), z, surprise };
    }
  }
  return greatest;
}

function clipped(score: number): number {
  return Math.min(CLIPPED_AT, Math.max(-CLIPPED_AT, score));
}

/** The run around the furthest step of a window: all that is likelier at the level of the run than at none. */
function runAround(scores: Float64Array, taken: Uint8Array, { first, last, direction }: Window): { first: number; last: number } {
  let peak = first;
  for (let i = first; i <= last; i += 1) if (direction * scores[i]! > direction * scores[peak]!) peak = i;
  let run = { first, last };
  for (let round = 0; round < ROUNDS; round += 1) {
    const level = medianOf(scores.subarray(run.first, run.last + 1).map((score) => direction * score));
    const support = (i: number): number => Math.min(direction * scores[i]!, 2 * level) - level / 2;
    run = { first: furthestGain(support, taken, peak, -1), last: furthestGain(support, taken, peak, 1) };
  }
  return run;
}

/** How far from the peak in one direction the sum of what speaks for the run is largest. */
function furthestGain(support: (i: number) => number, taken: Uint8Array, peak: number, step: number): number {
  let best = peak;
  let most = 0;
  let sum = 0;
  for (let i = peak + step; i >= 0 && i < taken.length && !taken[i]; i += step) {
    sum += support(i);
    if (sum > most) {
      most = sum;
      best = i;
    }
  }
  return best;
}

/** Runs of one direction with next to nothing between them are one. */
function joined(runs: readonly Run[]): Run[] {
  const result: Run[] = [];
  for (const run of runs) {
    const before = result.at(-1);
    if (before && before.direction === run.direction && run.first - before.last <= APART) {
      result[result.length - 1] = { ...before, last: run.last, chanceIfNone: Math.min(before.chanceIfNone, run.chanceIfNone) };
    } else {
      result.push(run);
    }
  }
  return result;
}
