import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { administrator } from '../../src/access/index.js';
import { focus, Ingest, usageCsv, type DeliveryReport } from '../../src/collection/index.js';
import { connect } from '../../src/platform/database/connect.js';
import { Jobs } from '../../src/platform/index.js';
import { createApp } from '../../src/serve.js';
import { createTestDatabase } from './test-database.js';
import { TestClock } from './test-clock.js';

export interface GraphQLAnswer {
  // Tests read any shape, and their expectations say which.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
  errors?: { message: string; extensions?: { code?: string; field?: string[] | null; id?: string } }[];
}

/** What the secrets of a test are encrypted with. */
export const testSecretKey = 'a key for tests, of 32 characters and more';

/** The whole application over a database of its own. Nothing in it is replaced but the clock. */
export class TestApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly db: DataSource,
    readonly databaseUrl: string,
    readonly clock: TestClock,
    /** Where it is served, for example `http://127.0.0.1:43210`. */
    readonly url: string,
    private readonly directory: string,
  ) {}

  /** @param now where the clock stands */
  static async start({ now = '2026-11-22T09:00:00Z', adminKey = null as string | null, country = null as string | null, secretKey = testSecretKey as string | null, metricsLimit = 500, privateDestinations = ['127.0.0.0/8'] } = {}): Promise<TestApp> {
    const databaseUrl = await createTestDatabase();
    const db = await connect(databaseUrl);
    const clock = new TestClock(new Date(now));
    const app = await createApp({ adminKey, country, secretKey, sampleMonths: 13, metricsLimit, privateDestinations }, db, clock);
    await app.listen(0, '127.0.0.1');
    return new TestApp(app, db, databaseUrl, clock, await app.getUrl(), await mkdtemp(join(tmpdir(), 'headroom-files-')));
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.db.destroy();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Asks the API over HTTP, as a client on this machine does. */
  async ask(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<GraphQLAnswer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  /** The data of an answer that has no errors. */
  async data(query: string, variables: Record<string, unknown> = {}): Promise<GraphQLAnswer['data']> {
    const answer = await this.ask(query, variables);
    if (answer.errors) throw new Error(answer.errors.map(({ message }) => message).join('; '));
    return answer.data;
  }

  /** Writes a file into this test's folder. */
  async file(name: string, content: string | Buffer): Promise<string> {
    const path = join(this.directory, name);
    await writeFile(path, content);
    return path;
  }

  /** Takes jobs as a worker does, until the application stops. */
  work(): Promise<void> {
    return this.app.get(Jobs).work();
  }

  importFocus(files: string[], options: { source?: string; currency?: string } = {}): Promise<DeliveryReport> {
    const { source = null, currency } = options;
    return this.app.get(Ingest).deliver(administrator, focus, { files, currency }, { dataSourceName: source });
  }

  importUsage(file: string, { provider = 'own', source = 'usage-csv' } = {}): Promise<DeliveryReport> {
    return this.app.get(Ingest).deliver(administrator, usageCsv, { file, providerName: provider }, { dataSourceName: source });
  }
}
