import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { EmbeddedPostgresUnavailable } from './embedded-postgres-unavailable.js';
import { commandAs, type ServerAccount } from './server-account.js';

export interface ProgramStart {
  args: string[];
  account: ServerAccount | undefined;
  stdio: StdioOptions;
  isDetached?: boolean;
}

/** Starts a PostgreSQL program as the account; resolves once it really runs. */
export async function startPostgresProgram(
  program: string, { args, account, stdio, isDetached = false }: ProgramStart,
): Promise<ChildProcess> {
  const { command, args: allArgs, ...identity } = commandAs(account, program, args);
  const child = spawn(command, allArgs, {
    ...identity,
    stdio,
    detached: isDetached,
    // The folder we are in may be closed to the account.
    cwd: '/',
    // PostgreSQL takes defaults from PG* and from the locale, which are meant for other servers.
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // The file is there, so what is missing is the loader it names.
    const got = code === 'ENOENT' ? 'a system without glibc, such as Alpine' : code;
    throw new EmbeddedPostgresUnavailable(
      `${program} needs to run on this system, got ${got}: set DATABASE_URL to a PostgreSQL 15 to 18`,
      { cause },
    );
  }
  return child;
}

/** Runs initdb, or postgres in its single-user mode, to the end. */
export async function runPostgresProgram(
  program: string,
  { args, account, input = '' }: { args: string[]; account: ServerAccount | undefined; input?: string },
): Promise<void> {
  const child = await startPostgresProgram(program, { args, account, stdio: 'pipe' });
  // A program that ends early closes its input; its exit code and its output say more than the broken pipe.
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(input);
  const [[code, signal], output, errors] = await Promise.all([
    once(child, 'close') as Promise<[number | null, string | null]>,
    text(child.stdout!),
    text(child.stderr!),
  ]);
  if (code === 0) return;
  throw new EmbeddedPostgresUnavailable(
    `${basename(program)} needs to end with 0, got ${signal ?? code}:\n${lastLines(errors || output)}`,
  );
}

/** Enough of what PostgreSQL wrote to see why it failed. */
export function lastLines(output: string, count = 10): string {
  return output.trim().split('\n').slice(-count).join('\n');
}
