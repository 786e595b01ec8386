import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { connect, migrate } from '../../src/platform/database/connect.js';
// Not by the door of platform: what this process loads of NestJS would be handed on to every test file.
import { query } from '../../src/platform/database/query.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';

/** What the teardown ends: the server of this run, null when it is somebody else's. */
export interface TestServer {
  embedded: EmbeddedPostgres | null;
  directory: string | null;
}

declare global {
  var testServer: TestServer | undefined;
}

/** The migrated database that every test file's own is cloned from. */
export const templateName = 'headroom_template';

/**
 * One PostgreSQL for all test files: the embedded one in a temporary folder, or the server that
 * TEST_DATABASE_URL names (PostgreSQL 15 to 18).
 */
export default async function setUp(): Promise<void> {
  const given = process.env['TEST_DATABASE_URL'];
  const directory = given ? null : await mkdtemp(join(tmpdir(), 'headroom-test-'));
  const embedded = directory
    ? await startEmbeddedPostgres({ directory, settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '200' } })
    : null;
  globalThis.testServer = { embedded, directory };
  const url = given ?? embedded!.url;
  process.env['HEADROOM_TEST_SERVER'] = url;

  const server = await connect(url);
  await query(server, sql`DROP DATABASE IF EXISTS ${raw(templateName)}`);
  await query(server, sql`CREATE DATABASE ${raw(templateName)}`);
  await server.destroy();
  const template = await connect(databaseUrl(url, templateName));
  await migrate(template);
  await template.destroy();
}

/** The address of another database on the same server. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
