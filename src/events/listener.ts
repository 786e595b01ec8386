import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { recordIncident } from '../platform/index.js';
import { channel } from './publish.js';

const firstWaitMs = 100;
const longestWaitMs = 5_000;
const connectTimeoutMs = 5_000;

/**
 * The one connection of this process that listens. It is none of the pool's, which would lend it
 * to somebody else. When it breaks it is opened again, after waits that grow; whoever is woken
 * has then to read what was said meanwhile, since PostgreSQL repeats nothing.
 */
export class Listener {
  private client: Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private isClosed = false;

  /** @param wake called when something may have happened */
  constructor(
    private readonly database: DataSource,
    private readonly wake: () => void,
  ) {
    void this.open();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async open(): Promise<void> {
    const { url } = this.database.options as { url: string };
    const client = new Client({
      connectionString: url, application_name: 'headroom events', connectionTimeoutMillis: connectTimeoutMs, keepAlive: true, keepAliveInitialDelayMillis: 10_000,
    });
    this.client = client;
    // Without a listener an error of an idle connection would end the process.
    client.on('error', () => undefined);
    client.once('end', () => this.again(client));
    client.on('notification', this.wake);
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.failures = 0;
      this.wake();
    } catch (error) {
      // The poll goes on meanwhile; one line per outage says that events come late.
      if (this.failures === 0 && !this.isClosed) recordIncident(error);
      await client.end().catch(() => undefined);
      this.again(client);
    }
  }

  private again(broken: Client): void {
    if (this.isClosed || this.client !== broken) return;
    this.client = null;
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** this.failures);
    this.failures += 1;
    // Processes that lost one server do not come back all at once.
    this.timer = setTimeout(() => void this.open(), wait * (0.5 + Math.random() / 2));
  }
}
