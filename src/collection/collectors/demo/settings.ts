import { DAY_MS, monthStartMs } from './calendar.js';

export interface DemoSettings {
  /** The story ends at the UTC midnight of this day; the day itself has not happened yet. */
  today: Date;
  /** Another seed tells the same story with other noise. Default 1. */
  seed?: number;
  /** Calendar months in the window, the current one included: at least 3. Default 13, so that a year can be compared. */
  months?: number;
  /** `original` is everything; `restated` is the corrected bill of the month two months ago, alone. Default `original`. */
  delivery?: 'original' | 'restated';
}

/** One billing period, as far as it has happened. */
export interface Month {
  startMs: number;
  /** The calendar's end of the month, which is the billing period's. */
  endMs: number;
  /** End of what is delivered: earlier than `endMs` in the current month. */
  untilMs: number;
}

/** The window of the generated history, in milliseconds since 1970, and what fills it. */
export interface Timeline {
  seed: number;
  startMs: number;
  endMs: number;
  /** Months with at least one delivered day, oldest first. */
  months: readonly Month[];
}

/** Throws RangeError for settings that describe no history. */
export function timelineOf({ today, seed = 1, months = 13 }: DemoSettings): Timeline {
  if (Number.isNaN(today.getTime())) throw new RangeError('today needs a valid date');
  // The restated bill is two months old, so a shorter history would not contain it.
  if (!Number.isInteger(months) || months < 3) throw new RangeError(`months needs a whole number of at least 3, got ${months}`);
  if (!Number.isInteger(seed)) throw new RangeError(`seed needs a whole number, got ${seed}`);

  const endMs = Math.floor(today.getTime() / DAY_MS) * DAY_MS;
  const calendar = Array.from({ length: months }, (_, i) => {
    const monthEndMs = monthStartMs(endMs, i - months + 2);
    return { startMs: monthStartMs(endMs, i - months + 1), endMs: monthEndMs, untilMs: Math.min(monthEndMs, endMs) };
  });
  return {
    seed,
    startMs: calendar[0]!.startMs,
    endMs,
    // On the first of a month the current month has no day yet, and a bill without a row is no bill.
    months: calendar.filter((month) => month.startMs < month.untilMs),
  };
}

/** Age of an instant in days: every growth curve of the story counts back from its end. */
export function daysAgoAt(timeline: Timeline, ms: number): number {
  return (timeline.endMs - ms) / DAY_MS;
}
