import { Injectable } from '@nestjs/common';
import sql, { raw } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Jobs, query, Retention, type Job } from '../platform/index.js';

/** Once a day: drops the months of samples that are older than samples are kept. Roll-ups stay. */
@Injectable()
export class DropSamplesJob implements Job<object> {
  readonly name = 'drop-samples';
  readonly cron = '20 2 * * *';
  readonly concurrency = 1;
  readonly retryLimit = 3;
  readonly retryDelaySeconds = 600;
  readonly expireInSeconds = 600;

  constructor(
    private readonly database: DataSource,
    private readonly retention: Retention,
    jobs: Jobs,
  ) {
    jobs.register(this);
  }

  async handle(): Promise<void> {
    for (const partition of await this.outlived()) {
      await this.database.transaction(async (transaction) => {
        // Whoever waits behind this waits for the lock too: rather tomorrow than in the way.
        await query(transaction, sql`SET LOCAL lock_timeout = '5s'`);
        await query(transaction, sql`ALTER TABLE usage_sample DETACH PARTITION ${raw(partition)}`);
        await query(transaction, sql`DROP TABLE ${raw(partition)}`);
      });
    }
  }

  private async outlived(): Promise<string[]> {
    const rows = await query<{ name: string }>(
      this.database,
      sql`SELECT child.relname AS "name"
            FROM pg_inherits AS part
            JOIN pg_class AS child ON child.oid = part.inhrelid
           WHERE part.inhparent = 'usage_sample'::regclass AND child.relname ~ '^usage_sample_[0-9]{4}_[0-9]{2}$'
             AND to_date(right(child.relname, 7), 'YYYY_MM') < date_trunc('month', now(), 'UTC') - ${this.retention.sampleMonths} * interval '1 month'
           ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }
}
