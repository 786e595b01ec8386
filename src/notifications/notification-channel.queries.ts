import sql, { empty } from 'sql-template-tag';
import type { Viewer } from '../access/index.js';
import { cursorKey, load, pageLimit, query, type Database, type Loaders, type PageArgs } from '../platform/index.js';
import type { NotificationChannel } from './notification-channel.graphql.js';

export type NotificationChannelRow = NotificationChannel & { cursorKey: string[] };

/**
 * Channels, and the messages of all of them, are the whole organisation's: a viewer who may see a part of it only sees
 * none. Kept in the statement, so that there is one place to change it.
 */
export const visibleTo = (viewer: Viewer) => (viewer.scope === null ? empty : sql` AND false`);

const selection = sql`
  'NotificationChannel:' || channel.id AS "id", channel.name, channel.channel, channel.settings, channel.enabled, channel.attention,
  (SELECT min(waiting.waits_since) FROM notification AS waiting WHERE waiting.channel_id = channel.id AND waiting.state = 'PENDING') AS "oldestPendingSince"`;

export function channelsById(db: Database, viewer: Viewer, keys: readonly string[]): Promise<NotificationChannelRow[]> {
  return query(db, sql`SELECT ${selection} FROM notification_channel AS channel WHERE channel.id = ANY(${keys}::uuid[])${visibleTo(viewer)} ORDER BY channel.name`);
}

/** One page, by name. */
export function channelPage(db: Database, viewer: Viewer, page: PageArgs): Promise<NotificationChannelRow[]> {
  const after = cursorKey(page, ['text']);
  return query(
    db,
    sql`SELECT ${selection}, jsonb_build_array(channel.name) AS "cursorKey"
          FROM notification_channel AS channel
         WHERE true${visibleTo(viewer)}${after ? sql` AND channel.name > ${after[0]}` : empty}
         ORDER BY channel.name
         LIMIT ${pageLimit(page)}`,
  );
}

/** A channel by its key, together with all the others of this request; null when the viewer may see none. */
export function loadChannel(db: Database, loaders: Loaders, viewer: Viewer, key: string): Promise<NotificationChannelRow | null> {
  return load(loaders, 'notificationChannel', key, (keys) => channelsById(db, viewer, keys), ({ id }) => id.slice('NotificationChannel:'.length));
}

/** The keys of every channel that is enabled. */
export async function channelKeys(db: Database): Promise<string[]> {
  const rows = await query<{ id: string }>(db, sql`SELECT channel.id FROM notification_channel AS channel WHERE channel.enabled ORDER BY channel.name`);
  return rows.map(({ id }) => id);
}

/** How a channel does, as a monitoring system reads it. */
export interface ChannelReading {
  name: string;
  channel: string;
  oldestPendingSince: Date | null;
  rejectedCount: number;
  needsAttention: boolean;
}

/** Every channel: what needs somebody first, then what has waited longest. */
export async function channelReadings(db: Database, viewer: Viewer, limit: number): Promise<{ channels: ChannelReading[]; leftOut: number }> {
  const rows = await query<ChannelReading & { all: number }>(
    db,
    sql`SELECT channel.name, channel.channel, waiting.since AS "oldestPendingSince", channel.attention IS NOT NULL AS "needsAttention",
               (SELECT count(*)::int FROM notification AS rejected WHERE rejected.channel_id = channel.id AND rejected.state = 'REJECTED') AS "rejectedCount",
               (count(*) OVER ())::int AS "all"
          FROM notification_channel AS channel
         CROSS JOIN LATERAL (SELECT min(pending.waits_since) AS since FROM notification AS pending WHERE pending.channel_id = channel.id AND pending.state = 'PENDING') AS waiting
         WHERE true${visibleTo(viewer)}
         ORDER BY channel.attention IS NULL, waiting.since, channel.name
         LIMIT ${limit}`,
  );
  return { channels: rows, leftOut: rows.length === 0 ? 0 : rows[0]!.all - rows.length };
}

/** A channel as a change of it needs it, and who sends. */
export interface StoredChannel {
  id: string;
  name: string;
  channel: string;
  settings: object;
  secrets: Buffer | null;
  enabled: boolean;
}

export async function storedChannel(db: Database, viewer: Viewer, key: string): Promise<StoredChannel | undefined> {
  const [channel] = await query<StoredChannel>(
    db,
    sql`SELECT channel.id, channel.name, channel.channel, channel.settings, channel.secrets, channel.enabled
          FROM notification_channel AS channel WHERE channel.id = ${key}${visibleTo(viewer)}`,
  );
  return channel;
}

export async function insertChannel(db: Database, { id, name, channel, settings, secrets }: StoredChannel): Promise<void> {
  await query(db, sql`INSERT INTO notification_channel (id, name, channel, settings, secrets) VALUES (${id}, ${name}, ${channel}, ${JSON.stringify(settings)}::jsonb, ${secrets})`);
}

/**
 * Writes a channel as it is to be. With other settings, or enabled anew, what was wrong with it is forgotten. What waits
 * for a channel that is disabled is rejected: sent whenever it is enabled again, it would be news of long ago.
 */
export async function updateChannel(db: Database, { id, name, settings, secrets, enabled }: StoredChannel, isAnew: boolean): Promise<void> {
  await query(
    db,
    sql`WITH rejected AS (
          UPDATE notification SET state = 'REJECTED', next_at = NULL, failure = 'the channel was disabled'
           WHERE notification.channel_id = ${id} AND notification.state = 'PENDING' AND NOT ${enabled}
        )
        UPDATE notification_channel AS channel
           SET name = ${name}, settings = ${JSON.stringify(settings)}::jsonb, secrets = ${secrets}, enabled = ${enabled},
               attention = CASE WHEN ${isAnew} THEN NULL ELSE channel.attention END,
               refusal_count = CASE WHEN ${isAnew} THEN 0 ELSE channel.refusal_count END,
               failure_count = CASE WHEN ${isAnew} THEN 0 ELSE channel.failure_count END,
               paused_until = CASE WHEN ${isAnew} THEN NULL ELSE channel.paused_until END
         WHERE channel.id = ${id}`,
  );
}

export async function deleteChannel(db: Database, key: string): Promise<void> {
  await query(db, sql`DELETE FROM notification_channel WHERE notification_channel.id = ${key}`);
}
