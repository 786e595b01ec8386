import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { BenchDatabase } from './bench-database.js';
import { runProgram } from './program.js';

/** Writes every row of a table to a file in COPY's text format. */
export async function copyOut(client: Client, path: string, table: string): Promise<void> {
  await pipeline(client.query(copyTo(`COPY (SELECT * FROM ${table}) TO STDOUT`)), createWriteStream(path));
}

export async function hasPsql(signal: AbortSignal): Promise<boolean> {
  try {
    await runProgram('psql', ['--version'], {}, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Copies such a file into the table, and says how many seconds that took until it was committed. */
export async function copyIn({ client, url }: BenchDatabase, path: string, byPsql: boolean, signal: AbortSignal, table: string): Promise<number> {
  const startedAt = performance.now();
  if (byPsql) await runPsql(url, `\\copy ${table} from '${path}'`, signal);
  else await pipeline(createReadStream(path), client.query(copyFrom(`COPY ${table} FROM STDIN`)), { signal });
  return (performance.now() - startedAt) / 1000;
}

async function runPsql(url: string, command: string, signal: AbortSignal): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
  await runProgram('psql', ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--command', command], env, signal);
}
