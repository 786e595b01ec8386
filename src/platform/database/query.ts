import type { DataSource, EntityManager } from 'typeorm';
import type { Sql } from 'sql-template-tag';
import { InvalidInput } from '../errors.js';

/** Anything a statement can be sent to: the pool, or a transaction. */
export type Database = DataSource | EntityManager;

/** Codes of PostgreSQL for text it cannot keep: as such, and within JSON. */
const unstorable = ['22021', '22P05'];

/**
 * Runs one statement and gives its rows as SQL shaped them.
 *
 * @throws InvalidInput for text with a NUL character, which a JavaScript string may have and PostgreSQL's may not
 */
export async function query<Row>(db: Database, statement: Sql): Promise<Row[]> {
  const result: unknown = await db.query(statement.text, statement.values).catch((error: unknown) => {
    if (unstorable.includes((error as { code?: string }).code ?? '')) throw new InvalidInput('text may not contain the character U+0000');
    throw error;
  });
  // TypeORM gives [rows, count] for UPDATE and DELETE, and rows for everything else.
  const isCounted = Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
  return (isCounted ? result[0] : result) as Row[];
}

/** The one row of a statement that always has one. */
export async function queryOne<Row>(db: Database, statement: Sql): Promise<Row> {
  const [row] = await query<Row>(db, statement);
  if (row === undefined) throw new Error(`expected one row, got none: ${statement.sql}`);
  return row;
}
