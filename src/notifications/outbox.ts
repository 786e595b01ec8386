import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { Forbidden, requireRole, Role, type Viewer } from '../access/index.js';
import { InvalidInput, Jobs, keyOf, NotFound, query } from '../platform/index.js';
import type { Message } from './message.js';
import { storedChannel } from './notification-channel.queries.js';
import { notificationsById, resend, type NotificationRow } from './notification.queries.js';
import { sendQueue } from './send-queue.js';

/** A message, and who is to have it. */
export interface OwedNotification {
  channelKeys: readonly string[];
  /** What it is about. What is said of one subject leaves by one channel in the order it was enqueued. */
  subjectKey: string;
  message: Message;
}

const mostResent = 200;

/** What is owed to people, kept until they have it. */
@Injectable()
export class Outbox {
  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Writes messages down, one for each channel, in the transaction of what made them necessary: they are sent when, and only
   * when, it commits. The same message again adds nothing. What is owed to a channel that is disabled is rejected at once, for
   * everybody to see; a channel that is gone is passed over.
   */
  async enqueue(transaction: EntityManager, notifications: readonly OwedNotification[]): Promise<void> {
    const owed = notifications.flatMap(({ channelKeys, subjectKey, message }, index) =>
      [...new Set(channelKeys)].map((channelKey) => ({ ...message, channelKey, subjectKey, index })),
    );
    if (owed.length === 0) return;
    const written = await query<{ channelKey: string; isDue: boolean }>(
      transaction,
      sql`INSERT INTO notification (channel_id, subject_key, dedup_key, message_state, severity, since, summary, details, path, state, next_at, failure)
          SELECT channel.id, owed."subjectKey", owed."dedupKey", owed.state, owed.severity, owed.since, owed.summary, owed.details, owed.path,
                 CASE WHEN channel.enabled THEN 'PENDING' ELSE 'REJECTED' END, CASE WHEN channel.enabled THEN now() END,
                 CASE WHEN NOT channel.enabled THEN coalesce(channel.attention, 'the channel is disabled') END
            FROM jsonb_to_recordset(${JSON.stringify(owed)}::jsonb)
                   AS owed ("channelKey" uuid, "subjectKey" text, "dedupKey" text, state text, severity text, since timestamptz, summary text, details jsonb, path text, index int)
            JOIN notification_channel AS channel ON channel.id = owed."channelKey"
           ORDER BY owed.index, channel.id
              ON CONFLICT DO NOTHING
          RETURNING notification.channel_id AS "channelKey", notification.state = 'PENDING' AS "isDue"`,
    );
    await this.wake(transaction, written.filter(({ isDue }) => isDue).map(({ channelKey }) => channelKey));
  }

  /** Sends what was refused or given up once more. @throws DomainError */
  async resend(viewer: Viewer, ids: readonly string[]): Promise<NotificationRow[]> {
    requireRole(viewer, Role.SRE);
    if (ids.length === 0 || ids.length > mostResent) throw new InvalidInput(`ids needs 1 to ${mostResent} of them, got ${ids.length}`, ['ids']);
    const keys = ids.map((id) => keyOf('Notification', id, ['ids']));
    return this.database.transaction(async (transaction) => {
      await this.check(transaction, viewer, ids, await notificationsById(transaction, viewer, keys));
      await this.wake(transaction, await resend(transaction, keys));
      return notificationsById(transaction, viewer, keys);
    });
  }

  private async check(transaction: EntityManager, viewer: Viewer, ids: readonly string[], found: readonly NotificationRow[]): Promise<void> {
    const missing = ids.find((id) => !found.some((notification) => notification.id === id));
    if (missing !== undefined) throw new NotFound(missing, ['ids']);
    for (const channelKey of new Set(found.map((notification) => notification.channelKey))) {
      const channel = await storedChannel(transaction, viewer, channelKey);
      if (channel?.enabled === false) throw new InvalidInput(`channel "${channel.name}" is disabled: enable it first`, ['ids']);
    }
  }

  private async wake(transaction: EntityManager, channelKeys: readonly string[]): Promise<void> {
    for (const channelKey of new Set(channelKeys)) await this.jobs.enqueue(transaction, sendQueue, { channelKey }, { key: channelKey });
  }
}

/** Channels are of the whole organisation: whoever sees a part of it sees none, and makes none. */
export function requireWhole(viewer: Viewer): void {
  if (viewer.scope !== null) throw new Forbidden('channels are of the whole organisation, and you may see a part of it');
}
