import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Jobs, query, type Job } from '../platform/index.js';

/** So long it can be read what people were told; as long as the alerts themselves matter to anybody. */
const keptDays = 400;

/** Once a day: drops messages that are long at their end. What waits, and what is said again, stays. */
@Injectable()
export class DropNotificationsJob implements Job<object> {
  readonly name = 'drop-notifications';
  readonly cron = '35 2 * * *';
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
    await query(this.database, sql`DELETE FROM notification WHERE notification.next_at IS NULL AND notification.created_at < now() - ${keptDays} * interval '1 day'`);
  }
}
