import { randomUUID } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { connect } from '../../src/platform/database/connect.js';
import { query } from '../../src/platform/index.js';
import { databaseUrl, templateName } from './global-setup.js';

/**
 * A migrated, empty database for one test file alone.
 *
 * @returns its address
 */
export async function createTestDatabase(): Promise<string> {
  const serverUrl = process.env['HEADROOM_TEST_SERVER']!;
  const name = `headroom_test_${randomUUID().replaceAll('-', '')}`;
  const server = await connect(serverUrl);
  try {
    // A template that somebody else is cloning at this moment is refused; cloning takes turns.
    await query(server, sql`SELECT pg_advisory_lock(4711)`);
    await query(server, sql`CREATE DATABASE ${raw(name)} TEMPLATE ${raw(templateName)}`);
  } finally {
    await server.destroy();
  }
  return databaseUrl(serverUrl, name);
}
