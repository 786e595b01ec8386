import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether there is a Prometheus here to test against. */
export const hasPrometheus = ['prometheus', 'promtool'].every((program) => spawnSync(program, ['--version']).status === 0);

/** `describe`, or where there is no Prometheus a skipped one that says so. */
export function describeWithPrometheus(name: string, body: () => void): void {
  if (hasPrometheus) describe(name, body);
  else describe.skip(`${name} (not shown here: there is no prometheus and promtool)`, body);
}

/** What `promtool` says of files, or of what it is given to read; and whether it is content. */
export async function promtool(args: readonly string[], { cwd, input = '' }: { cwd?: string; input?: string } = {}): Promise<{ isContent: boolean; said: string }> {
  const child = spawn('promtool', args, { cwd });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return { isContent: status === 0, said };
}

/** A Prometheus of its own, on loopback. */
export class RealPrometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly url: string,
  ) {}

  /**
   * With a history, and nothing to scrape.
   *
   * @param openMetrics the history, whole or in pieces, as `promtool tsdb create-blocks-from openmetrics` reads it
   */
  static async start(openMetrics: string | Iterable<string>): Promise<RealPrometheus> {
    const directory = await folder({ 'history.om': openMetrics, 'prometheus.yml': 'scrape_configs: []\n' });
    // It reads the whole file once for each block: the fewer the better.
    await run('promtool', ['tsdb', 'create-blocks-from', '--max-block-duration=8760h', 'openmetrics', join(directory, 'history.om'), join(directory, 'data')]);
    return this.launch(directory);
  }

  /** Without a history, and with what it is configured to scrape. @param files what the configuration names, beside it */
  static async scraping(configuration: string, files: Record<string, string>): Promise<RealPrometheus> {
    return this.launch(await folder({ ...files, 'prometheus.yml': configuration }));
  }

  private static async launch(directory: string): Promise<RealPrometheus> {
    const [configuration, data] = [join(directory, 'prometheus.yml'), join(directory, 'data')];
    // History that is older than its retention would be deleted.
    const child = spawn('prometheus', [`--config.file=${configuration}`, `--storage.tsdb.path=${data}`, '--storage.tsdb.retention.time=20y', '--web.listen-address=127.0.0.1:0'], {
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

  /** What its API answers, such as of `query`. @throws Error with its own words */
  // Tests read any shape, and their expectations say which.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async ask(question: string, parameters: Record<string, string> = {}): Promise<any> {
    const response = await fetch(`${this.url}/api/v1/${question}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: unknown; error?: string };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.directory, { recursive: true });
  }
}

async function folder(files: Record<string, string | Iterable<string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'headroom-prometheus-'));
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(directory, name), content)));
  return directory;
}
