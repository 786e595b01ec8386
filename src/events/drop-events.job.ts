import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs, type Job } from '../platform/index.js';
import { dropEvents } from './event.queries.js';

/** So long a subscriber may be away and still miss nothing. */
const keptDays = 30;

/** Once a day: drops events that nobody who comes back is waiting for. */
@Injectable()
export class DropEventsJob implements Job<object> {
  readonly name = 'drop-events';
  readonly cron = '50 2 * * *';
  readonly concurrency = 1;
  readonly retryLimit = 3;
  readonly retryDelaySeconds = 600;
  readonly expireInSeconds = 600;

  constructor(
    private readonly database: DataSource,
    jobs: Jobs,
  ) {
    jobs.register(this);
  }

  async handle(): Promise<void> {
    await dropEvents(this.database, keptDays);
  }
}
