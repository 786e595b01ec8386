import type { DataSource } from 'typeorm';
import sql, { raw } from 'sql-template-tag';
import { query } from './query.js';

/** Tables that are partitioned by calendar month, UTC. */
export type MonthlyTable = 'charge' | 'usage_sample' | 'usage_hour';

/** The partition of a month (`2026-09`). */
export function partitionOf(table: MonthlyTable, month: string): string {
  return `${table}_${month.replace('-', '_')}`;
}

/**
 * Makes the partitions of these months (`2026-09`) where they are missing.
 *
 * A partition is made apart and then attached, on a connection of its own: CREATE … PARTITION OF
 * would lock the whole table against readers until the caller's transaction ends.
 */
export async function ensureMonths(database: DataSource, table: MonthlyTable, months: Iterable<string>): Promise<void> {
  for (const month of months) {
    const partition = partitionOf(table, month);
    const [year, monthNumber] = month.split('-').map(Number) as [number, number];
    const start = `${month}-01 00:00:00+00`;
    const end = new Date(Date.UTC(year, monthNumber, 1)).toISOString();
    await database.transaction(async (transaction) => {
      // Two imports may need the same month at the same moment.
      await query(transaction, sql`SELECT pg_advisory_xact_lock(hashtext(${partition}))`);
      const [found] = await query<{ exists: boolean }>(
        transaction,
        sql`SELECT to_regclass(${partition}) IS NOT NULL AS "exists"`,
      );
      if (found!.exists) return;
      await query(transaction, sql`CREATE TABLE ${raw(partition)} (LIKE ${raw(table)} INCLUDING ALL)`);
      await query(
        transaction,
        sql`ALTER TABLE ${raw(table)} ATTACH PARTITION ${raw(partition)}
              FOR VALUES FROM (${raw(`'${start}'`)}) TO (${raw(`'${end}'`)})`,
      );
    });
  }
}
