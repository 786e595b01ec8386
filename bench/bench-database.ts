import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { openDatabase, query, queryOne } from '../src/platform/index.js';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';

/** An embedded PostgreSQL of its own, with the settings everybody gets, and room for files beside it. */
export interface BenchDatabase {
  url: string;
  serverVersion: string;
  dataSource: DataSource;
  /** A temporary directory that goes when the database goes. */
  directory: string;
  /** Writes out what is dirty, so that nobody pays for the work of who came before. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

export async function openBenchDatabase(onProgress: (message: string) => void): Promise<BenchDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
  // Open to the account that the server runs as where we are root.
  await chmod(directory, 0o755);
  const removeFiles = () => rm(directory, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ directory, onProgress });
    try {
      const config = { databaseUrl: server.url, dataDirectory: directory, host: '127.0.0.1', port: 0, adminKey: null };
      const { dataSource, serverVersion, close } = await openDatabase(config, onProgress);
      return {
        url: server.url,
        serverVersion,
        dataSource,
        directory,
        checkpoint: () => checkpoint(dataSource),
        async close() {
          await close();
          await server.stop();
          await removeFiles();
        },
      };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await removeFiles();
    throw error;
  }
}

/**
 * Our role may not CHECKPOINT, but it may copy a database, and copying one file by file begins and
 * ends with a checkpoint: https://www.postgresql.org/docs/18/sql-createdatabase.html, STRATEGY.
 */
async function checkpoint(dataSource: DataSource): Promise<void> {
  await query(dataSource, sql`CREATE DATABASE checkpoint TEMPLATE template0 STRATEGY file_copy`);
  await query(dataSource, sql`DROP DATABASE checkpoint`);
}

/** Fails where commits would not be durable: a rate without durability is no rate. */
export async function requireDurableCommits(dataSource: DataSource): Promise<void> {
  const settings = await queryOne<{ fsync: string; commit: string }>(
    dataSource,
    sql`SELECT current_setting('fsync') AS "fsync", current_setting('synchronous_commit') AS "commit"`,
  );
  if (settings.fsync !== 'on' || settings.commit !== 'on') {
    throw new Error(`commits need to be durable, got fsync ${settings.fsync} and synchronous_commit ${settings.commit}`);
  }
}
