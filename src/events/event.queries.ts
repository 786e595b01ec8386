import sql, { empty } from 'sql-template-tag';
import { query, queryOne, type Database } from '../platform/index.js';
import type { StoredEvent } from './event.js';

/** The most events that are read at once. */
export const pageSize = 500;

/** What happened after one event and up to another, oldest first: at most `pageSize`. */
export function eventsBetween(db: Database, { after, through, kind }: { after: bigint; through?: bigint; kind?: string }): Promise<StoredEvent[]> {
  return query(
    db,
    sql`SELECT event.sequence::text AS "sequence",
               event.kind           AS "kind",
               event.subject_key    AS "subjectKey",
               event.payload        AS "payload",
               event.scope          AS "scope",
               event.happened_at    AS "happenedAt"
          FROM event
         WHERE event.sequence > ${after.toString()}
               ${through === undefined ? empty : sql`AND event.sequence <= ${through.toString()}`}
               ${kind === undefined ? empty : sql`AND event.kind = ${kind}`}
         ORDER BY event.sequence
         LIMIT ${pageSize}`,
  );
}

/** Up to where events were dropped, and up to where there are any. */
export async function extent(db: Database): Promise<{ droppedThrough: bigint; last: bigint }> {
  const { droppedThrough, last } = await queryOne<{ droppedThrough: string; last: string }>(
    db,
    sql`SELECT event_retention.dropped_through::text AS "droppedThrough",
               greatest(event_retention.dropped_through, (SELECT max(event.sequence) FROM event))::text AS "last"
          FROM event_retention`,
  );
  return { droppedThrough: BigInt(droppedThrough), last: BigInt(last) };
}

/** Drops what is older than this many days, and notes up to where. */
export async function dropEvents(db: Database, keptDays: number): Promise<void> {
  await query(
    db,
    sql`WITH dropped AS (
          DELETE FROM event WHERE event.happened_at < now() - ${keptDays} * interval '1 day' RETURNING event.sequence
        )
        UPDATE event_retention
           SET dropped_through = greatest(event_retention.dropped_through, (SELECT max(dropped.sequence) FROM dropped))`,
  );
}
