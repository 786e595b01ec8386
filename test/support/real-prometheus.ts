import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether there is a Prometheus here to test against. */
export const hasPrometheus = ['prometheus', 'promtool'].every((program) => spawnSync(program, ['--version']).status === 0);

/** A Prometheus of its own, on loopback, with a history and nothing to scrape. */
export class RealPrometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly url: string,
  ) {}

  /** @param openMetrics the history, whole or in pieces, as `promtool tsdb create-blocks-from openmetrics` reads it */
  static async start(openMetrics: string | Iterable<string>): Promise<RealPrometheus> {
    const directory = await mkdtemp(join(tmpdir(), 'headroom-prometheus-'));
    const file = (name: string) => join(directory, name);
    await writeFile(file('history.om'), openMetrics);
    await writeFile(file('prometheus.yml'), 'scrape_configs: []\n');
    // It reads the whole file once for each block: the fewer the better.
    await run('promtool', ['tsdb', 'create-blocks-from', '--max-block-duration=8760h', 'openmetrics', file('history.om'), file('data')]);
    // History that is older than its retention would be deleted.
    const child = spawn('prometheus', [`--config.file=${file('prometheus.yml')}`, `--storage.tsdb.path=${file('data')}`, '--storage.tsdb.retention.time=20y', '--web.listen-address=127.0.0.1:0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`prometheus ended:\n${said}`)));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [, host] = /msg="Listening on" address=(127\.0\.0\.1:\d+)/.exec(said) ?? [];
        if (host && said.includes('Server is ready to receive web requests')) resolve(host);
      });
    });
    return new RealPrometheus(child, directory, `http://${address}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.directory, { recursive: true });
  }
}
