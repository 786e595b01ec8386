import { PgBoss, type Db } from 'pg-boss';
import type { ClientBase, Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { Database } from '../database/query.js';

/** Where the tables of the queues are: they are pg-boss's own, and it alone changes them. */
export const jobSchema = 'pgboss';

/** Makes or updates the tables of the queues. Called by whoever migrates, one at a time. */
export async function migrateJobs(database: DataSource): Promise<void> {
  const boss = new PgBoss({ db: boundTo(database), schema: jobSchema, supervise: false, schedule: false });
  await boss.start();
  await boss.stop({ graceful: false });
}

/** pg-boss's statements on our connections: those of the pool, or the one of a transaction. */
export function boundTo(db: Database): Db {
  return {
    async executeSql(text, values) {
      const client = db instanceof DataSource ? (db.driver as unknown as { master: Pool }).master : ((await db.queryRunner!.connect()) as ClientBase);
      return client.query(text, values) as Promise<{ rows: unknown[] }>;
    },
  };
}
