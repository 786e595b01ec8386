import { medianOf } from '../math/order.js';

/** One time that a regressor was away from its rest: the steps [start, end). */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
}

/** A step belongs to an occurrence when its value is further from rest than this share of the furthest. */
const ACTIVE_SHARE = 0.5;

/**
 * The times at which a regressor was active. Its rest is what it mostly is: 0 for a holiday, the usual count for the
 * working days of a month.
 *
 * Shapes    values [n]; none when they never change.
 * Units     steps, from the first value.
 * Source    ours.
 */
export function occurrencesOf(values: Float64Array): Occurrence[] {
  const rest = restOf(values);
  let furthest = 0;
  for (let t = 0; t < values.length; t += 1) furthest = Math.max(furthest, Math.abs(values[t]! - rest));
  const occurrences: Occurrence[] = [];
  if (furthest === 0) return occurrences;

  let start = -1;
  for (let t = 0; t <= values.length; t += 1) {
    const isActive = t < values.length && Math.abs(values[t]! - rest) > ACTIVE_SHARE * furthest;
    if (isActive && start < 0) start = t;
    if (!isActive && start >= 0) {
      occurrences.push({ start, end: t });
      start = -1;
    }
  }
  return occurrences;
}

function restOf(values: Float64Array): number {
  let zeros = 0;
  for (let t = 0; t < values.length; t += 1) if (values[t] === 0) zeros += 1;
  // Putting a calendar in order to learn that it is mostly 0 would take longer than all the rest.
  return 2 * zeros > values.length ? 0 : medianOf(values);
}
