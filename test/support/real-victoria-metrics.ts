import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether there is a VictoriaMetrics here to test against. Asked for its version, some exit with 1. */
export const hasVictoriaMetrics = spawnSync('victoria-metrics', ['-version']).error === undefined;

/** A VictoriaMetrics of its own, on loopback, with a history and nothing to scrape. */
export class RealVictoriaMetrics {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly url: string,
  ) {}

  /** @param exposition the history, with times in milliseconds */
  static async start(exposition: string): Promise<RealVictoriaMetrics> {
    const directory = await mkdtemp(join(tmpdir(), 'headroom-victoria-metrics-'));
    // It does not say which port it was given.
    const address = `127.0.0.1:${await freePort()}`;
    // History that is older than its retention would be dropped.
    const child = spawn('victoria-metrics', [`-storageDataPath=${join(directory, 'data')}`, `-httpListenAddr=${address}`, '-retentionPeriod=100y'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject).once('exit', () => reject(new Error(`victoria-metrics ended:\n${said}`)));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('pprof handlers are exposed')) resolve();
      });
    });
    const server = new RealVictoriaMetrics(child, directory, `http://${address}`);
    await server.post('/api/v1/import/prometheus', exposition);
    await server.post('/internal/force_flush', '');
    return server;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.directory, { recursive: true });
  }

  private async post(path: string, body: string): Promise<void> {
    const { status } = await fetch(`${this.url}${path}`, { method: 'POST', body });
    if (status >= 300) throw new Error(`victoria-metrics answered ${path} with ${status}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
