import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As Debian calls it, and as its makers do. */
const program = ['prometheus-alertmanager', 'alertmanager'].find((name) => spawnSync(name, ['--version']).status === 0);

/** `describe`, or where there is no Alertmanager a skipped one that says so. */
export function describeWithAlertmanager(name: string, body: () => void): void {
  if (program) describe(name, body);
  else describe.skip(`${name} (not shown here: there is no alertmanager)`, body);
}

/** An alert as its API shows it. */
export interface ShownAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
  status: { state: string };
}

/** An Alertmanager of its own, on loopback. */
export class RealAlertmanager {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly url: string,
  ) {}

  /**
   * @param receiverUrl where it posts what it tells of, at once
   * @param port any when left out
   */
  static async start(receiverUrl: string, port = 0): Promise<RealAlertmanager> {
    const directory = await mkdtemp(join(tmpdir(), 'headroom-alertmanager-'));
    const configuration = join(directory, 'alertmanager.yml');
    await writeFile(
      configuration,
      `route: { receiver: test, group_by: [subject, severity], group_wait: 100ms, group_interval: 1s }
receivers: [{ name: test, webhook_configs: [{ url: '${receiverUrl}', send_resolved: true }] }]\n`,
    );
    const child = spawn(program!, [`--config.file=${configuration}`, `--storage.path=${join(directory, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`alertmanager ended:\n${said}`)));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [, host] = /msg="?Listening on"? address=(127\.0\.0\.1:\d+)/.exec(said) ?? [];
        if (host) resolve(host);
      });
    });
    return new RealAlertmanager(child, directory, `http://${address}`);
  }

  /** What it holds, resolved or not. */
  async alerts(): Promise<ShownAlert[]> {
    const response = await fetch(`${this.url}/api/v2/alerts`);
    return (await response.json()) as ShownAlert[];
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.directory, { recursive: true });
  }
}
