import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** What tells a process from a later one that was given the same number. */
export interface RunningProcess {
  /** Compared only for equality: clock ticks since boot on Linux, a date elsewhere. */
  startedAt: string;
  commandLine: string;
}

/**
 * The process with this number, or undefined when there is none. A process that has ended but was not yet
 * collected by its parent counts as none: in a container without an init, an orphan stays so for ever.
 */
export function runningProcess(pid: number): Promise<RunningProcess | undefined> {
  return process.platform === 'linux' ? processFromProc(pid) : processFromPs(pid);
}

async function processFromProc(pid: number): Promise<RunningProcess | undefined> {
  try {
    const [stat, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The second field is the program's name in brackets and may itself hold blanks and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { startedAt: fields[18]!, commandLine: commandLine.replaceAll('\0', ' ') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** macOS has no /proc. Each column has its own `-o`, because BSD takes a comma as part of the heading. */
export function processFromPs(pid: number): Promise<RunningProcess | undefined> {
  const columns = ['-o', 'stat=', '-o', 'lstart=', '-o', 'command='];
  return new Promise((resolve, reject) => {
    execFile('ps', ['-ww', ...columns, '-p', `${pid}`], { env: { ...process.env, LC_ALL: 'C' } }, (error, output) => {
      // ps leaves with 1 when no process matches; a text as code means that ps itself could not be run.
      if (error && typeof error.code !== 'number') return reject(error);
      const [, state, startedAt, commandLine] = /^\s*(\S+)\s+(\S+ +\S+ +\S+ +\S+ +\S+)\s+(.*)$/m.exec(output) ?? [];
      if (state === undefined || state.startsWith('Z')) return resolve(undefined);
      resolve({ startedAt: startedAt!, commandLine: commandLine! });
    });
  });
}
