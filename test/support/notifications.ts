import sql from 'sql-template-tag';
import { Outbox, SendDueJob, Sender, type Message } from '../../src/notifications/index.js';
import { query } from '../../src/platform/index.js';
import type { TestApp } from './test-app.js';

/** A message as the API shows it. */
export interface ShownNotification {
  id: string;
  messageState: string;
  summary: string;
  state: string;
  attempts: number;
  failure: string | null;
  deliveredAt: string | null;
  nextAttemptAt: string | null;
  channel: { name: string } | null;
}

/** What a test does with channels and messages, as people and alerts do. */
export class Notifications {
  constructor(private readonly app: TestApp) {}

  /** @returns its key @throws Error with why it was refused */
  async channel(name: string, channel: string, settings: object): Promise<string> {
    const { notificationChannelCreate } = await this.app.data(
      `mutation ($input: NotificationChannelCreateInput!) { notificationChannelCreate(input: $input) { notificationChannel { id } userErrors { message } } }`,
      { input: { name, channel, settings } },
    );
    if (notificationChannelCreate.userErrors.length > 0) throw new Error(notificationChannelCreate.userErrors[0].message);
    return notificationChannelCreate.notificationChannel.id.replace(/.*:/, '');
  }

  async enqueue(messages: readonly Message[], channelKeys: readonly string[], subjectKey = 'Alert:1'): Promise<void> {
    await this.app.db.transaction((transaction) => this.app.app.get(Outbox).enqueue(transaction, messages.map((message) => ({ channelKeys, subjectKey, message }))));
  }

  /** Sends all that is due, as a worker does. */
  async send(): Promise<void> {
    await this.app.app.get(SendDueJob).handle();
    await this.app.app.get(Sender).settled();
  }

  /** Waits are over at once. */
  async passTime(): Promise<void> {
    await query(this.app.db, sql`UPDATE notification SET next_at = now() WHERE next_at IS NOT NULL`);
    await query(this.app.db, sql`UPDATE notification_channel SET paused_until = NULL, leased_until = leased_until - interval '5 minutes'`);
  }

  /** Newest first. */
  async all(): Promise<ShownNotification[]> {
    const { notifications } = await this.app.data('{ notifications { nodes { id messageState summary state attempts failure deliveredAt nextAttemptAt channel { name } } } }');
    return notifications.nodes as ShownNotification[];
  }
}
