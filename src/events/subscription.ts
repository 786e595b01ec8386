import { SubscriberTooSlow } from '../platform/index.js';
import type { StoredEvent } from './event.js';

/** How many events may wait for one subscriber that reads slower than they come. */
export const mostWaiting = 1_000;

/** Where a subscription reads what happened before it came. */
export interface Past {
  /** Up to where whoever subscribes now is told as it happens. */
  position(): bigint;
  read(after: bigint, through: bigint): Promise<StoredEvent[]>;
}

/**
 * The events of one subscriber, in order, each once. It reads from the table, as slowly as it is
 * asked, until it is where everybody is, and is told from there on.
 */
export class EventSubscription implements AsyncIterableIterator<StoredEvent> {
  private readonly waiting: StoredEvent[] = [];
  private readonly asking: { resolve: (result: IteratorResult<StoredEvent>) => void; reject: (error: Error) => void }[] = [];
  private isLive = false;
  private isReading = false;
  private isDone = false;
  private failure: Error | null = null;

  /** @param after the sequence of the last event that is not to be told */
  constructor(
    readonly kind: string,
    private after: bigint,
    private readonly accepts: (event: StoredEvent) => boolean,
    private readonly past: Past,
    private readonly leave: (subscription: EventSubscription) => void,
  ) {
    this.isLive = past.position() <= after;
  }

  /** Takes what happened just now, unless it is still read from the table. */
  tell(event: StoredEvent): void {
    if (!this.isLive || this.isDone || BigInt(event.sequence) <= this.after) return;
    this.after = BigInt(event.sequence);
    if (!this.accepts(event)) return;
    this.waiting.push(event);
    if (this.waiting.length > mostWaiting) this.fail(new SubscriberTooSlow(this.kind, mostWaiting));
    this.answer();
  }

  next(): Promise<IteratorResult<StoredEvent>> {
    const promise = new Promise<IteratorResult<StoredEvent>>((resolve, reject) => this.asking.push({ resolve, reject }));
    this.answer();
    return promise;
  }

  return(): Promise<IteratorResult<StoredEvent>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(): Promise<IteratorResult<StoredEvent>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The process ends, or nobody listens any more. */
  end(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.waiting.length = 0;
    this.leave(this);
    this.answer();
  }

  private fail(error: Error): void {
    this.failure = error;
    this.end();
  }

  private answer(): void {
    while (this.asking.length > 0) {
      const event = this.waiting.shift();
      if (event) this.asking.shift()!.resolve({ done: false, value: event });
      else if (this.failure) {
        this.asking.shift()!.reject(this.failure);
        this.failure = null;
      } else if (this.isDone) this.asking.shift()!.resolve({ done: true, value: undefined });
      else {
        if (!this.isLive) void this.readOn();
        return;
      }
    }
  }

  private async readOn(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    try {
      while (!this.isLive && !this.isDone && this.waiting.length === 0) {
        const through = this.past.position();
        const page = await this.past.read(this.after, through);
        if (this.isDone) break;
        this.waiting.push(...page.filter(this.accepts));
        this.after = page.length > 0 ? BigInt(page.at(-1)!.sequence) : through;
        // Nothing is missed between: both are looked at in one go.
        if (page.length === 0 && this.past.position() === through) this.isLive = true;
      }
    } catch (error) {
      this.fail(error as Error);
    } finally {
      this.isReading = false;
    }
    this.answer();
  }
}
