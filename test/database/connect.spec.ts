import sql from 'sql-template-tag';
import { connect } from '../../src/platform/database/connect.js';
import { query, StartRefused } from '../../src/platform/index.js';
import { createTestDatabase } from '../support/index.js';

const serverUrl = process.env['HEADROOM_TEST_SERVER']!;

describe('connecting to a database', () => {
  const withParts = (parts: Partial<Record<'hostname' | 'port' | 'username' | 'password' | 'pathname' | 'search', string>>): string =>
    Object.assign(new URL(serverUrl), parts).href;

  it.each([
    ['a wrong password', () => withParts({ password: 'not-the-secret' }), /cannot use the database at [\w.]+:\d+\/\w+: the server refused the user or the password/],
    ['an unknown user', () => withParts({ username: 'nobody' }), /the server refused the user or the password/],
    ['an unknown database', () => withParts({ pathname: '/no_such_database' }), /cannot use the database at \S+\/no_such_database: the server has no such database/],
    ['a port nothing listens on', () => withParts({ port: '1' }), /cannot use the database at [\w.]+:1\/\w+: nothing listens there/],
    ['a host name nobody knows', () => withParts({ hostname: 'no-such-host.invalid' }), /: (the host name is not known|no answer within 5 s)/],
    ['encryption that is not offered', () => withParts({ search: '?sslmode=require' }), /: The server does not support SSL connections/],
    ['an address that is none', () => 'postgres://root:not-the-secret@local host:99999/db', /cannot use the database at DATABASE_URL: /],
  ])('is refused for %s, in one sentence without a secret', async (_, url, says) => {
    const startedAt = performance.now();
    const refusal = (await connect(url()).catch((error: unknown) => error)) as Error;
    expect(refusal).toBeInstanceOf(StartRefused);
    expect(refusal.message).toMatch(says);
    expect(refusal.message).toMatch(/^[^\n]+$/);
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    for (const secret of ['not-the-secret', new URL(serverUrl).password]) if (secret) expect(refusal.message).not.toContain(secret);
  });

  it('counts time in UTC, and ends a request that takes too long', async () => {
    const db = await connect(await createTestDatabase());
    try {
      expect(await query(db, sql`SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS limit`)).toEqual([{ zone: 'UTC', limit: '30s' }]);
    } finally {
      await db.destroy();
    }
  });
});
