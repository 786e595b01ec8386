import { InsufficientHistory, IrregularSeries } from '../errors.js';

/** The length of a step: always the same time, or whole calendar months of UTC. */
export type Step = FixedStep | CalendarStep;

export interface FixedStep {
  readonly milliseconds: number;
}

export interface CalendarStep {
  /** 1 for months, 3 for quarters, 12 for years. */
  readonly months: number;
  /** The day of the month on which steps begin, 1 to 31; the last day of a month that is shorter. */
  readonly day: number;
}

/** A series on a grid of equal steps in UTC, where summer time and leap days leave no gap. */
export interface RegularGrid {
  /** One value per step, oldest first; NaN where no timestamp fell. */
  readonly values: Float64Array;
  /** When the first step begins, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly start: number;
  readonly step: Step;
}

const DAY = 86_400_000;
/** The largest time that a Date can be. */
const LATEST = 8.64e15;
/** A time between neighbours that is rarer than this share is a slip, and not the step. */
const LEAST_SHARE = 0.25;
const SHORTEST_MONTH = 28;
/** A step on this day begins on the last day of every month: 31 January, 29 February, 31 March. */
const LONGEST_MONTH = 31;
/** A timestamp that is wrong by years would otherwise fill the memory with gaps. */
const LONGEST_GRID = 1_000_000;

/**
 * Puts observations on a regular grid. The step is found from the timestamps: whole months where most of them fall on
 * the same time of the same day of the month, otherwise the most common time between neighbours. Steps without
 * an observation become gaps.
 *
 * Shapes    timestamps and values [n], n ≥ 2; values of the result [last step − first step + 1], up to a million.
 * Units     timestamps in milliseconds since 1970-01-01T00:00:00Z; values in any unit, NaN for a gap.
 * Throws    InsufficientHistory below two timestamps; IrregularSeries at the first timestamp that is no time, is not after
 *           the one before, does not lie on the grid, or lies too far from the first.
 */
export function regularGrid(timestamps: Float64Array, values: Float64Array): RegularGrid {
  const n = timestamps.length;
  if (n < 2) throw new InsufficientHistory({ model: 'regular grid', observations: n, required: 2 });
  const start = timestamps[0]!;
  const step = stepOf(timestamps);
  const stepsUntil = stepsFrom(start, step);

  const steps = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    const time = timestamps[i]!;
    if (!(Math.abs(time) <= LATEST)) throw new IrregularSeries(i, String(time), 'timestamps');
    const before = i === 0 ? -Infinity : timestamps[i - 1]!;
    if (time === before) throw new IrregularSeries(i, `${instant(time)} again`, 'every timestamp once');
    if (time < before) throw new IrregularSeries(i, `${instant(time)} after ${instant(before)}`, 'timestamps in ascending order');
    steps[i] = stepsUntil(time);
    if (!Number.isInteger(steps[i])) {
      throw new IrregularSeries(i, instant(time), `timestamps ${stepName(step)} apart from ${instant(start)} on`);
    }
    if (steps[i]! >= LONGEST_GRID) {
      throw new IrregularSeries(i, instant(time), `timestamps ${stepName(step)} apart within ${LONGEST_GRID} steps of ${instant(start)}`);
    }
  }
  const gridded = new Float64Array(steps[n - 1]! + 1).fill(NaN);
  for (let i = 0; i < n; i += 1) gridded[steps[i]!] = values[i]!;
  return { values: gridded, start, step };
}

/** When a step of a grid begins, in milliseconds since 1970-01-01T00:00:00Z; `index` counts from its first step. */
export function timeOfStep({ start, step }: Pick<RegularGrid, 'start' | 'step'>, index: number): number {
  if ('milliseconds' in step) return start + index * step.milliseconds;
  const month = monthOf(start) + index * step.months;
  return new Date(timeOfDay(start)).setUTCFullYear(Math.floor(month / 12), month % 12, Math.min(step.day, daysIn(month)));
}

/** How many steps lie between the start and a time; no whole number where the time is off the grid. */
function stepsFrom(start: number, step: Step): (time: number) => number {
  if ('milliseconds' in step) return (time) => (time - start) / step.milliseconds;
  return (time) => {
    const isOnDay = dayOf(time) === Math.min(step.day, daysIn(monthOf(time))) && timeOfDay(time) === timeOfDay(start);
    return isOnDay ? (monthOf(time) - monthOf(start)) / step.months : NaN;
  };
}

function stepOf(timestamps: Float64Array): Step {
  const usual = commonStep(timestamps);
  if (!(usual < SHORTEST_MONTH * DAY)) {
    // Where most fall on one day of the month, one that does not is off the grid, and no reason to give the grid up.
    const sameDay = mostCommon(timestamps.map((time) => dayOf(time) * DAY + timeOfDay(time)));
    const monthEnd = mostCommon(timestamps.filter((time) => dayOf(time) === daysIn(monthOf(time))).map(timeOfDay));
    const most = Math.max(sameDay.count, monthEnd.count);
    const months = commonStep(timestamps.map(monthOf));
    if (2 * most > timestamps.length && !Number.isNaN(months)) {
      return { months, day: monthEnd.count === most ? LONGEST_MONTH : Math.floor(sameDay.value / DAY) };
    }
  }
  return { milliseconds: Number.isNaN(usual) ? DAY : usual };
}

/**
 * The time between neighbours that is most common; a less common one when only on its grid all of them lie, as where every
 * other step is missing for a while. NaN where nothing ascends.
 */
function commonStep(positions: Float64Array): number {
  const differences = positions.subarray(1).map((position, i) => position - positions[i]!).filter((difference) => difference > 0);
  const usual = mostCommon(differences);
  const isGrid = (step: number): boolean => positions.every((position) => (position - positions[0]!) % step === 0);
  if (usual.count === 0 || isGrid(usual.value)) return usual.value;
  const rarer = mostCommon(differences.filter((difference) => difference < usual.value));
  return rarer.count > LEAST_SHARE * differences.length && isGrid(rarer.value) ? rarer.value : usual.value;
}

/** The value that is there most often, the smallest of several such; NaN, 0 times, where there is none. */
function mostCommon(values: Float64Array): { value: number; count: number } {
  const sorted = Float64Array.from(values).sort();
  let best = { value: NaN, count: 0 };
  for (let i = 0, from = 0; i < sorted.length; i += 1) {
    if (sorted[i] !== sorted[from]) from = i;
    if (i - from + 1 > best.count) best = { value: sorted[i]!, count: i - from + 1 };
  }
  return best;
}

/** Months since the year 0. */
function monthOf(time: number): number {
  const date = new Date(time);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
}

function dayOf(time: number): number {
  return new Date(time).getUTCDate();
}

function daysIn(month: number): number {
  return new Date(new Date(0).setUTCFullYear(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
}

function timeOfDay(time: number): number {
  return ((time % DAY) + DAY) % DAY;
}

function instant(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

const fixedUnits = [
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
] as const;
const calendarUnits = [
  ['year', 12],
  ['quarter', 3],
  ['month', 1],
] as const;

/** For a person: `1 hour`, `15 minutes`, `1 quarter`. */
function stepName(step: Step): string {
  const [length, units] = 'milliseconds' in step ? [step.milliseconds, fixedUnits] : [step.months, calendarUnits];
  const [unit, size] = units.find(([, size]) => length % size === 0) ?? units.at(-1)!;
  return `${length / size} ${unit}${length === size ? '' : 's'}`;
}
