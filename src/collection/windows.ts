import sql, { raw, type Sql } from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';
import type { Window, WindowPolicy } from './collector.js';

export interface WindowsAsked {
  /** Everything before it has been collected; null before the first success. */
  collectedUntil: Date | null;
  /** What somebody asked for; null goes on from what is collected. */
  period: Window | null;
}

/**
 * The windows of a run, oldest first, by the clock of the database: hosts disagree about the time.
 * Empty where nothing new can be complete yet.
 *
 * @param now the time, for whoever has another than the database
 */
export function windowsOf(db: Database, policy: WindowPolicy, { collectedUntil, period }: WindowsAsked, now: Sql = sql`now()`): Promise<Window[]> {
  const { firstReach, overlap, align, delay, step } = policy;
  const complete = whole(align.end, sql`${now} - ${delay}::interval`);
  const start = period
    ? sql`${period.start}::timestamptz`
    : sql`coalesce(${collectedUntil}::timestamptz - ${overlap}::interval, ${now} - ${firstReach}::interval)`;
  // Asked for until the middle of a day, a day is read whole.
  const end = period ? sql`least(${whole(align.end, sql`${period.end}::timestamptz - interval '1 microsecond'`)} + ${align.end}::interval, ${complete})` : complete;
  return query(
    db,
    sql`WITH bounds AS (SELECT ${whole(align.start, start)} AS first, ${end} AS last)
        SELECT step.at AS "start", ${step === null ? sql`bounds.last` : sql`least(step.at + ${step}::interval, bounds.last)`} AS "end"
          FROM bounds
          CROSS JOIN LATERAL generate_series(bounds.first, bounds.last - interval '1 microsecond', ${step ?? 'P1000Y'}::interval) AS step (at)
         ORDER BY step.at`,
  );
}

/** The start of the whole one of these durations that an instant is in, UTC. */
function whole(duration: string, instant: Sql): Sql {
  return duration === 'P1M' ? sql`date_trunc('month', ${instant}, 'UTC')` : sql`date_bin(${duration}::interval, ${instant}, ${raw(`timestamptz '2000-01-01T00:00:00Z'`)})`;
}
