import { randomBytes } from 'node:crypto';
import { chown, lchown, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresUnavailable } from './embedded-postgres-unavailable.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runPostgresProgram } from './postgres-program.js';
import type { ServerAccount } from './server-account.js';

/**
 * The password lives inside the data directory, so that the two are made, moved and restored together:
 * a password that belongs to other data would lock us out.
 */
const PASSWORD_FILE = 'headroom.password';

/** Only our own role may log in, only from this machine. The bootstrap superuser has no way in, and no password. */
const HOST_BASED_AUTHENTICATION = 'host all headroom 127.0.0.1/32 scram-sha-256\n';

/**
 * Makes sure that the data directory exists and fits the binaries; answers the password of `headroom`.
 * Call it under the directory lock.
 */
export async function prepareDataDirectory(
  dataDirectory: string,
  { binaries, account, onProgress }: {
    binaries: PostgresBinaries; account: ServerAccount | undefined; onProgress: (message: string) => void;
  },
): Promise<string> {
  if (await holdsNothing(dataDirectory)) {
    onProgress(`creating the database in ${dataDirectory}`);
    await createDataDirectory(dataDirectory, binaries, account);
  }
  await requireSameMajorVersion(dataDirectory, binaries.majorVersion);
  if (account !== undefined) await giveTo(account, dataDirectory);
  return readPassword(dataDirectory);
}

async function holdsNothing(dataDirectory: string): Promise<boolean> {
  try {
    return (await readdir(dataDirectory)).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

/**
 * The new data gets its final name only when it is complete, with role and database: a process that is killed
 * half-way leaves a folder with another name, which the next one removes.
 */
async function createDataDirectory(
  dataDirectory: string, binaries: PostgresBinaries, account: ServerAccount | undefined,
): Promise<void> {
  const prefix = `${basename(dataDirectory)}.new-`;
  await removeUnfinished(dirname(dataDirectory), prefix);

  const unfinished = await mkdtemp(join(dirname(dataDirectory), prefix));
  if (account !== undefined) await chown(unfinished, account.userId, account.groupId);
  try {
    const data = join(unfinished, 'data');
    await runPostgresProgram(binaries.initdb, { account, args: [
      '--pgdata', data, '--username', 'postgres', '--encoding', 'UTF8', '--no-locale',
      '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8',
      // Replaced below, before any server listens.
      '--auth', 'trust',
      '--no-sync', '--no-instructions',
    ] });
    const password = randomBytes(24).toString('hex');
    await writeOwned(account, join(data, 'pg_hba.conf'), HOST_BASED_AUTHENTICATION);
    await writeOwned(account, join(data, PASSWORD_FILE), password);
    await createRoleAndDatabase(data, { binaries, account }, password);
    await rename(data, dataDirectory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Single-user mode needs no port and no password, and each line is one statement. */
function createRoleAndDatabase(
  data: string,
  { binaries, account }: { binaries: PostgresBinaries; account: ServerAccount | undefined },
  password: string,
): Promise<void> {
  const settings = [
    'exit_on_error=on', 'fsync=off', 'password_encryption=scram-sha-256',
    // A failing statement would otherwise be quoted in the error, and with it the password.
    'log_min_error_statement=panic',
  ];
  const statements = [
    `CREATE ROLE headroom LOGIN CREATEDB PASSWORD '${password}'`,
    // The last one out has to see who else is connected, in whichever role.
    'GRANT pg_monitor TO headroom',
    'CREATE DATABASE headroom OWNER headroom',
  ];
  return runPostgresProgram(binaries.postgres, {
    account,
    args: ['--single', '-D', data, ...settings.flatMap((setting) => ['-c', setting]), 'postgres'],
    input: statements.map((statement) => `${statement}\n`).join(''),
  });
}

/** A killed start may have left an initdb that is still writing, so removing is tried more than once. */
async function removeUnfinished(directory: string, prefix: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

async function requireSameMajorVersion(dataDirectory: string, majorVersion: number): Promise<void> {
  const version = await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new EmbeddedPostgresUnavailable(
      `data directory ${dataDirectory} needs to be empty or to hold the data of a PostgreSQL, got other files`,
      { cause },
    );
  });
  if (Number.parseInt(version, 10) === majorVersion) return;
  throw new EmbeddedPostgresUnavailable(
    `data directory ${dataDirectory} needs PostgreSQL ${version.trim()}, got ${majorVersion}: ` +
      'move it away to start empty, or set DATABASE_URL to a server that holds its data',
  );
}

async function readPassword(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, PASSWORD_FILE);
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new EmbeddedPostgresUnavailable(
      `data directory ${dataDirectory} needs the password file ${PASSWORD_FILE}, got none: ` +
        'restore the file, or move the directory away to start empty',
      { cause },
    );
  });
}

/** Data that root restored from a backup belongs to root; PostgreSQL insists on owning it. */
async function giveTo({ userId, groupId }: ServerAccount, dataDirectory: string): Promise<void> {
  if ((await stat(dataDirectory)).uid === userId) return;
  for (const name of await readdir(dataDirectory, { recursive: true })) {
    await lchown(join(dataDirectory, name), userId, groupId);
  }
  // The directory comes last: as long as root owns it, an interrupted change is done over.
  await lchown(dataDirectory, userId, groupId);
}

async function writeOwned(account: ServerAccount | undefined, path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  if (account !== undefined) await chown(path, account.userId, account.groupId);
}
