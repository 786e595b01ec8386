import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { runningProcess } from './running-process.js';
import { siblingProcess } from './sibling-process.js';

describe('a server shared by processes', () => {
  let directory: string;

  const start = () => startEmbeddedPostgres({ directory, settings: { fsync: 'off' } });
  const postmasterPid = async () =>
    Number.parseInt(await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8'), 10);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-shared-'));
  });

  afterAll(async () => {
    await (await start()).stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('is made and started once by processes that start at the same moment', async () => {
    const siblings = [siblingProcess(directory), siblingProcess(directory)];
    const ours = [start(), start()];
    const servers = await Promise.all([...ours, ...siblings.map((sibling) => sibling.started())]);
    expect(new Set(servers.map((server) => server.url)).size).toBe(1);
    expect(servers.filter((server) => !server.adopted)).toHaveLength(1);

    // They also leave at the same moment, and still the last one sees that it is the last.
    const pid = await postmasterPid();
    await Promise.all([
      ...ours.map(async (server) => (await server).stop()),
      ...siblings.map((sibling) => sibling.stop()),
    ]);
    expect(await runningProcess(pid)).toBeUndefined();
  });

  it('goes on until the last one leaves, although that one has no connection open at the time', async () => {
    const first = siblingProcess(directory);
    await first.started();
    const second = await start();
    expect(second.adopted).toBe(true);

    const pid = await postmasterPid();
    await first.stop();
    expect(await runningProcess(pid)).toBeDefined();
    await second.stop();
    expect(await runningProcess(pid)).toBeUndefined();
  });

  it('goes on while any other client is connected', async () => {
    const server = await start();
    const client = new Client(server.url);
    await client.connect();
    await server.stop();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();

    const next = await start();
    expect(next.adopted).toBe(true);
    await next.stop();
  });

  it('survives the killing of the process that started it, and is adopted by the next', async () => {
    const sibling = siblingProcess(directory);
    const { url } = await sibling.started();
    await sibling.kill();
    const pid = await postmasterPid();
    expect(await runningProcess(pid)).toBeDefined();

    const server = await start();
    expect(server).toMatchObject({ adopted: true, url });
    await server.stop();
    expect(await runningProcess(pid)).toBeUndefined();
  });

  it('does not keep a process alive that has nothing more to do', async () => {
    const sibling = siblingProcess(directory, 'start only');
    await sibling.started();
    expect(await sibling.ended).toEqual([0, null]);
    const server = await start();
    expect(server.adopted).toBe(true);
    await server.stop();
  });

  it('has a process group of its own, which Ctrl-C in our terminal does not reach', async () => {
    const server = await start();
    const pid = await postmasterPid();
    // Throws ESRCH unless the postmaster leads a group.
    expect(process.kill(-pid, 0)).toBe(true);
    await server.stop();
  });

  it('comes to rest when its presence was lost in a crash of the server', async () => {
    const server = await start();
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    const next = await start();
    expect(next.adopted).toBe(false);
    await server.stop();
    expect(await runningProcess(await postmasterPid())).toBeDefined();
    await next.stop();
  });
});
