import type { Span } from './roll-up.queries.js';

/** To the microsecond, as PostgreSQL keeps it. */
export function instantOf(ms: number): string {
  const microseconds = Math.round((ms - Math.floor(ms)) * 1_000);
  return new Date(Math.floor(ms)).toISOString().replace('Z', `${`${microseconds}`.padStart(3, '0')}Z`);
}

/** Such as `2026-09`. */
export const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);

/** Where the month of an instant begins and ends. */
export function monthAround(ms: number): [number, number] {
  const date = new Date(ms);
  const startOf = (offset: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
  return [startOf(0), startOf(1)];
}

/** The months that a span touches. */
export function monthsOf({ first, last }: Span): string[] {
  const months = [];
  for (let [at, next] = monthAround(Date.parse(first)); at <= Date.parse(last); [at, next] = monthAround(next)) months.push(monthOf(at));
  return months;
}

/** From the earliest to the latest instant that it was told. */
export class Extent {
  private firstMs = Infinity;
  private lastMs = -Infinity;

  add(ms: number): void {
    if (ms < this.firstMs) this.firstMs = ms;
    if (ms > this.lastMs) this.lastMs = ms;
  }

  /** Null when it was told none. */
  get span(): Span | null {
    return this.firstMs > this.lastMs ? null : { first: instantOf(this.firstMs), last: instantOf(this.lastMs) };
  }
}

const mostGaps = 50;

/** How far apart neighbouring instants mostly are; null when there are too few to tell. */
export function usualStepMs(instantsMs: ArrayLike<number>): number | null {
  const gaps: number[] = [];
  for (let index = 1; index < instantsMs.length && gaps.length < mostGaps; index += 1) {
    const gap = instantsMs[index]! - instantsMs[index - 1]!;
    if (gap > 0) gaps.push(gap);
  }
  return gaps.length === 0 ? null : gaps.toSorted((one, other) => one - other)[Math.floor(gaps.length / 2)]!;
}
