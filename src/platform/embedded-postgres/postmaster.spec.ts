import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { findPostmaster, launchPostmaster, shutDownPostmaster, type LaunchOptions } from './postmaster.js';
import { postgresBinaries } from './postgres-binaries.js';
import { serverAccount } from './server-account.js';

describe('a postmaster', () => {
  let directory: string;
  let options: LaunchOptions;
  let occupant: Server;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-postmaster-'));
    const server = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } });
    await server.stop();
    const binaries = await postgresBinaries();
    options = {
      dataDirectory: server.dataDirectory,
      logPath: join(directory, 'postgres.log'),
      postgres: binaries.postgres,
      password: new URL(server.url).password,
      account: await serverAccount(server.dataDirectory, binaries),
      settings: { fsync: 'off' },
    };
    occupant = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(occupant, 'listening');
  });

  afterAll(async () => {
    occupant.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('takes another port when the chosen one was taken in the meantime', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const taken = (occupant.address() as AddressInfo).port;
    const ports = [taken, taken, (free.address() as AddressInfo).port];
    free.close();
    const { port, presence } = await launchPostmaster(options, async () => ports.shift()!);
    expect(port).not.toBe(taken);

    const postmaster = await findPostmaster(options.dataDirectory);
    expect(postmaster).toMatchObject({ port });
    await presence.end();
    await shutDownPostmaster(options.dataDirectory, postmaster!);
    expect(await findPostmaster(options.dataDirectory)).toBeUndefined();
  });

  it('begins its log anew at a start that finds it large', async () => {
    await writeFile(options.logPath, 'old\n');
    await truncate(options.logPath, 11 * 1024 * 1024);
    const server = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } });
    await server.stop();
    const log = await readFile(options.logPath, 'utf8');
    expect(log).toContain('database system is ready');
    expect(log).not.toContain('old');
  });
});
