import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { contains, type Viewer } from '../access/index.js';
import { InvalidInput, recordIncident } from '../platform/index.js';
import type { StoredEvent } from './event.js';
import { eventsBetween, extent, pageSize } from './event.queries.js';
import { Listener } from './listener.js';
import { EventSubscription } from './subscription.js';

/** Behind a pooler that lends connections by transaction nothing wakes us, and events come so much later. */
const pollMs = 2_000;

export interface EventQuestion {
  kind: string;
  /** Only what lies in this viewer's scope is told. */
  viewer: Viewer;
  /** The sequence of the last event that was received; only what is new when left out. */
  afterSequence?: string | null;
  /** Only what is about this. */
  subjectKey?: string;
  accepts?: (event: StoredEvent) => boolean;
}

/**
 * Tells subscribers of this process what is published anywhere. All of them are served by one
 * listening connection and one read per wake, however many they are.
 */
@Injectable()
export class EventStream implements OnApplicationShutdown {
  private readonly subscriptions = new Map<string, Set<EventSubscription>>();
  private started: Promise<void> | undefined;
  private listener: Listener | undefined;
  private poll: NodeJS.Timeout | undefined;
  private position = 0n;
  private isReading = false;
  private isWoken = false;
  private isAway = false;
  private isStopped = false;

  constructor(private readonly database: DataSource) {}

  /**
   * Once the promise is kept, all that is published from then on is told.
   *
   * @throws InvalidInput for a sequence that is none, that is still to come, or that is older than what is kept
   */
  async subscribe({ kind, viewer, afterSequence, subjectKey, accepts = () => true }: EventQuestion): Promise<EventSubscription> {
    await (this.started ??= this.start());
    const after = afterSequence === undefined || afterSequence === null ? this.position : await this.checked(afterSequence);
    const past = {
      position: () => this.position,
      read: (from: bigint, through: bigint) => eventsBetween(this.database, { after: from, through, kind }),
    };
    const isFor = (event: StoredEvent) => (subjectKey === undefined || event.subjectKey === subjectKey) && contains(viewer.scope, event.scope) && accepts(event);
    const ofKind = this.subscriptions.get(kind) ?? new Set();
    this.subscriptions.set(kind, ofKind);
    const subscription = new EventSubscription(kind, after, isFor, past, (left) => ofKind.delete(left));
    ofKind.add(subscription);
    if (this.isStopped) subscription.end();
    return subscription;
  }

  /** After the sockets are closed: a subscription that ended before would be over for its client. */
  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.poll);
    for (const ofKind of this.subscriptions.values()) for (const subscription of ofKind) subscription.end();
    await this.listener?.close();
  }

  private async start(): Promise<void> {
    try {
      this.position = (await extent(this.database)).last;
    } catch (error) {
      this.started = undefined;
      throw error;
    }
    if (this.isStopped) return;
    this.listener = new Listener(this.database, () => this.wake());
    this.poll = setInterval(() => this.wake(), pollMs);
  }

  private async checked(sequence: string): Promise<bigint> {
    if (!/^\d{1,18}$/.test(sequence)) throw new InvalidInput(`afterSequence needs the sequence of an event, got "${sequence}"`, ['afterSequence']);
    const after = BigInt(sequence);
    const { droppedThrough, last } = await extent(this.database);
    if (after < droppedThrough) {
      throw new InvalidInput(`afterSequence needs ${droppedThrough} or more, since older events are no longer kept, got ${after}: read what there is, and subscribe without it`, ['afterSequence']);
    }
    if (after > last) throw new InvalidInput(`afterSequence needs the sequence of an event, and the last one is ${last}, got ${after}`, ['afterSequence']);
    return after;
  }

  /** However often it is called during a read, one more follows. */
  private wake(): void {
    this.isWoken = true;
    if (this.isReading) return;
    this.isReading = true;
    this.readNew()
      .then(() => (this.isAway = false))
      .catch((error: unknown) => {
        // The poll meets it again, and one line per outage is enough.
        if (!this.isAway && !this.isStopped) recordIncident(error);
        this.isAway = true;
      })
      .finally(() => {
        this.isReading = false;
        if (this.isWoken && !this.isStopped) this.wake();
      });
  }

  private async readNew(): Promise<void> {
    while (this.isWoken && !this.isStopped) {
      this.isWoken = false;
      const events = await eventsBetween(this.database, { after: this.position });
      for (const event of events) this.tell(event);
      if (events.length === pageSize) this.isWoken = true;
    }
  }

  private tell(event: StoredEvent): void {
    this.position = BigInt(event.sequence);
    for (const subscription of this.subscriptions.get(event.kind) ?? []) subscription.tell(event);
  }
}
