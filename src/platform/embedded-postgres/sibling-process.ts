import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PROGRAM = `
  const { startEmbeddedPostgres } = await import(process.argv[1]);
  const server = await startEmbeddedPostgres({
    directory: process.argv[2],
    settings: { fsync: 'off' },
    onProgress: (message) => console.log('progress ' + message),
  });
  console.log('started ' + JSON.stringify(server));
  if (process.argv[3] === 'until asked') {
    process.stdin.once('data', () => server.stop().then(() => process.exit()));
  }
`;

/**
 * Another process that starts the server, for the specs of what only separate processes show. It either runs
 * until it is asked to stop, or has nothing more to do once the server has started.
 */
export function siblingProcess(directory: string, life: 'until asked' | 'start only' = 'until asked') {
  const module = new URL('./embedded-postgres.js', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', module, directory, life], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;

  /** The rest of the first line that begins with the word. */
  async function said(word: string): Promise<string> {
    for (;;) {
      const line = lines.find((candidate) => candidate.startsWith(word));
      if (line !== undefined) return line.slice(word.length + 1);
      const [event] = await Promise.race([once(reader, 'line').then(() => ['line']), ended.then(() => ['end'])]);
      if (event === 'end' && !lines.some((candidate) => candidate.startsWith(word))) {
        throw new Error(`sibling process needs to say "${word}", got: ${lines.join('; ') || 'nothing'}`);
      }
    }
  }

  return {
    ended,
    said,
    started: async () => JSON.parse(await said('started')) as { url: string; adopted: boolean },
    async stop(): Promise<void> {
      child.stdin.write('stop\n');
      await ended;
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
