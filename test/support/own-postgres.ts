import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { connect, migrate } from '../../src/platform/database/connect.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { postgresBinaries } from '../../src/platform/embedded-postgres/postgres-binaries.js';
import { startPostgresProgram } from '../../src/platform/embedded-postgres/postgres-program.js';
import { serverAccount } from '../../src/platform/embedded-postgres/server-account.js';

/** A migrated PostgreSQL for one test alone, which may be restarted. */
export class OwnPostgres {
  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly directory: string,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const directory = await mkdtemp(join(tmpdir(), 'headroom-own-'));
    // Open to the account that the server runs as where we are root.
    await chmod(directory, 0o755);
    const server = await startEmbeddedPostgres({ directory, settings: { max_connections: '100' } });
    const db = await connect(server.url);
    await migrate(db);
    await db.destroy();
    return new OwnPostgres(server, directory);
  }

  get url(): string {
    return this.server.url;
  }

  /** Stops without waiting for anybody, and starts again at the same address; who is connected is cut off. */
  async restart(): Promise<void> {
    const binaries = await postgresBinaries();
    const account = await serverAccount(this.server.dataDirectory, binaries);
    const restarting = await startPostgresProgram(join(dirname(binaries.postgres), 'pg_ctl'), {
      args: ['restart', '-D', this.server.dataDirectory, '-m', 'fast', '-w', '-t', '60', '-l', join(this.server.dataDirectory, 'restarted.log')],
      account,
      stdio: 'ignore',
    });
    const [status] = (await once(restarting, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`pg_ctl restart ended with ${status}`);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
