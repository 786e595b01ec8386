import { randomUUID } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { connect, migrate } from '../../src/platform/database/connect.js';
import { query } from '../../src/platform/index.js';
import { databaseUrl } from '../support/global-setup.js';
import { createTestDatabase } from '../support/index.js';

/** Everything a schema is made of, as text, in one order. */
async function schemaOf(db: DataSource): Promise<string[]> {
  const rows = await query<{ line: string }>(
    db,
    sql`SELECT 'column ' || c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
               || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' collate ' || a.attcollation
               || ' identity ' || a.attidentity::text || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
               || coalesce(' -- ' || col_description(c.oid, a.attnum), '') AS line
          FROM pg_class AS c
          JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        UNION ALL
        SELECT 'table ' || c.oid::regclass || ' ' || c.relkind::text || coalesce(' ' || pg_get_partkeydef(c.oid), '') || coalesce(' -- ' || obj_description(c.oid), '')
          FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        UNION ALL
        SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT 'function ' || oid::regprocedure || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'type ' || oid::regtype FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')`,
  );
  return rows.map(({ line }) => line).toSorted();
}

async function emptyDatabase(): Promise<string> {
  const serverUrl = process.env['HEADROOM_TEST_SERVER']!;
  const name = `headroom_test_${randomUUID().replaceAll('-', '')}`;
  const server = await connect(serverUrl);
  await query(server, sql`CREATE DATABASE ${raw(name)} TEMPLATE template0`);
  await server.destroy();
  return databaseUrl(serverUrl, name);
}

describe('migrations', () => {
  it('go down to nothing and up again to the same schema', async () => {
    const db = await connect(await createTestDatabase());
    try {
      const before = await schemaOf(db);
      expect(before.length).toBeGreaterThan(100);
      for (let left = migrations.length; left > 0; left--) await db.undoLastMigration({ transaction: 'each' });
      expect((await schemaOf(db)).filter((line) => !/ migration\b| migration_|"PK_/.test(line))).toEqual([]);
      await migrate(db);
      expect(await schemaOf(db)).toEqual(before);
    } finally {
      await db.destroy();
    }
  });

  it('take turns when several processes begin at once', async () => {
    const url = await emptyDatabase();
    const processes = await Promise.all(Array.from({ length: 4 }, () => connect(url)));
    try {
      await Promise.all(processes.map((db) => migrate(db)));
      const applied = await query<{ name: string }>(processes[0]!, sql`SELECT name FROM migration ORDER BY id`);
      expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
      // The lock is not left behind.
      expect(await query(processes[0]!, sql`SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).toEqual([]);
    } finally {
      await Promise.all(processes.map((db) => db.destroy()));
    }
  });

  it('describe every table, and every column that has a unit of its own', async () => {
    const db = await connect(await createTestDatabase());
    try {
      const silent = await query<{ name: string }>(
        db,
        sql`SELECT c.relname AS name FROM pg_class AS c
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
               AND obj_description(c.oid) IS NULL AND c.relname <> 'migration'`,
      );
      expect(silent).toEqual([]);
    } finally {
      await db.destroy();
    }
  });
});
