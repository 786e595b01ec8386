import { chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { postgresBinaries } from './postgres-binaries.js';
import { commandAs, serverAccount } from './server-account.js';

const isRoot = process.geteuid?.() === 0;
const itAsRoot = isRoot ? it : it.skip;
const itAsOrdinaryUser = isRoot ? it.skip : it;

describe('the account that runs the server', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-account-'));
    await chmod(directory, 0o755);
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  itAsOrdinaryUser('is the ordinary user who asks', async () => {
    expect(await serverAccount(join(directory, 'postgres'), await postgresBinaries())).toBeUndefined();
    const asked = { command: '/bin/postgres', args: ['-D', '/data'] };
    expect(commandAs(undefined, asked.command, asked.args)).toEqual(asked);
  });

  itAsRoot('is an existing one other than root', async () => {
    const account = await serverAccount(join(directory, 'postgres'), await postgresBinaries());
    expect(account!.userId).toBeGreaterThan(0);
    expect(account!.groupId).toBeGreaterThan(0);
  });

  itAsRoot('is the owner of data that an ordinary user has made', async () => {
    const data = join(directory, 'postgres');
    await mkdir(data, { mode: 0o700 });
    await chown(data, 12345, 23456);
    expect(await serverAccount(data, await postgresBinaries())).toMatchObject({ userId: 12345, groupId: 23456 });
  });

  itAsRoot('is lent a capability only where a folder is closed to it', async () => {
    const binaries = await postgresBinaries();
    const open = await serverAccount(join(directory, 'postgres'), binaries);
    await chmod(directory, 0o700);
    const closed = await serverAccount(join(directory, 'postgres'), binaries);
    expect(closed).toEqual({ ...open, capability: expect.stringMatching(/^dac_(read_search|override)$/) });
    expect(commandAs(closed, '/bin/postgres', ['-D', '/data'])).toMatchObject({
      command: 'setpriv',
      args: expect.arrayContaining([`--reuid=${closed!.userId}`, `--ambient-caps=+${closed!.capability}`, '-D']),
    });
  });

  itAsRoot('can serve data in a folder that is closed to everyone but root', async () => {
    await chmod(directory, 0o700);
    const server = await startEmbeddedPostgres({ directory: join(directory, 'home'), settings: { fsync: 'off' } });
    const { uid, mode } = await stat(server.dataDirectory);
    expect(uid).not.toBe(0);
    expect(mode & 0o777).toBe(0o700);
    await server.stop();
  });
});
