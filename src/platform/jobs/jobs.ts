import { Injectable } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import type { Database } from '../database/query.js';
import { boundTo, jobSchema } from './job-tables.js';
import { recordIncident } from '../http/incident.js';

/** A kind of work, and who does it. */
export interface Job<Data extends object> {
  /** Name of its queue, for example `collect`. */
  readonly name: string;
  /** When it comes by itself, as a cron expression in UTC; only when it is asked for when left out. */
  readonly cron?: string;
  /** Every worker does it by itself, so often, with empty data: for what may not wait for the minute. */
  readonly everySeconds?: number;
  /** How many of them one process does at a time. */
  readonly concurrency: number;
  /** How often it is begun again after it threw, or its worker died. */
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  readonly expireInSeconds: number;
  /** Aborted when the process has to end: what throws then is given to another worker. */
  handle(data: Data, signal: AbortSignal): Promise<void>;
}

export interface EnqueueOptions {
  /** While one of this key waits, another is not added. */
  key?: string;
  startAfterSeconds?: number;
}

/** A worker that says nothing for so long is dead, and what it did is given to another. */
const heartbeatSeconds = 20;
const superviseSeconds = 5;
/** Less than an orchestrator waits before it kills. */
const stopWithinMs = 20_000;

/**
 * Work that is done later, by whichever worker is free: queues in the same database. A job that is
 * enqueued in a transaction is there when, and only when, that transaction commits.
 *
 * A job may be done twice, when its worker was only slow to answer: what it does has to be harmless
 * twice, or hold a lease.
 */
@Injectable()
export class Jobs {
  private readonly jobs = new Map<string, Job<never>>();
  private readonly stopping = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private sender: Promise<PgBoss> | undefined;
  private worker: Promise<PgBoss> | undefined;

  constructor(private readonly database: DataSource) {}

  /** Makes a kind of work known. Done by each room for its own, before anything is enqueued. */
  register<Data extends object>(job: Job<Data>): void {
    this.jobs.set(job.name, job);
  }

  /** @param db the transaction that the job belongs to */
  async enqueue(db: Database, name: string, data: object, { key, startAfterSeconds }: EnqueueOptions = {}): Promise<void> {
    this.sender ??= this.start(false);
    const boss = await this.sender.catch((error: unknown) => {
      this.sender = undefined;
      throw error;
    });
    await boss.send(name, data, { db: boundTo(db), ...(key !== undefined && { singletonKey: key }), ...(startAfterSeconds && { startAfter: startAfterSeconds }) });
  }

  /** Begins to take jobs. */
  async work(): Promise<void> {
    const boss = await (this.worker ??= this.start(true));
    for (const job of this.jobs.values()) {
      if (job.everySeconds) {
        this.repeat(job as Job<object>, job.everySeconds * 1_000);
        continue;
      }
      await boss.work<object>(job.name, { batchSize: 1, localConcurrency: job.concurrency, pollingIntervalSeconds: 0.5 }, async ([taken]) => {
        const signal = AbortSignal.any([this.stopping.signal, taken!.signal]);
        await (job as Job<object>).handle(taken!.data, signal);
      });
      if (job.cron) await boss.schedule(job.name, job.cron, null, { tz: 'UTC' });
    }
  }

  /** Takes no more jobs and hands back what is under way. */
  async stop(): Promise<void> {
    this.stopping.abort(new Stopping());
    for (const timer of this.timers) clearInterval(timer);
    for (const starting of [this.worker, this.sender]) {
      const boss = await starting?.catch(() => undefined);
      await boss?.stop({ graceful: true, timeout: stopWithinMs, close: false });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** One time after the other: one that takes longer is waited for. */
  private repeat(job: Job<object>, everyMs: number): void {
    let isUnderWay = false;
    const timer = setInterval(() => {
      if (isUnderWay) return;
      isUnderWay = true;
      job.handle({}, this.stopping.signal).catch((error: unknown) => void recordIncident(error)).finally(() => (isUnderWay = false));
    }, everyMs);
    this.timers.push(timer);
  }

  private async start(isWorking: boolean): Promise<PgBoss> {
    const boss = new PgBoss({
      db: boundTo(this.database),
      schema: jobSchema,
      migrate: false,
      supervise: isWorking,
      schedule: isWorking,
      superviseIntervalSeconds: superviseSeconds,
      monitorIntervalSeconds: superviseSeconds,
    });
    // A database that is away for a moment is met again by the next poll.
    boss.on('error', (error: Error) => void recordIncident(error));
    await boss.start();
    for (const { name, retryLimit, retryDelaySeconds, expireInSeconds } of this.jobs.values()) {
      const options = { retryLimit, retryDelay: retryDelaySeconds, expireInSeconds, heartbeatSeconds };
      await boss.createQueue(name, { policy: 'short', ...options });
      await boss.updateQueue(name, options);
    }
    return boss;
  }
}

/** The process has to end. */
export class Stopping extends Error {
  constructor() {
    super('this worker was asked to stop');
  }
}
