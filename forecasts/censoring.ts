import { InvalidSeries } from './errors.js';

/** How near to its limit a value is at it: what is left over of a pool may be too small to be used. */
export const USUAL_TOLERANCE = 0.01;

/** A stretch of steps at the limit. */
export interface CensoredStretch {
  /** Steps [start, end). Gaps in between belong to it. */
  readonly start: number;
  readonly end: number;
  /** Whether it goes on at the end of what was observed. */
  readonly isOngoing: boolean;
}

/** What limits hide of a demand. */
export interface Censoring {
  /** 1 where the value is at its limit, 0 elsewhere; [n]. */
  readonly isCensored: Uint8Array;
  /** Oldest first. */
  readonly stretches: readonly CensoredStretch[];
  /** Censored steps as a fraction of those observed; 0 when nothing was. */
  readonly censoredShare: number;
}

/**
 * The steps at which what was observed is at its limit. What is allocated cannot be more than there is: at its limit it is the least
 * that was asked for, and the queue is hidden.
 *
 * Shapes    values and limits [n], NaN where nothing was observed, or nothing limits.
 * Units     values and limits in one unit; the tolerance a fraction of the limit, from 0 to below 1.
 * Throws    InvalidSeries when there is not one limit for each value.
 * Source    Tobin, Estimation of relationships for limited dependent variables, Econometrica 26(1), 1958 (censoring from above).
 */
export function censoringOf(values: Float64Array, limits: Float64Array, tolerance = USUAL_TOLERANCE): Censoring {
  if (limits.length !== values.length) {
    throw new InvalidSeries(`needs one limit for each of its ${values.length} values, got ${limits.length}`);
  }
  const isCensored = new Uint8Array(values.length);
  const stretches: { start: number; end: number; isOngoing: boolean }[] = [];
  let observed = 0;
  let censored = 0;
  let current: { start: number; end: number; isOngoing: boolean } | null = null;
  for (let t = 0; t < values.length; t += 1) {
    if (Number.isNaN(values[t]!)) continue;
    observed += 1;
    if (current) current.isOngoing = false;
    // Nothing compares with NaN: where there is no limit, nothing is at it.
    if (!(values[t]! >= (1 - tolerance) * limits[t]!)) {
      current = null;
      continue;
    }
    isCensored[t] = 1;
    censored += 1;
    if (!current) {
      current = { start: t, end: t + 1, isOngoing: true };
      stretches.push(current);
    }
    current.end = t + 1;
    current.isOngoing = true;
  }
  return { isCensored, stretches, censoredShare: observed === 0 ? 0 : censored / observed };
}
