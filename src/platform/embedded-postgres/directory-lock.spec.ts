import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { withDirectoryLock } from './directory-lock.js';
import { runningProcess } from './running-process.js';

describe('a directory lock', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-lock-'));
    path = join(directory, 'lock');
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** How many of the works ran, and how many at most at the same time. */
  async function contend(contenders: number): Promise<{ ran: number; atOnce: number }> {
    let [ran, inside, atOnce] = [0, 0, 0];
    await Promise.all(Array.from({ length: contenders }, () =>
      withDirectoryLock(path, { waitMs: 10_000 }, async () => {
        inside += 1;
        atOnce = Math.max(atOnce, inside);
        for (let turn = 0; turn < 20; turn += 1) await setImmediate();
        inside -= 1;
        ran += 1;
      })));
    return { ran, atOnce };
  }

  async function deadPid(): Promise<number> {
    const child = spawn(process.execPath, ['--version']);
    await new Promise((resolve) => child.once('close', resolve));
    return child.pid!;
  }

  it('lets one work at a time, answers what the work answers, and leaves nothing behind', async () => {
    expect(await contend(20)).toEqual({ ran: 20, atOnce: 1 });
    expect(await withDirectoryLock(path, { waitMs: 0 }, async () => 'answer')).toBe('answer');
    const broken = withDirectoryLock(path, { waitMs: 0 }, () => Promise.reject(new Error('broken')));
    await expect(broken).rejects.toThrow('broken');
    expect(await readdir(directory)).toEqual([]);
  });

  it('is taken over from a dead process by one of many that find it', async () => {
    await writeFile(path, JSON.stringify({ pid: await deadPid(), startedAt: '1', token: 'dead' }));
    expect(await contend(20)).toEqual({ ran: 20, atOnce: 1 });
    expect(await readdir(directory)).toEqual([]);
  });

  it('is taken over although a process was killed while taking it over', async () => {
    const pid = await deadPid();
    await writeFile(path, JSON.stringify({ pid, startedAt: '1', token: 'dead' }));
    await writeFile(`${path}.after-dead`, JSON.stringify({ pid, startedAt: '1', token: 'heir' }));
    expect(await contend(20)).toEqual({ ran: 20, atOnce: 1 });
    expect(await readdir(directory)).toEqual([]);
  });

  it('is taken over from an earlier process that had the number of a living one', async () => {
    await writeFile(path, JSON.stringify({ pid: process.pid, startedAt: 'before the reboot', token: 'dead' }));
    expect(await contend(2)).toEqual({ ran: 2, atOnce: 1 });
  });

  it('tells who holds it, once, and gives up in time', async () => {
    const { startedAt } = (await runningProcess(process.ppid))!;
    await writeFile(path, JSON.stringify({ pid: process.ppid, startedAt, token: 'alive' }));
    const waited: number[] = [];
    await expect(withDirectoryLock(path, { waitMs: 60, onWait: (pid) => waited.push(pid) }, async () => 'never'))
      .rejects.toThrow(`lock ${path} needs to become free within 0.06 s, got process ${process.ppid} still holding it`);
    expect(waited).toEqual([process.ppid]);
  });
});
