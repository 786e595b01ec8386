import sql, { type Sql } from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';

/**
 * Runs one statement that is made of many tables of its own. Of those PostgreSQL knows no number of rows: it takes them for few, and joins
 * them row by row, which turned half a second into half a minute. Hashing them is never far from the best. Compiling takes longer than it gives.
 */
export async function queryManyJoins<Row>(db: Database, statement: Sql): Promise<Row[]> {
  return db.transaction(async (transaction) => {
    await query(transaction, sql`SET LOCAL enable_nestloop = off`);
    await query(transaction, sql`SET LOCAL jit = off`);
    return query<Row>(transaction, statement);
  });
}
