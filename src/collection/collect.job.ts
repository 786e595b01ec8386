import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs, type Job } from '../platform/index.js';
import { collectQueue } from './collect-queue.js';
import { lostRuns, queueRun, takeDueSources } from './run.queries.js';
import { SourceRunner } from './source-runner.js';

/** How long until a run is looked at again whose source another worker has. */
const busySeconds = 15;

/** Does the runs that wait. */
@Injectable()
export class CollectJob implements Job<{ runId: string }> {
  readonly name = collectQueue;
  readonly concurrency = 2;
  readonly retryLimit = 10;
  readonly retryDelaySeconds = 1;
  /** A back-fill of years takes its time, and each of its steps is kept. */
  readonly expireInSeconds = 12 * 3_600;

  constructor(
    private readonly runner: SourceRunner,
    private readonly database: DataSource,
    private readonly jobs: Jobs,
  ) {
    jobs.register(this);
  }

  async handle({ runId }: { runId: string }, signal: AbortSignal): Promise<void> {
    const outcome = await this.runner.run(runId, signal);
    if (outcome === 'busy') await this.jobs.enqueue(this.database, this.name, { runId }, { key: runId, startAfterSeconds: busySeconds });
  }
}

/** Every minute: finds the sources whose time has come, and the runs that nobody does any more. */
@Injectable()
export class CollectDueJob implements Job<object> {
  readonly name = 'collect-due';
  readonly cron = '* * * * *';
  readonly concurrency = 1;
  readonly retryLimit = 0;
  readonly retryDelaySeconds = 1;
  readonly expireInSeconds = 60;

  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
  ) {
    jobs.register(this);
  }

  async handle(): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const due = await takeDueSources(transaction);
      const queued = await Promise.all(due.map((dataSourceId) => queueRun(transaction, dataSourceId, null)));
      for (const runId of [...queued, ...(await lostRuns(transaction))]) await this.jobs.enqueue(transaction, collectQueue, { runId }, { key: runId });
    });
  }
}
