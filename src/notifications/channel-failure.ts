/** The receiver cannot be reached now and may be later: the message is sent again, after a wait that grows. */
export class ChannelUnavailable extends Error {
  /** How long the receiver asks to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, { retryAfterMs = null, cause }: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** The receiver knows the channel no more, or never did: after a few of these nothing is sent until a person mends it. */
export class ChannelRefused extends Error {}

/** The receiver takes messages, and not this one: the same again would be refused again. */
export class MessageRefused extends Error {}
