import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Writes every charge to a file in COPY's text format. */
export async function copyOut(url: string, path: string): Promise<void> {
  await withClient(url, (client) =>
    pipeline(client.query(copyTo('COPY (SELECT charge.* FROM charge) TO STDOUT')), createWriteStream(path)));
}

export async function hasPsql(): Promise<boolean> {
  const child = spawn('psql', ['--version'], { stdio: 'ignore' });
  return Promise.race([once(child, 'exit').then(([code]) => code === 0), once(child, 'error').then(() => false)]);
}

/** Copies such a file into the table, and says how many seconds that took until it was committed. */
export async function copyIn(url: string, path: string, byPsql: boolean, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  if (byPsql) await runPsql(url, `\\copy charge from '${path}'`, signal);
  else await withClient(url, (client) => pipeline(createReadStream(path), client.query(copyFrom('COPY charge FROM STDIN')), { signal }));
  return (performance.now() - startedAt) / 1000;
}

async function runPsql(url: string, command: string, signal: AbortSignal): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = { ...process.env, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
  const child = spawn('psql', ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--command', command], {
    env, stdio: ['ignore', 'ignore', 'inherit'], signal,
  });
  const [exitCode] = await once(child, 'exit');
  if (exitCode !== 0) throw new Error(`psql ended with ${exitCode}`);
}

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
