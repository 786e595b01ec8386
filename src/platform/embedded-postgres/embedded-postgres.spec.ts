import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('an embedded server', () => {
  const progress: string[] = [];
  let directory: string;
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-server-'));
    // Open to every account, unlike what mkdtemp makes: root's server needs no capability then.
    await chmod(directory, 0o755);
    server = await startEmbeddedPostgres({
      directory: join(directory, 'made', 'below'),
      settings: { fsync: 'off', work_mem: '7MB', timezone: 'Asia/Tokyo', listen_addresses: '*' },
      onProgress: (message) => progress.push(message),
    });
  });

  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('says what it is doing', () => {
    expect(server.adopted).toBe(false);
    expect(progress).toEqual([
      `creating the database in ${server.dataDirectory}`,
      expect.stringMatching(/^started PostgreSQL 18 on 127\.0\.0\.1:\d+$/),
    ]);
  });

  it('keeps text as UTF-8 in an order that no system locale changes, and times in UTC', async () => {
    expect(await query(server.url, `
      SELECT current_setting('server_encoding') AS encoding, current_setting('timezone') AS timezone,
             datlocprovider AS provider, datlocale AS locale, 'É' < 'é' AS by_code_point, lower('É') AS lower
        FROM pg_database WHERE datname = current_database()`,
    )).toEqual([
      { encoding: 'UTF8', timezone: 'UTC', provider: 'b', locale: 'C.UTF-8', by_code_point: true, lower: 'é' },
    ]);
  });

  it('lets given settings win over its own, but commits durably unless told otherwise', async () => {
    expect(await query(server.url, `
      SELECT current_setting('work_mem') AS work_mem, current_setting('fsync') AS fsync,
             current_setting('shared_buffers') AS shared_buffers, current_setting('synchronous_commit') AS commit`,
    )).toEqual([{ work_mem: '7MB', fsync: 'off', shared_buffers: '128MB', commit: 'on' }]);
  });

  it('lets its role own the database and clone templates, but makes it no superuser', async () => {
    expect(await query(server.url, `
      SELECT current_user AS name, rolsuper AS super, rolcreaterole AS creates_roles,
             pg_get_userbyid(datdba) AS owner
        FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`,
    )).toEqual([{ name: 'headroom', super: false, creates_roles: false, owner: 'headroom' }]);

    await query(server.url, 'CREATE TABLE seen (id int)');
    const admin = server.url.replace(/headroom$/, 'postgres');
    await query(admin, 'CREATE DATABASE clone TEMPLATE headroom');
    expect(await query(server.url.replace(/headroom$/, 'clone'), 'SELECT * FROM seen')).toEqual([]);
    await query(admin, 'DROP DATABASE clone');
  });

  it('lets nobody in without the password, nor as the superuser with it', async () => {
    const { password } = new URL(server.url);
    const guess = query(server.url.replace(password, 'wrong'), 'SELECT 1');
    await expect(guess).rejects.toMatchObject({ code: '28P01' });
    const asSuperuser = query(server.url.replace('headroom:', 'postgres:'), 'SELECT 1');
    await expect(asSuperuser).rejects.toMatchObject({ code: '28000' });

    const passwordFile = join(server.dataDirectory, 'headroom.password');
    expect(await readFile(passwordFile, 'utf8')).toBe(password);
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    expect((await stat(server.dataDirectory)).mode & 0o777).toBe(0o700);
    expect(await query(server.url, `SELECT current_setting('password_encryption') AS method`)).toEqual([
      { method: 'scram-sha-256' },
    ]);
  });

  it('listens on the loopback interface alone', async () => {
    const outside = Object.values(networkInterfaces()).flat().find((address) => address && !address.internal);
    const host = outside?.address ?? '127.0.0.2';
    const socket = connect({ host, port: Number(new URL(server.url).port) });
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await query(server.url, `SELECT current_setting('unix_socket_directories') AS sockets`)).toEqual([
      { sockets: '' },
    ]);
  });

  it('keeps its data over a restart, and stops once however often it is asked', async () => {
    await query(server.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await expect(query(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    server = await startEmbeddedPostgres({ directory: join(directory, 'made', 'below'), settings: { fsync: 'off' } });
    expect(server.adopted).toBe(false);
    expect(await query(server.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
  });
});
