import sql, { empty } from 'sql-template-tag';
import type { Viewer } from '../access/index.js';
import { cursorKey, keyOf, pageLimit, query, type Database, type PageArgs } from '../platform/index.js';
import type { Notification, NotificationFilter } from './notification.graphql.js';
import { visibleTo } from './notification-channel.queries.js';

/** A message, and what it belongs to. */
export type NotificationRow = Notification & { channelKey: string; subjectKey: string; cursorKey: string[] };

const selection = sql`
  'Notification:' || notification.id AS "id", notification.channel_id AS "channelKey", notification.subject_key AS "subjectKey",
  notification.dedup_key AS "dedupKey", notification.message_state AS "messageState", notification.severity, notification.summary, notification.details,
  notification.since, notification.state, notification.attempt_count AS "attempts", notification.created_at AS "createdAt",
  CASE WHEN notification.state = 'PENDING' THEN notification.next_at END AS "nextAttemptAt", notification.delivered_at AS "deliveredAt",
  notification.failure, jsonb_build_array(notification.sequence::text) AS "cursorKey"`;

export function notificationsById(db: Database, viewer: Viewer, keys: readonly string[]): Promise<NotificationRow[]> {
  return query(db, sql`SELECT ${selection} FROM notification WHERE notification.id = ANY(${keys}::uuid[])${visibleTo(viewer)} ORDER BY notification.sequence`);
}

/** One page, newest first. */
export function notificationPage(db: Database, viewer: Viewer, { states, channelIds }: NotificationFilter, page: PageArgs): Promise<NotificationRow[]> {
  const after = cursorKey(page, ['integer']);
  const channelKeys = channelIds?.map((id) => keyOf('NotificationChannel', id, ['filter', 'channelIds']));
  return query(
    db,
    sql`SELECT ${selection} FROM notification
         WHERE true${visibleTo(viewer)}
           ${states?.length ? sql`AND notification.state = ANY(${states})` : empty}
           ${channelKeys?.length ? sql`AND notification.channel_id = ANY(${channelKeys}::uuid[])` : empty}
           ${after ? sql`AND notification.sequence < ${after[0]}::bigint` : empty}
         ORDER BY notification.sequence DESC
         LIMIT ${pageLimit(page)}`,
  );
}

/** All that was said, and is still to be said, of subjects: in order. Whoever may see a subject may see these. */
export function notificationsOf(db: Database, subjectKeys: readonly string[]): Promise<NotificationRow[]> {
  return query(db, sql`SELECT ${selection} FROM notification WHERE notification.subject_key = ANY(${subjectKeys}) ORDER BY notification.sequence`);
}

/**
 * Makes messages that were refused or given up wait for their channel again.
 *
 * @returns the channels that have something to send
 */
export async function resend(db: Database, keys: readonly string[]): Promise<string[]> {
  const rows = await query<{ channelKey: string }>(
    db,
    sql`UPDATE notification SET state = 'PENDING', next_at = now(), waits_since = now()
         WHERE notification.id = ANY(${keys}::uuid[]) AND notification.state = 'REJECTED'
        RETURNING notification.channel_id AS "channelKey"`,
  );
  return [...new Set(rows.map(({ channelKey }) => channelKey))];
}
