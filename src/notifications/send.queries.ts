import sql from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';
import type { Message } from './message.js';

/** A worker that does not renew for so long is dead: longer than the deadline of a message. */
const lease = sql`interval '15 seconds'`;
/** Refused so often in a row for what is wrong with the channel itself, nothing is sent until a person mends it. */
const mostRefusals = 5;
/** What is not delivered by then is given up: nobody acts on it any more. */
const patience = sql`interval '3 days'`;

/** A channel that a worker has taken. */
export interface ClaimedChannel {
  id: string;
  channel: string;
  settings: object;
  secrets: Buffer | null;
  leaseToken: string;
}

/** A message that is due. */
export interface DueNotification extends Message {
  /** The key of the notification. */
  key: string;
}

/**
 * Whether a message, by its alias `due`, may be sent now: none before an older one on the same subject. What was delivered is due
 * again where the receiver forgets, as long as nothing newer was said.
 */
const isDue = sql`due.next_at <= now()
  AND CASE due.state
        WHEN 'PENDING' THEN NOT EXISTS (SELECT FROM notification AS older WHERE older.channel_id = due.channel_id AND older.subject_key = due.subject_key
                                           AND older.state = 'PENDING' AND older.sequence < due.sequence)
        ELSE NOT EXISTS (SELECT FROM notification AS newer WHERE newer.channel_id = due.channel_id AND newer.subject_key = due.subject_key AND newer.sequence > due.sequence)
      END`;

/** Channels that have something to send, and that no living worker has. */
export async function dueChannels(db: Database): Promise<string[]> {
  const rows = await query<{ id: string }>(
    db,
    sql`SELECT channel.id FROM notification_channel AS channel
         WHERE channel.enabled AND (channel.leased_until IS NULL OR channel.leased_until < now()) AND (channel.paused_until IS NULL OR channel.paused_until <= now())
           AND EXISTS (SELECT FROM notification AS due WHERE due.channel_id = channel.id AND ${isDue})`,
  );
  return rows.map(({ id }) => id);
}

/** Takes a channel; undefined when another worker has it, or it is left alone for a while. */
export async function claimChannel(db: Database, key: string): Promise<ClaimedChannel | undefined> {
  const [claimed] = await query<ClaimedChannel>(
    db,
    sql`UPDATE notification_channel AS channel SET lease_token = channel.lease_token + 1, leased_until = now() + ${lease}
         WHERE channel.id = ${key} AND channel.enabled AND (channel.leased_until IS NULL OR channel.leased_until < now())
           AND (channel.paused_until IS NULL OR channel.paused_until <= now())
        RETURNING channel.id, channel.channel, channel.settings, channel.secrets, channel.lease_token::text AS "leaseToken"`,
  );
  return claimed;
}

/**
 * Rejects what has waited for too long, so that it is not told as news: when nobody could be reached for days, or the database is
 * an old one from a backup.
 */
export async function giveUp(db: Database, { id, leaseToken }: ClaimedChannel): Promise<void> {
  await query(
    db,
    sql`UPDATE notification SET state = 'REJECTED', next_at = NULL, failure = 'given up after 3 days' || coalesce(': ' || notification.failure, '')
          FROM notification_channel AS channel
         WHERE channel.id = ${id} AND channel.lease_token = ${leaseToken} AND notification.channel_id = channel.id
           AND notification.state = 'PENDING' AND notification.waits_since < now() - ${patience}`,
  );
}

/** Lets a channel go, for any worker to go on at once. */
export async function releaseChannel(db: Database, { id, leaseToken }: ClaimedChannel): Promise<void> {
  await query(db, sql`UPDATE notification_channel SET leased_until = NULL WHERE id = ${id} AND lease_token = ${leaseToken}`);
}

/**
 * The next message of a channel, the oldest that is due, with the lease renewed for as long as it takes to send.
 *
 * @returns undefined when nothing is due, or the channel is another's by now
 */
export async function takeNext(db: Database, { id, leaseToken }: ClaimedChannel): Promise<DueNotification | undefined> {
  const [next] = await query<DueNotification>(
    db,
    sql`WITH held AS (
          UPDATE notification_channel SET leased_until = now() + ${lease} WHERE id = ${id} AND lease_token = ${leaseToken} AND enabled RETURNING id
        ), next AS (
          SELECT due.id FROM notification AS due JOIN held ON held.id = due.channel_id
           WHERE ${isDue}
           ORDER BY due.state <> 'PENDING', due.sequence
           LIMIT 1
        )
        UPDATE notification SET attempt_count = notification.attempt_count + (notification.state = 'PENDING')::int
          FROM next WHERE notification.id = next.id
        RETURNING notification.id AS "key", notification.dedup_key AS "dedupKey", notification.message_state AS "state", notification.severity,
                  notification.summary, notification.details, notification.since, notification.path`,
  );
  return next;
}

/** `UPDATE` of the channel that only its holder may do: the first part of every note on an attempt. */
const ofHolder = ({ id, leaseToken }: ClaimedChannel) => sql`channel.id = ${id} AND channel.lease_token = ${leaseToken}`;

/**
 * Notes that a message has arrived.
 *
 * @param pauseMs how long its receiver takes no other
 * @param repeatAfterMs when it is said again, if it still fires; null for never
 */
export async function noteDelivered(db: Database, claimed: ClaimedChannel, key: string, pauseMs: number, repeatAfterMs: number | null): Promise<void> {
  await query(
    db,
    sql`WITH held AS (
          UPDATE notification_channel AS channel SET refusal_count = 0, failure_count = 0, paused_until = now() + ${pauseMs} * interval '1 millisecond'
           WHERE ${ofHolder(claimed)} RETURNING channel.id
        ), superseded AS (
          UPDATE notification AS older SET next_at = NULL
            FROM held JOIN notification AS newer ON newer.channel_id = held.id AND newer.id = ${key}
           WHERE older.channel_id = newer.channel_id AND older.subject_key = newer.subject_key AND older.sequence < newer.sequence
             AND older.state = 'DELIVERED' AND older.next_at IS NOT NULL
        )
        UPDATE notification SET state = 'DELIVERED', delivered_at = coalesce(CASE WHEN notification.state = 'DELIVERED' THEN notification.delivered_at END, now()), failure = NULL,
               next_at = CASE WHEN notification.message_state <> 'RESOLVED' THEN now() + ${repeatAfterMs}::float8 * interval '1 millisecond' END
          FROM held WHERE notification.id = ${key}`,
  );
}

/**
 * Notes that a receiver could not be reached. The message and the channel wait, the longer the more often it has happened, half
 * of it by chance: a message that its receiver chokes on does not hold up the others, and a receiver that is down is left alone.
 *
 * @returns how long the channel is left alone, in milliseconds; null when it is another's by now
 */
export async function noteUnavailable(db: Database, claimed: ClaimedChannel, key: string, failure: string, retryAfterMs: number | null): Promise<number | null> {
  const asked = sql`${retryAfterMs ?? 0} * interval '1 millisecond'`;
  const [pause] = await query<{ ms: number }>(
    db,
    sql`WITH held AS (
          UPDATE notification_channel AS channel
             SET failure_count = channel.failure_count + 1,
                 paused_until = now() + greatest(${asked}, least(interval '200 milliseconds' * power(2, least(channel.failure_count, 10)), interval '1 minute') * (0.5 + random() / 2))
           WHERE ${ofHolder(claimed)} RETURNING channel.id, channel.paused_until
        ), noted AS (
        UPDATE notification
           SET failure = ${failure},
               next_at = now() + greatest(${asked}, least(interval '1 second' * power(2, least(notification.attempt_count - 1, 10)), interval '1 minute') * (0.5 + random() / 2))
          FROM held WHERE notification.id = ${key}
        )
        SELECT extract(epoch FROM held.paused_until - now())::float8 * 1000 AS "ms" FROM held`,
  );
  return pause?.ms ?? null;
}

/** Notes that a receiver will never take a message. The channel goes on. */
export async function noteRejected(db: Database, claimed: ClaimedChannel, key: string, failure: string): Promise<void> {
  await query(
    db,
    sql`WITH held AS (
          UPDATE notification_channel AS channel SET refusal_count = 0, failure_count = 0 WHERE ${ofHolder(claimed)} RETURNING channel.id
        )
        UPDATE notification SET state = CASE WHEN notification.state = 'PENDING' THEN 'REJECTED' ELSE notification.state END, next_at = NULL, failure = ${failure}
          FROM held WHERE notification.id = ${key}`,
  );
}

/**
 * Notes that a receiver does not know the channel. Once that was so a few times in a row, the channel is disabled with the reason, and all that waits for it is rejected: nobody believes it was sent.
 *
 * @param key the message that was refused; null where nothing could be tried, which ends it at once
 */
export async function noteRefused(db: Database, claimed: ClaimedChannel, key: string | null, reason: string): Promise<void> {
  const isOver = sql`(${key === null} OR channel.refusal_count + 1 >= ${mostRefusals})`;
  await query(
    db,
    sql`WITH held AS (
          UPDATE notification_channel AS channel
             SET refusal_count = channel.refusal_count + 1, enabled = NOT ${isOver}, attention = CASE WHEN ${isOver} THEN ${reason} ELSE channel.attention END,
                 paused_until = now() + least(interval '1 second' * power(2, channel.refusal_count), interval '1 minute')
           WHERE ${ofHolder(claimed)} RETURNING channel.id, channel.enabled
        )
        UPDATE notification
           SET failure = CASE WHEN held.enabled AND notification.id IS DISTINCT FROM ${key}::uuid THEN notification.failure ELSE ${reason} END,
               state = CASE WHEN held.enabled THEN 'PENDING' ELSE 'REJECTED' END,
               next_at = CASE WHEN held.enabled THEN notification.next_at END
          FROM held WHERE notification.channel_id = held.id AND notification.state = 'PENDING'`,
  );
}
