import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareDataDirectory } from './data-directory.js';
import { withDirectoryLock } from './directory-lock.js';
import { EmbeddedPostgresUnavailable } from './embedded-postgres-unavailable.js';
import { postgresBinaries } from './postgres-binaries.js';
import { findPostmaster, joinPostmaster, launchPostmaster, shutDownPostmaster } from './postmaster.js';
import type { Presence } from './presence.js';
import { serverAccount } from './server-account.js';

/** One process's share in a server that the processes of one directory have in common. */
export interface EmbeddedPostgres {
  /** Names the database `headroom` and the role that owns it, which may create databases but is no superuser. */
  url: string;
  dataDirectory: string;
  /** True when the server was already running: started by another process, or left behind by a killed one. */
  adopted: boolean;
  /**
   * Gives the share up, and stops the server unless any other client is connected. Close your own pool first.
   * Calling it again does nothing more.
   */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made when missing. Holds the data in `postgres`, the server's log in `postgres.log`, and a lock. */
  directory: string;
  /** Settings of PostgreSQL that win over ours; without effect on a server that already runs. */
  settings?: Record<string, string>;
  onProgress?: (message: string) => void;
}

/** Recovery after a crash holds the lock as long as it takes to read up to max_wal_size of log. */
const LOCK_WAIT_MS = 300_000;

/**
 * Joins the server of the directory; starts it if it does not run, makes its data if there is none.
 * It listens on 127.0.0.1 only and goes on when this process is killed: the next start adopts it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { settings = {}, onProgress = () => undefined } = options;
  try {
    const binaries = await postgresBinaries();
    await mkdir(options.directory, { recursive: true });
    const directory = await realpath(options.directory);
    const dataDirectory = join(directory, 'postgres');
    const lock = <T>(work: () => Promise<T>) =>
      withDirectoryLock(join(directory, 'postgres.lock'), {
        waitMs: LOCK_WAIT_MS,
        onWait: (pid) => onProgress(`waiting for process ${pid}, which is starting or stopping PostgreSQL`),
      }, work);

    return await lock(async () => {
      const account = await serverAccount(dataDirectory, binaries);
      const password = await prepareDataDirectory(dataDirectory, { binaries, account, onProgress });
      const running = await joinRunning(dataDirectory, password, onProgress);
      const { port, presence } = running ?? await launchPostmaster({
        dataDirectory, password, account, settings,
        logPath: join(directory, 'postgres.log'),
        postgres: binaries.postgres,
      });
      if (running === undefined) onProgress(`started PostgreSQL ${binaries.majorVersion} on 127.0.0.1:${port}`);

      let stopping: Promise<void> | undefined;
      return {
        url: `postgres://headroom:${password}@127.0.0.1:${port}/headroom`,
        dataDirectory,
        adopted: running !== undefined,
        stop: () => (stopping ??= lock(() => leave(dataDirectory, password, presence)).catch((error: unknown) => {
          throw explained(error, directory);
        })),
      };
    });
  } catch (error) {
    throw explained(error, options.directory);
  }
}

async function joinRunning(
  dataDirectory: string, password: string, onProgress: (message: string) => void,
): Promise<{ port: number; presence: Presence } | undefined> {
  const postmaster = await findPostmaster(dataDirectory);
  if (postmaster === undefined) return undefined;
  onProgress(`joining PostgreSQL on 127.0.0.1:${postmaster.port}, which already runs as process ${postmaster.pid}`);
  const presence = await joinPostmaster(dataDirectory, postmaster, password);
  return presence && { port: postmaster.port, presence };
}

/** Under the lock, or two processes that leave at once would each see the other and both let the server run. */
async function leave(dataDirectory: string, password: string, presence: Presence): Promise<void> {
  const postmaster = await findPostmaster(dataDirectory);
  if (postmaster === undefined) return presence.end();
  // After a crash the server has dropped its connections and recovered, ours among them.
  const watch = presence.isConnected ? presence : await joinPostmaster(dataDirectory, postmaster, password);
  if (watch === undefined) return;
  const isNeeded = await watch.hasCompany();
  await watch.end();
  if (!isNeeded) await shutDownPostmaster(dataDirectory, postmaster);
}

/** A failed system call names a path and a code, but not what we wanted of it. */
function explained(error: unknown, directory: string): unknown {
  const { syscall, path, code } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  const user = process.geteuid ? ` as user id ${process.geteuid()}` : '';
  return new EmbeddedPostgresUnavailable(
    `embedded PostgreSQL in ${directory} needs to ${syscall} ${path}${user}, got ${code}: ` +
      'make room and the directory writable, name another one in HEADROOM_DATA_DIR, or set DATABASE_URL',
    { cause: error },
  );
}
