import { once } from 'node:events';
import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import sql from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { connect } from '../../src/platform/database/connect.js';
import { query, SystemClock } from '../../src/platform/index.js';
import { createApp } from '../../src/serve.js';
import { createTestDatabase } from '../support/index.js';

/** A way to the database that can be cut, or go silent, as networks and servers do. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  constructor(private readonly target: URL) {}

  async open(port = 0): Promise<number> {
    this.server = createServer((near) => {
      const far = connectSocket(Number(this.target.port), this.target.hostname);
      for (const socket of [near, far]) this.sockets.add(socket.on('error', () => undefined));
      near.pipe(far).pipe(near);
      // A pipe passes on an orderly end only, not a reset.
      far.on('close', () => near.destroy());
      near.on('close', () => far.destroy());
    });
    await once(this.server.listen(port, '127.0.0.1'), 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** Nothing passes and nothing is refused: what is sent is lost. */
  freeze(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    this.server!.close();
    await once(this.server!, 'close');
  }
}

describe('a database that goes away', () => {
  let url: URL;
  let wire: Wire;
  let port: number;
  let db: DataSource;
  let beside: DataSource;
  let app: NestFastifyApplication;
  let address: string;

  beforeAll(async () => {
    url = new URL(await createTestDatabase());
    wire = new Wire(url);
    port = await wire.open();
    beside = await connect(url.href);
    db = await connect(Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href);
    app = await createApp({ adminKey: null, country: null, secretKey: null, sampleMonths: 13, metricsLimit: 500 }, db, new SystemClock());
    await app.listen(0, '127.0.0.1');
    address = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    await db.destroy();
    await beside.destroy();
    await wire.cut();
  });

  const probe = async (name: string) => (await fetch(`${address}/health/${name}`)).status;
  const ask = async () => {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ resources { nodes { id } } viewer { name } }' }),
    });
    return (await response.json()) as { data: { resources: { nodes: [] } | null }; errors?: { message: string; extensions: { code: string } }[] };
  };
  const answers = { data: { resources: { nodes: [] }, viewer: { name: 'Administrator' } } };

  it('ends its connections: each fails one question at most, and new ones take their place', async () => {
    // As many as the pool takes, so that none of the old ones is left untried.
    await Promise.all(Array.from({ length: 12 }, ask));
    for (let time = 0; time < 3; time++) {
      const [{ ended }] = (await query<{ ended: number }>(
        beside,
        sql`SELECT count(pg_terminate_backend(pid))::int AS ended FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      )) as [{ ended: number }];
      expect(ended).toBeGreaterThan(0);
      // One that was ended is noticed at once, or by the question that meets it.
      let failed = 0;
      while ((await ask()).errors && failed < ended) failed += 1;
      expect(await ask()).toEqual(answers);
      expect([await probe('live'), await probe('ready')]).toEqual([200, 200]);
    }
  });

  it('cannot be reached: the process lives, says that it is not ready, and answers again when it can', async () => {
    await wire.cut();
    expect([await probe('live'), await probe('ready')]).toEqual([200, 503]);
    const { data, errors } = await ask();
    expect(data).toEqual({ resources: null, viewer: { name: 'Administrator' } });
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|password/);
    await wire.open(port);
    expect(await ask()).toEqual(answers);
    expect(await probe('ready')).toBe(200);
  });

  it('says nothing any more: the process says within seconds that it is not ready', async () => {
    await ask();
    wire.freeze();
    const startedAt = performance.now();
    expect(await probe('ready')).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(await probe('live')).toBe(200);
    await wire.cut();
    await wire.open(port);
    await ask();
    expect(await ask()).toEqual(answers);
  });
});
