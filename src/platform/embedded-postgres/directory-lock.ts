import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresUnavailable } from './embedded-postgres-unavailable.js';
import { runningProcess } from './running-process.js';

interface Claim {
  pid: number;
  startedAt: string;
  token: string;
}

export interface LockOptions {
  waitMs: number;
  /** Called once, when another process is found to hold the lock. */
  onWait?: (pid: number) => void;
}

/**
 * Does `work` while no other process, nor another call in this one, works under the same lock file.
 * A lock left behind by a killed process is taken over at once.
 */
export async function withDirectoryLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const owner = await runningProcess(process.pid);
  const claim: Claim = { pid: process.pid, startedAt: owner!.startedAt, token: randomUUID() };
  await acquire(path, claim, options);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, claim: Claim, { waitMs, onWait }: LockOptions): Promise<void> {
  const deadline = Date.now() + waitMs;
  let announced = false;
  while (!(await create(path, claim))) {
    const holder = await readClaim(path);
    if (holder === undefined) continue;
    if (!(await isHeld(holder))) {
      if (await takeOver(path, holder, claim, deadline)) return;
      continue;
    }
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresUnavailable(
        `lock ${path} needs to become free within ${waitMs / 1000} s, got process ${holder.pid} still holding it`,
      );
    }
    if (!announced) onWait?.(holder.pid);
    announced = true;
    await delay(20);
  }
}

/**
 * Replaces the lock of a dead process. Deleting it and creating one's own would not do: of two processes that
 * saw the same dead lock, the slower would delete the lock of the faster. So the right to succeed a dead
 * lock is itself a lock, named for the dead one: whoever holds it and still finds the dead lock in place is the
 * only one who may replace it, and does so by one rename, which also gives that right up.
 */
async function takeOver(path: string, dead: Claim, claim: Claim, deadline: number): Promise<boolean> {
  const succession = `${path}.after-${dead.token}`;
  await acquire(succession, claim, { waitMs: Math.max(0, deadline - Date.now()) });
  const current = await readClaim(path);
  if (current?.token !== dead.token) {
    await rm(succession, { force: true });
    return false;
  }
  await rename(succession, path);
  return true;
}

/** A link appears with its content or not at all, so nobody ever reads a lock whose owner is not yet written. */
async function create(path: string, claim: Claim): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(claim), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readClaim(path: string): Promise<Claim | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Claim;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The start time matters: a restarted container gives the same low numbers to other processes. */
async function isHeld({ pid, startedAt }: Claim): Promise<boolean> {
  const holder = await runningProcess(pid);
  return holder?.startedAt === startedAt;
}
