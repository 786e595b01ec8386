import type { Regressor } from '../../forecasts/index.js';
import type { HolidayCalendar } from './holiday-calendar.js';

const dayMs = 86_400_000;

/** The steps of a series in time: so many of one length, from an instant on. */
export interface TimeGrid {
  readonly start: Date;
  readonly stepMs: number;
  readonly steps: number;
  /** Whose days count, such as `Europe/Berlin`: a holiday is from midnight to midnight there, 23 or 25 hours where clocks change. */
  readonly timeZone: string;
}

/** What a day may be, given as whole days since 1970. */
type Mark = readonly [name: string, applies: (day: number, holidays: HolidayCalendar) => boolean];

/** Weekdays are a season of the series, and no marks. */
const marksOfMonths: readonly Mark[] = [
  ['month start', (day) => dayOfMonth(day) === 1],
  ['month end', (day) => dayOfMonth(day + 1) === 1],
  ['last workday of the month', (day, holidays) => holidays.isWorkday(day) && isMonthOver(day + 1, holidays)],
];

const marksOfHolidays: readonly Mark[] = [
  // A holiday that falls on a weekend changes nothing.
  ['holiday', (day, holidays) => holidays.isHoliday(day) && !holidays.isWeekend(day)],
  ['day before a holiday', (day, holidays) => holidays.isWorkday(day) && holidays.isHoliday(day + 1) && !isBridge(day, holidays)],
  ['day after a holiday', (day, holidays) => holidays.isWorkday(day) && holidays.isHoliday(day - 1) && !isBridge(day, holidays)],
  ['bridge day', isBridge],
];

/** A single workday between a holiday and the weekend, or between two holidays. */
function isBridge(day: number, holidays: HolidayCalendar): boolean {
  const isBetween = holidays.isWorkday(day) && !holidays.isWorkday(day - 1) && !holidays.isWorkday(day + 1);
  return isBetween && (holidays.isHoliday(day - 1) || holidays.isHoliday(day + 1));
}

/**
 * What the calendar knows in advance of each step: 1 where a mark applies to its day, 0 elsewhere. A step is of the day in
 * which its middle lies.
 */
export function calendarRegressors(grid: TimeGrid, holidays: HolidayCalendar, { withMonths }: { withMonths: boolean }): Regressor[] {
  const marks = [...(withMonths ? marksOfMonths : []), ...(holidays.country === null ? [] : marksOfHolidays)];
  if (marks.length === 0) return [];
  const days = localDays(grid);
  return marks.map((mark) => {
    const isMarked = daysWith(mark, holidays);
    return { name: mark[0], kind: 'passing', values: Float64Array.from(days, (day) => (isMarked(day) ? 1 : 0)) };
  });
}

const known = new WeakMap<HolidayCalendar, Map<Mark, Map<number, boolean>>>();

/** Thousands of series ask for the same days: each is looked up once, and kept as long as its calendar is. */
function daysWith(mark: Mark, holidays: HolidayCalendar): (day: number) => boolean {
  const marks = known.get(holidays) ?? new Map<Mark, Map<number, boolean>>();
  known.set(holidays, marks);
  const days = marks.get(mark) ?? new Map<number, boolean>();
  marks.set(mark, days);
  return (day) => {
    const isMarked = days.get(day) ?? mark[1](day, holidays);
    days.set(day, isMarked);
    return isMarked;
  };
}

function localDays({ start, stepMs, steps, timeZone }: TimeGrid): number[] {
  const middles = Array.from({ length: steps }, (_, step) => start.getTime() + (step + 0.5) * stepMs);
  if (timeZone === 'UTC') return middles.map((middle) => Math.floor(middle / dayMs));
  // Swedish dates are ISO dates.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  return middles.map((middle) => Date.parse(format.format(middle)) / dayMs);
}

function dayOfMonth(day: number): number {
  return new Date(day * dayMs).getUTCDate();
}

/** Whether no workday of the month is left from a day on. */
function isMonthOver(day: number, holidays: HolidayCalendar): boolean {
  for (let next = day; dayOfMonth(next) !== 1; next += 1) if (holidays.isWorkday(next)) return false;
  return true;
}
