import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';

/** SQLSTATE cannot_connect_now: the server is starting, recovering or shutting down. */
const CANNOT_CONNECT_NOW = '57P03';

/** Why there is no connection: no server speaks, it asks for patience, or it speaks and does not let us in. */
export interface NotConnected {
  reason: 'silent' | 'busy' | 'refused';
  cause: Error;
}

/**
 * The one connection by which a process shows that it needs the server. Its pool would not do: a pool closes
 * what is idle, and the server would look deserted. The operating system closes it when the process is killed.
 */
export class Presence {
  private isLost = false;

  private constructor(
    private readonly client: Client,
    private readonly socket: Socket,
  ) {
    client.once('end', () => {
      this.isLost = true;
    });
  }

  static async connect(port: number, password: string): Promise<Presence | NotConnected> {
    const socket = new Socket();
    const client = new Client({
      host: '127.0.0.1', port, user: 'headroom', password,
      // Not the database `headroom`: nobody could drop or clone it while we look on.
      database: 'postgres',
      application_name: 'headroom presence',
      stream: () => socket,
      ssl: false,
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
    });
    // A server that goes away ends the connection; the queries that fail with it say so, this one need not.
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      const cause = error as Error;
      if (!(cause instanceof DatabaseError)) return { reason: 'silent', cause };
      return { reason: cause.code === CANNOT_CONNECT_NOW ? 'busy' : 'refused', cause };
    }
    // A program that has nothing else to do may end; its connection ends with it.
    socket.unref();
    return new Presence(client, socket);
  }

  get isConnected(): boolean {
    return !this.isLost;
  }

  /**
   * Is any other client connected, in whichever database and role? Backends take a moment to leave after
   * their client has, so a yes is asked again for a fifth of a second.
   */
  async hasCompany(): Promise<boolean> {
    this.socket.ref();
    for (let attempt = 0; ; attempt += 1) {
      const { rows } = await this.client.query<{ others: number }>(`
        SELECT count(*)::int AS others
          FROM pg_catalog.pg_stat_activity
         WHERE pg_stat_activity.backend_type = 'client backend'
           AND pg_stat_activity.pid <> pg_catalog.pg_backend_pid()`);
      if (rows[0]!.others === 0) return false;
      if (attempt === 10) return true;
      await delay(20);
    }
  }

  async end(): Promise<void> {
    this.socket.ref();
    await this.client.end();
  }
}
