import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { siblingProcess } from './sibling-process.js';

describe('a directory that something has happened to', () => {
  let scratch: string;
  let directory: string;

  const start = (settings = {}, where = directory) =>
    startEmbeddedPostgres({ directory: where, settings: { fsync: 'off', ...settings } });
  const inData = (name: string) => join(directory, 'postgres', name);

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'headroom-damaged-'));
    directory = join(scratch, 'home');
  });

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it('is made anew when its first start was killed half-way', async () => {
    const sibling = siblingProcess(directory);
    expect(await sibling.said('progress')).toMatch(/^creating/);
    await sibling.kill();
    expect(await readdir(directory)).not.toContain('postgres');

    await (await start()).stop();
    expect((await readdir(directory)).sort()).toEqual(['postgres', 'postgres.log']);
  });

  it.each(['a process of another program', 'a process that is gone', 'a process that nobody collects', 'nothing'])(
    'starts although postmaster.pid names %s',
    async (what) => {
      // The shell leaves its child to a program that never asks what became of it.
      const shell = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const [uncollected] = await once(shell.stdout, 'data') as [Buffer];
      const pid = what === 'a process that nobody collects' ? uncollected.toString().trim() : shell.pid;
      const kill = async () => {
        shell.kill();
        await once(shell, 'close');
      };
      if (what === 'a process that is gone') await kill();
      const content = what === 'nothing' ? '' : `${pid}\n${inData('')}\n1\n5432\n\n127.0.0.1\n`;
      await writeFile(inData('postmaster.pid'), content);

      const server = await start();
      expect(server.adopted).toBe(false);
      await server.stop();
      if (what !== 'a process that is gone') await kill();
    },
  );

  it('serves a copy by a server of its own while the original runs', async () => {
    const original = await start();
    const elsewhere = join(scratch, 'copy');
    await cp(directory, elsewhere, { recursive: true });
    const copy = await start({}, elsewhere);
    expect(copy.adopted).toBe(false);
    expect(new URL(copy.url).port).not.toBe(new URL(original.url).port);
    await Promise.all([copy.stop(), original.stop()]);
  });

  it('joins the running server of a directory that was moved, and starts no second one on its data', async () => {
    const first = await start();
    const elsewhere = join(scratch, 'moved');
    await rename(directory, elsewhere);
    const second = await start({}, elsewhere);
    expect(second).toMatchObject({ adopted: true, url: first.url });
    await second.stop();
    await rename(elsewhere, directory);
    await first.stop();
  });

  it('says what the server said when it does not start', async () => {
    await expect(start({ shared_buffers: 'plenty' })).rejects.toThrow(
      /needs to start, got a server that ended at once; .+postgres\.log ends with:\n.*invalid value.*"plenty"/,
    );
    await (await start()).stop();
  });

  it('refuses data of another major version', async () => {
    await writeFile(inData('PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(`data directory ${inData('')} needs PostgreSQL 17, got 18: move it away`);
    await writeFile(inData('PG_VERSION'), '18\n');
  });

  it('refuses data whose password file is missing', async () => {
    const password = await readFile(inData('headroom.password'));
    await rm(inData('headroom.password'));
    await expect(start()).rejects.toThrow('needs the password file headroom.password, got none');
    await writeFile(inData('headroom.password'), 'wrong');
    await expect(start()).rejects.toThrow(/needs to start, got password authentication failed/);
    await writeFile(inData('headroom.password'), password);
    await (await start()).stop();
  });

  it('refuses to make data among files of something else', async () => {
    const elsewhere = join(scratch, 'occupied');
    await mkdir(join(elsewhere, 'postgres'), { recursive: true });
    await writeFile(join(elsewhere, 'postgres', 'thesis.txt'), '');
    await expect(start({}, elsewhere)).rejects.toThrow(
      'needs to be empty or to hold the data of a PostgreSQL, got other files',
    );
    expect(await readdir(join(elsewhere, 'postgres'))).toEqual(['thesis.txt']);
  });

  it('names the path and the reason when it cannot be made', async () => {
    await writeFile(join(scratch, 'file'), '');
    await expect(start({}, join(scratch, 'file', 'below'))).rejects.toThrow(
      /^embedded PostgreSQL in .+below needs to mkdir .+, got ENOTDIR: make/,
    );
  });
});
