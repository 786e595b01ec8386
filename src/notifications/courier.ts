import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/index.js';
import type { Channel } from './channel.js';
import { ChannelUnavailable } from './channel-failure.js';
import { GuardedEgress } from './egress/guarded-egress.js';
import type { Message } from './message.js';

/** Where messages may go, and where they lead. */
export abstract class CourierConfig {
  /** Where Headroom is served, as people reach it. */
  abstract readonly publicUrl: string;
  /** Private addresses and ranges that messages may go to. */
  abstract readonly privateDestinations: readonly string[];
}

/** Shorter than the lease of a channel: whoever has a channel is not sending any more when it is another's. */
export const sendWithinMs = 10_000;

/** Takes one message to its receiver, once. */
@Injectable()
export class Courier {
  constructor(
    private readonly config: CourierConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * @param message with the key of this delivery, the same for each attempt
   * @returns one sentence on what answered
   * @throws ChannelUnavailable, ChannelRefused or MessageRefused
   */
  async send<Settings extends object>(channel: Channel<Settings>, settings: Settings, { path, ...message }: Message & { key: string }): Promise<string> {
    const deadline = AbortSignal.timeout(sendWithinMs);
    const egress = new GuardedEgress(this.config.privateDestinations, deadline);
    const link = `${this.config.publicUrl}${path}`;
    try {
      return await channel.send(settings, { ...message, link, sentAt: this.clock.now() }, egress);
    } catch (error) {
      if (error === deadline.reason) throw new ChannelUnavailable(`no whole answer within ${sendWithinMs / 1000} s`, { cause: error });
      throw error;
    }
  }
}
