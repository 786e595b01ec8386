import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { checkedSettings, DomainError, incidentMessage, recordIncident, SecretBox, withSecrets } from '../platform/index.js';
import type { Channel } from './channel.js';
import { ChannelRefused, ChannelUnavailable, MessageRefused } from './channel-failure.js';
import { channelNamed } from './channels/index.js';
import { Courier } from './courier.js';
import {
  claimChannel, dueChannels, giveUp, noteDelivered, noteRefused, noteRejected, noteUnavailable, releaseChannel, takeNext, type ClaimedChannel, type DueNotification,
} from './send.queries.js';

/** A channel that is left alone for longer is let go meanwhile. Shorter than the lease. */
const longestPauseMs = 5_000;

/**
 * Sends what is owed. Each channel is its own queue: one worker of all has it at a time, by its lease, and sends one message after
 * the other, so that a slow receiver holds up nobody but itself. What is known of a message is noted by who has the channel, and
 * by nobody who had it before: see docs/decisions/0013-jobs-in-the-database.md.
 */
@Injectable()
export class Sender implements BeforeApplicationShutdown {
  /** What is under way, by channel. */
  private readonly queues = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: DataSource,
    private readonly secrets: SecretBox,
    private readonly courier: Courier,
  ) {}

  /** Begins with every channel that has something to send. */
  async wakeAll(): Promise<void> {
    for (const channelKey of await dueChannels(this.database)) this.wake(channelKey);
  }

  /** Begins with a channel, unless this worker has it already. What goes wrong is met again by the next time. */
  wake(channelKey: string): void {
    if (this.stopping.signal.aborted || this.queues.has(channelKey)) return;
    const sending = this.sendAll(channelKey)
      .catch((error: unknown) => void recordIncident(error))
      .finally(() => this.queues.delete(channelKey));
    this.queues.set(channelKey, sending);
  }

  /** Ends the messages that are being sent, which have a deadline, and leaves the others to another worker. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.queues.values());
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.queues.values());
  }

  private async sendAll(channelKey: string): Promise<void> {
    const claimed = await claimChannel(this.database, channelKey);
    if (!claimed) return;
    try {
      await giveUp(this.database, claimed);
      const opened = await this.open(claimed);
      while (opened) {
        const next = await takeNext(this.database, claimed);
        if (!next) return;
        const pauseMs = await this.sendOne(claimed, opened, next);
        if (pauseMs === null || pauseMs > longestPauseMs || this.stopping.signal.aborted) return;
        if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: this.stopping.signal });
      }
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    } finally {
      await releaseChannel(this.database, claimed);
    }
  }

  /** Undefined when its settings cannot be used: then it is disabled, with the reason. */
  private async open(claimed: ClaimedChannel): Promise<{ channel: Channel; settings: object } | undefined> {
    try {
      const channel = channelNamed(claimed.channel);
      return { channel, settings: checkedSettings(channel, withSecrets(claimed.settings, claimed.secrets, claimed.id, this.secrets)) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await noteRefused(this.database, claimed, null, error.message);
      return undefined;
    }
  }

  /** @returns for how long the channel takes no other message, in milliseconds; null when it is to be let go */
  private async sendOne(claimed: ClaimedChannel, { channel, settings }: { channel: Channel; settings: object }, next: DueNotification): Promise<number | null> {
    const { leastIntervalMs = 0, repeatEveryMs = null } = channel;
    const failure = await this.courier.send(channel, settings, next).then(() => null, (error: unknown) => error as Error);
    if (failure === null) {
      await noteDelivered(this.database, claimed, next.key, leastIntervalMs, repeatEveryMs);
      return leastIntervalMs;
    }
    if (failure instanceof ChannelRefused) {
      await noteRefused(this.database, claimed, next.key, failure.message);
      return null;
    }
    if (failure instanceof MessageRefused) {
      await noteRejected(this.database, claimed, next.key, failure.message);
      return leastIntervalMs;
    }
    if (failure instanceof ChannelUnavailable) return noteUnavailable(this.database, claimed, next.key, failure.message, failure.retryAfterMs);
    // A fault of ours may be one with this message alone: it waits as well, and the others go on.
    return noteUnavailable(this.database, claimed, next.key, incidentMessage(recordIncident(failure)), null);
  }
}
