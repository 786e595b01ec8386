/**
 * What is known of a step beforehand, or from the bill: something is charged at the start of a month, a credit was given, a
 * bill was restated since, or an event was planned.
 */
export type MarkKind = 'month-start' | 'credit' | 'restatement' | 'event';

/** A step that may deviate for a reason that is known. */
export interface Mark {
  /** From 0, the first forecast step. */
  readonly step: number;
  readonly kind: MarkKind;
  /** Actual less expected at earlier marks of this kind, where there are any: what is usual for them. */
  readonly earlier?: Float64Array;
}

const HIGHER = 1;
const LOWER = -1;

/** The directions of a deviation that each kind explains. */
const explained: Record<MarkKind, readonly number[]> = {
  'month-start': [HIGHER],
  credit: [LOWER],
  restatement: [HIGHER, LOWER],
  event: [HIGHER, LOWER],
};

/** Beyond this many times the largest deviation that earlier marks showed, a mark explains it no longer. */
const FAR_BEYOND = 2;

/**
 * Whether a mark explains a deviation: it is of the kind's direction, and not far beyond what such marks showed before.
 *
 * Units     deviation is actual less expected, in the unit of the series, as are earlier ones.
 * Source    ours.
 */
export function explains({ kind, earlier }: Mark, deviation: number): boolean {
  const direction = Math.sign(deviation);
  if (!explained[kind].includes(direction)) return false;
  if (!earlier || earlier.length === 0) return true;
  const usual = earlier.reduce((largest, one) => Math.max(largest, direction * one), 0);
  return Math.abs(deviation) <= FAR_BEYOND * usual;
}
