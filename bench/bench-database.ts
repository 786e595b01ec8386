import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDatabase } from '../src/platform/index.js';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';

/** A migrated database in an embedded PostgreSQL of its own, with the settings everybody gets, and room for files beside it. */
export interface BenchDatabase {
  url: string;
  /** For example `18.4`. */
  serverVersion: string;
  /** The measurement's own connection, which unlike those of the rooms may take as long as it needs. */
  client: Client;
  /** A temporary directory that goes when the database goes. */
  directory: string;
  close(): Promise<void>;
}

export async function openBenchDatabase(onProgress: (message: string) => void): Promise<BenchDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
  // Undone in the opposite order, also when the next step fails.
  const undo = [() => rm(directory, { recursive: true, force: true })];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    // Open to the account that the server runs as where we are root.
    await chmod(directory, 0o755);
    const { url, stop } = await startEmbeddedPostgres({ directory, onProgress });
    undo.push(stop);
    const config = { databaseUrl: url, dataDirectory: directory, host: '127.0.0.1', port: 0, adminKey: null, country: null, secretKey: null, sampleMonths: 13, metricsLimit: 500, publicUrl: 'http://127.0.0.1:4000', privateDestinations: [], role: 'api' as const };
    const migrated = await openDatabase(config, onProgress);
    await migrated.close();
    const client = new Client(url);
    await client.connect();
    undo.push(() => client.end());
    await requireDurableCommits(client);
    return { url, serverVersion: migrated.serverVersion, client, directory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Writes out what is dirty, so that nobody pays for the work of who came before.
 *
 * Our role may not CHECKPOINT, but it may copy a database, and copying one file by file begins and
 * ends with a checkpoint: https://www.postgresql.org/docs/18/sql-createdatabase.html, STRATEGY.
 */
export async function checkpoint(client: Client): Promise<void> {
  await client.query('CREATE DATABASE checkpoint TEMPLATE template0 STRATEGY file_copy');
  await client.query('DROP DATABASE checkpoint');
}

/** A rate without durability is no rate. */
async function requireDurableCommits(client: Client): Promise<void> {
  const { rows: [settings] } = await client.query<{ fsync: string; commit: string }>(
    `SELECT current_setting('fsync') AS "fsync", current_setting('synchronous_commit') AS "commit"`,
  );
  if (settings!.fsync !== 'on' || settings!.commit !== 'on') {
    throw new Error(`commits need to be durable, got fsync ${settings!.fsync} and synchronous_commit ${settings!.commit}`);
  }
}
