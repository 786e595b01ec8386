import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresUnavailable } from './embedded-postgres-unavailable.js';
import { startPostgresProgram } from './postgres-program.js';
import { Presence, type NotConnected } from './presence.js';
import { runningProcess } from './running-process.js';
import type { ServerAccount } from './server-account.js';
import { ServerLog } from './server-log.js';
import { serverSettings } from './server-settings.js';

/** The parent process of a server, as it describes itself in postmaster.pid. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** A server that keeps saying that it starts or recovers is waited for; one that says nothing is not. */
const SILENCE_LIMIT_MS = 60_000;
const REFUSAL_LIMIT_MS = 1_000;
const FAST_SHUTDOWN_LIMIT_MS = 10_000;
/** PostgreSQL itself kills the children that have not obeyed after five seconds. */
const IMMEDIATE_SHUTDOWN_LIMIT_MS = 10_000;
const POLL_MS = 10;
/** With the growing pause between them about half a second. */
const LAUNCH_ATTEMPTS = 10;

/**
 * Failures that pass by themselves: somebody took the port between our choosing it and the server's binding
 * it; or the postmaster was killed, and its backends have not all noticed yet.
 */
const PASSING_FAILURE = /could not create any TCP\/IP sockets|pre-existing shared memory block/;

/** The postmaster that serves the data directory, if any: postmaster.pid may outlive it, or be a copy. */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const recorded = await readPidFile(dataDirectory);
  if (recorded === undefined || recorded.dataDirectory === '') return undefined;
  const running = await runningProcess(recorded.pid);
  // Its number may have gone to another program since.
  if (!running?.commandLine.includes(`postgres -D ${recorded.dataDirectory} `)) return undefined;
  if (await isCopy(dataDirectory, recorded)) return undefined;
  return { pid: recorded.pid, port: recorded.port };
}

/** The connection to a server that somebody else started; undefined if it goes away instead of answering. */
export async function joinPostmaster(
  dataDirectory: string, { pid, port }: Postmaster, password: string,
): Promise<Presence | undefined> {
  const hasEnded = async () => (await runningProcess(pid)) === undefined;
  const answer = await connectWhenReady(port, password, hasEnded);
  if (answer === undefined || answer instanceof Presence) return answer;
  throw new EmbeddedPostgresUnavailable(
    `PostgreSQL (process ${pid}) on ${dataDirectory} needs to let headroom in on port ${port}, ` +
      `got ${answer.cause.message}`,
    { cause: answer.cause },
  );
}

export interface LaunchOptions {
  dataDirectory: string;
  logPath: string;
  postgres: string;
  password: string;
  account: ServerAccount | undefined;
  settings: Record<string, string>;
}

/** Starts a postmaster that outlives Ctrl-C in our terminal, and us. Only where `findPostmaster` finds none. */
export async function launchPostmaster(
  options: LaunchOptions, choosePort: () => Promise<number> = freePort,
): Promise<{ port: number; presence: Presence }> {
  await disownPidFile(options.dataDirectory);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort();
    const log = await ServerLog.open(options.logPath);
    try {
      const answer = await launchOnce(port, log, options);
      if (answer instanceof Presence) return { port, presence: answer };
      const written = await log.written();
      if (attempt === LAUNCH_ATTEMPTS || !PASSING_FAILURE.test(written)) {
        const got = answer?.cause.message ?? 'a server that ended at once';
        throw new EmbeddedPostgresUnavailable(
          `PostgreSQL on ${options.dataDirectory} needs to start, got ${got}; ${log.path} ends with:\n${written}`,
        );
      }
    } finally {
      await log.close();
    }
    await delay(attempt * POLL_MS);
  }
}

async function launchOnce(
  port: number, log: ServerLog, { dataDirectory, postgres, password, account, settings }: LaunchOptions,
): Promise<Presence | NotConnected | undefined> {
  const child = await startPostgresProgram(postgres, {
    args: ['-D', dataDirectory, ...(await serverSettings(port, settings))],
    account,
    stdio: ['ignore', log.descriptor, log.descriptor],
    isDetached: true,
  });
  child.unref();
  const hasEnded = async () => child.exitCode !== null || child.signalCode !== null;
  const answer = await connectWhenReady(port, password, hasEnded);
  if (!(answer instanceof Presence)) child.kill('SIGQUIT');
  return answer;
}

/** Undefined when the server has ended; what kept us out when it has been silent, or refused us, for too long. */
async function connectWhenReady(
  port: number, password: string, hasEnded: () => Promise<boolean>,
): Promise<Presence | NotConnected | undefined> {
  let deadline = Date.now() + SILENCE_LIMIT_MS;
  for (;;) {
    const answer = await Presence.connect(port, password);
    if (answer instanceof Presence) return answer;
    if (await hasEnded()) return undefined;
    if (answer.reason === 'busy') deadline = Date.now() + SILENCE_LIMIT_MS;
    // It may be another server that has taken the port, and ours is about to end because of that.
    if (answer.reason === 'refused') deadline = Math.min(deadline, Date.now() + REFUSAL_LIMIT_MS);
    if (Date.now() > deadline) return answer;
    await delay(POLL_MS);
  }
}

/** Fast shutdown, which ends the sessions and writes a checkpoint; if that takes too long, an immediate one. */
export async function shutDownPostmaster(dataDirectory: string, { pid }: Postmaster): Promise<void> {
  if (await endsAfter('SIGINT', pid, FAST_SHUTDOWN_LIMIT_MS)) return;
  // Nothing committed is lost: the next start recovers from the write-ahead log.
  if (await endsAfter('SIGQUIT', pid, IMMEDIATE_SHUTDOWN_LIMIT_MS)) return;
  throw new EmbeddedPostgresUnavailable(
    `PostgreSQL (process ${pid}) on ${dataDirectory} needs to end after SIGQUIT within ` +
      `${IMMEDIATE_SHUTDOWN_LIMIT_MS / 1000} s, got a process that still runs`,
  );
}

async function endsAfter(signal: NodeJS.Signals, pid: number, limitMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if ((await runningProcess(pid)) === undefined) return true;
    await delay(POLL_MS);
  }
  return false;
}

/** The file's first lines: process, data directory, start time, port. */
async function readPidFile(dataDirectory: string): Promise<(Postmaster & { dataDirectory: string }) | undefined> {
  try {
    const lines = (await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
    // A server in single-user mode writes its number with a minus.
    return { pid: Math.abs(Number(lines[0])), dataDirectory: lines[1] ?? '', port: Number(lines[3]) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Makes PostgreSQL see that postmaster.pid is out of date. It would take any process of its own user with that
 * number for its postmaster, but never its own parent, which we are about to be. The file is not removed, because
 * from the rest of it PostgreSQL finds backends that have outlived a killed postmaster.
 */
async function disownPidFile(dataDirectory: string): Promise<void> {
  const path = join(dataDirectory, 'postmaster.pid');
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (content === undefined) return;
  await writeFile(path, [process.pid, ...content.split('\n').slice(1), ''].join('\n'));
}

/**
 * Was the directory copied while its server ran? Then the server belongs to the original. If the original has
 * gone, the directory was moved under a running server, and a second one would destroy its data.
 */
async function isCopy(dataDirectory: string, recorded: Postmaster & { dataDirectory: string }): Promise<boolean> {
  if (recorded.dataDirectory === dataDirectory) return false;
  return (await readPidFile(recorded.dataDirectory))?.pid === recorded.pid;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
