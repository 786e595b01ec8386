import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import sql, { raw } from 'sql-template-tag';
import { start as startHere } from '../../src/cli/commands/start.js';
import { connect } from '../../src/platform/database/connect.js';
import { query } from '../../src/platform/index.js';
import { databaseUrl } from '../support/global-setup.js';
import { ask, ServerProcess } from './server-process.js';

/** A start makes a PostgreSQL and a demo, and others may be busy. */
const patience = 90_000;

const serverUrl = process.env['HEADROOM_TEST_SERVER']!;
const key = 'k'.repeat(32);
const counts = '{ resources { nodes { id } } budgets { nodes { name } } dataSources { nodes { name } } }';
const nothing = { data: { resources: { nodes: [] }, budgets: { nodes: [] }, dataSources: { nodes: [] } } };

/** An empty database, without even a schema. */
async function emptyDatabase(): Promise<string> {
  const name = `headroom_test_${randomUUID().replaceAll('-', '')}`;
  const server = await connect(serverUrl);
  await query(server, sql`CREATE DATABASE ${raw(name)} TEMPLATE template0`);
  await server.destroy();
  return databaseUrl(serverUrl, name);
}

describe('a start with DATABASE_URL', () => {
  const running: ServerProcess[] = [];
  const start = (args: string[], env: NodeJS.ProcessEnv) => {
    const server = new ServerProcess(args, env);
    running.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.kill('SIGTERM')));
  });

  it('loads nothing there by itself, and with a key serves whoever has it, from other machines too', async () => {
    const server = start([], { DATABASE_URL: await emptyDatabase(), HEADROOM_ADMIN_KEY: key, HOST: '0.0.0.0' });
    const url = (await server.url()).replace('0.0.0.0', '127.0.0.1');
    for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(32)}` }] as Record<string, string>[]) {
      expect((await ask(url, counts, headers)).status).toBe(401);
    }
    expect(await ask(url, counts, { authorization: `Bearer ${key}` })).toEqual({ status: 200, body: nothing });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const { code, stdout, stderr } = await server.kill('SIGINT');
    expect(code).toBe(0);
    expect(stderr).toMatch(/✓ Opening the database: PostgreSQL 1[5-8][\d.]*, yours \(DATABASE_URL\)/);
    expect(stdout).toContain('Every request needs HEADROOM_ADMIN_KEY as its bearer token.\n');
    expect(stdout + stderr).not.toContain(key);
  }, patience);

  it('loads the demo there when asked to; and when asked to stop meanwhile, it does', async () => {
    const database = await emptyDatabase();
    const server = start(['--demo'], { DATABASE_URL: database });
    await server.says(/Making a demo organisation: [\d,]+ charges/);
    const asked = performance.now();
    const { code, stderr } = await server.kill('SIGTERM');
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([0, 'Stopping (SIGTERM).']);
    expect(performance.now() - asked).toBeLessThan(10_000);
    const db = await connect(database);
    expect(await query(db, sql`SELECT name FROM data_source`)).toEqual([{ name: 'demo' }]);
    await db.destroy();
  }, patience);
});

describe('a start that cannot be', () => {
  it.each([
    ['a database that refuses it', { DATABASE_URL: Object.assign(new URL(serverUrl), { password: 'not-the-secret' }).href }, /cannot use the database at \S+: the server refused the user or the password/],
    ['others served without a key', { HOST: '0.0.0.0' }, /HOST "0\.0\.0\.0" would serve Headroom beyond this machine without a key: set HEADROOM_ADMIN_KEY/],
    ['a country that is none', { HEADROOM_COUNTRY: 'Germany' }, /HEADROOM_COUNTRY needs a country such as DE, or a part of one such as US-CA, got "GERMANY"/],
  ])('for %s ends with one sentence, and without a secret in it', async (_, env, says) => {
    // Nothing of these gets as far as to make a database of its own.
    const { code, stdout, stderr } = await new ServerProcess([], { HEADROOM_DATA_DIR: '/nonexistent', ...env }).exit;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^headroom: [^\n]+\n$/);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('not-the-secret');
  });

  it('for a database that accepts and says nothing ends within ten seconds', async () => {
    const swallowed: Socket[] = [];
    const blackHole = createServer((socket) => swallowed.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(blackHole, 'listening');
    const startedAt = performance.now();
    const { port } = blackHole.address() as AddressInfo;
    const { code, stderr } = await new ServerProcess([], { DATABASE_URL: `postgres://headroom:not-the-secret@127.0.0.1:${port}/headroom` }).exit;
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect([code, stderr]).toEqual([1, `headroom: cannot use the database at 127.0.0.1:${port}/headroom: no answer within 5 s\n`]);
    for (const socket of swallowed) socket.destroy();
    blackHole.close();
  });

  it('for demo and empty both says so', async () => {
    await expect(startHere({ demo: true, empty: true })).rejects.toThrow('--demo and --empty exclude each other: choose one');
  });
});
