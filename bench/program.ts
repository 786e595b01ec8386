import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Runs a program to its end and gives what it printed. When the signal stops it, it still has ended,
 * and let go of the database, before this throws.
 *
 * @param errors what its standard error is: shown, or kept for the case that it fails
 */
export async function runProgram(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  errors: 'shown' | 'quiet' = 'shown',
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', errors === 'shown' ? 'inherit' : 'pipe'] });
  const stop = () => child.kill();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [output, said, [exitCode]] = await Promise.all([text(child.stdout!), child.stderr ? text(child.stderr) : '', once(child, 'exit')]);
    signal.throwIfAborted();
    if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}${said ? `:\n${said}` : ''}`);
    return output;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
