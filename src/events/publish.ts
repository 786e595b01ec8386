import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { everything } from '../access/index.js';
import { query } from '../platform/index.js';
import type { NewEvent } from './event.js';

/** What listening connections listen to. */
export const channel = 'headroom_event';

/**
 * Stores events in the transaction of what made them, and wakes who listens when that commits.
 *
 * Called last: from here to its commit a transaction holds a lock that every other publisher waits
 * for. Without it a lower sequence could become visible after a higher one was read, and be missed.
 */
export async function publish(transaction: EntityManager, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  // A statement of its own: what numbers the rows may run only when the lock is held.
  await query(transaction, sql`SELECT pg_advisory_xact_lock(hashtext('headroom event'))`);
  const rows = events.map(({ kind, subjectKey, payload, scope = everything }) => ({ kind, subject_key: subjectKey, payload, scope }));
  await query(
    transaction,
    sql`INSERT INTO event (kind, subject_key, payload, scope)
        SELECT new.kind, new.subject_key, new.payload, new.scope
          FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
                       AS (kind text, subject_key text, payload jsonb, scope jsonb))
               WITH ORDINALITY AS new (kind, subject_key, payload, scope, position)
         ORDER BY new.position`,
  );
  await query(transaction, sql`SELECT pg_notify(${channel}, '')`);
}
