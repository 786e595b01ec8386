import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headroom, projectRoot, type Exit } from '../support/index.js';

const compileCache = join(projectRoot, 'dist', '.compile-cache');

/** A `headroom start` in a process of its own. */
export class ServerProcess {
  private stdout = '';
  private stderr = '';
  private readonly started: ReturnType<typeof headroom>;

  /** @param env settings; neither a database nor a port is set without one here */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const { DATABASE_URL: databaseUrl = '', ...rest } = env;
    // Compiled code is kept between these processes: most of what a start takes here is reading it.
    const settings = { PORT: '0', NODE_COMPILE_CACHE: compileCache, ...rest };
    this.started = headroom(['start', ...args], { databaseUrl, env: settings });
    this.started.child.stdout!.on('data', (text: string) => (this.stdout += text));
    this.started.child.stderr!.on('data', (text: string) => (this.stderr += text));
  }

  get pid(): number {
    return this.started.child.pid!;
  }

  get exit(): Promise<Exit> {
    return this.started.exit;
  }

  /** All it has printed so far. */
  get output(): { stdout: string; stderr: string } {
    return { stdout: this.stdout, stderr: this.stderr };
  }

  /** Waits until it has printed this. */
  async says(what: RegExp): Promise<RegExpExecArray> {
    const ended = this.exit.then(({ code, stdout, stderr }) => {
      throw new Error(`it ended with ${code} and never said ${what}:\n${stdout}${stderr}`);
    });
    ended.catch(() => undefined);
    for (;;) {
      const found = what.exec(this.stdout) ?? what.exec(this.stderr);
      if (found) return found;
      const { stdout, stderr } = this.started.child;
      await Promise.race([new Promise((resolve) => stdout!.once('data', resolve)), new Promise((resolve) => stderr!.once('data', resolve)), ended]);
    }
  }

  /** Where it serves, once it does. */
  async url(): Promise<string> {
    const [, url] = await this.says(/^Serving (http:\S+)\/graphql/m);
    // The last line says who is served.
    await this.says(/(administrator|bearer token)\.\n/);
    return url!;
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.started.child.kill(signal);
    return this.exit;
  }
}

/** Asks a server, and gives the status and the body. */
export async function ask(url: string, query: string, headers: Record<string, string> = {}): Promise<{ status: number; body: { data?: unknown } }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as { data?: unknown } };
}

/** A folder for the data of one start, and what is known of the PostgreSQL in it. */
export class DataDirectory {
  private constructor(readonly path: string) {}

  static async make(): Promise<DataDirectory> {
    return new DataDirectory(await mkdtemp(join(tmpdir(), 'headroom-start-')));
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  get hasServer(): boolean {
    return existsSync(join(this.path, 'postgres', 'postmaster.pid'));
  }

  /** The process id of its PostgreSQL; null when none runs. */
  async serverPid(): Promise<number | null> {
    if (!this.hasServer) return null;
    const pid = Number((await readFile(join(this.path, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    return isAlive(pid) ? pid : null;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
