import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import type { Config } from '../config.js';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { StartRefused } from '../errors.js';
import { migrateJobs } from '../jobs/job-tables.js';
import { query, queryOne } from './query.js';

/** An open, migrated database. `close` also stops the embedded server when nobody else uses it. */
export interface OpenDatabase {
  dataSource: DataSource;
  /** Null when the server is somebody else's (DATABASE_URL). */
  embeddedIn: string | null;
  /** For example `18.4`. */
  serverVersion: string;
  close(): Promise<void>;
}

const oldestMajor = 15;
const newestMajor = 18;
/** With the server's own answer included, a wrong address ends the start well within 10 s. */
const connectTimeoutMs = 5_000;

/**
 * Opens the database of the configuration and brings its schema up to date.
 *
 * @throws StartRefused when it cannot be reached, refuses us, or is of another version.
 */
export async function openDatabase(config: Config, onProgress: (message: string) => void): Promise<OpenDatabase> {
  if (config.databaseUrl) {
    const dataSource = await connect(config.databaseUrl);
    try {
      const serverVersion = await supportedVersion(dataSource);
      await migrate(dataSource);
      return { dataSource, embeddedIn: null, serverVersion, close: () => dataSource.destroy() };
    } catch (error) {
      await dataSource.destroy();
      throw error;
    }
  }
  const server = await startEmbeddedPostgres({ directory: config.dataDirectory, onProgress });
  let dataSource: DataSource | undefined;
  const close = async () => {
    await dataSource?.destroy();
    await server.stop();
  };
  try {
    dataSource = await connect(server.url);
    const serverVersion = await supportedVersion(dataSource);
    await migrate(dataSource);
    return { dataSource, embeddedIn: config.dataDirectory, serverVersion, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Connects to a server, without asking what is in it. */
export async function connect(url: string): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: asEverybodyReads(url),
    migrations,
    migrationsTableName: 'migration',
    applicationName: 'headroom',
    connectTimeoutMS: connectTimeoutMs,
    poolSize: 10,
    logging: false,
    extra: {
      // A request may not hold a connection for ever; imports lift this for their transaction.
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 600_000,
      options: '-c TimeZone=UTC',
    },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      dataSource.initialize(),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error('no answer')), connectTimeoutMs + 1_000);
      }),
    ]);
    return dataSource;
  } catch (error) {
    throw new StartRefused(`cannot use the database at ${withoutSecrets(url)}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** `sslmode` in the meaning it has everywhere: pg by itself takes `require` for `verify-full`, and warns of that at length. */
function asEverybodyReads(url: string): string {
  return /[?&]sslmode=/.test(url) && !/[?&]uselibpqcompat=/.test(url) ? `${url}&uselibpqcompat=true` : url;
}

async function supportedVersion(dataSource: DataSource): Promise<string> {
  const { version, number } = await queryOne<{ version: string; number: string }>(
    dataSource,
    sql`SELECT current_setting('server_version') AS "version", current_setting('server_version_num') AS "number"`,
  );
  const major = Math.floor(Number(number) / 10_000);
  if (major < oldestMajor || major > newestMajor) {
    throw new StartRefused(`Headroom needs PostgreSQL ${oldestMajor} to ${newestMajor}, got ${version}`);
  }
  return version.split(' ')[0]!;
}

/** Applies what is missing. Two processes that start together take turns. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const lock = sql`hashtext('headroom migration')`;
  try {
    await runner.connect();
    // Another process's migration takes as long as it takes.
    await query(runner.manager, sql`SET statement_timeout = 0`);
    await query(runner.manager, sql`SELECT pg_advisory_lock(${lock})`);
    await dataSource.runMigrations({ transaction: 'each' });
    await migrateJobs(dataSource);
  } finally {
    await query(runner.manager, sql`SELECT pg_advisory_unlock(${lock})`).catch(() => undefined);
    await query(runner.manager, sql`RESET statement_timeout`).catch(() => undefined);
    await runner.release();
  }
}

/** Where a database is, for people: never the password. */
function withoutSecrets(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || 5432}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

function reasonOf(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: Error[] };
  if (/timeout|no answer/i.test(message ?? '')) return `no answer within ${connectTimeoutMs / 1000} s`;
  return (code && reasons[code]) || message || errors?.[0]?.message || String(error);
}

/** Why a connection fails, by the code of the system or of PostgreSQL. */
const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name is not known',
  '28P01': 'the server refused the user or the password',
  '28000': 'the server refused the user or the password',
  '3D000': 'the server has no such database',
};
