import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { administrator } from '../src/access/index.js';
import { Interrupted } from '../src/cli/interruption.js';
import { Progress } from '../src/cli/progress.js';
import { withRooms } from '../src/cli/session.js';
import { focus, Ingest } from '../src/collection/index.js';

/** What an import process says of itself. */
export interface ImportOutcome {
  /** From the call of the service until it had committed. */
  seconds: number;
  peakBytes: number;
}

/** Imports the file it is given, as `headroom import focus` does: a process of its own, so that the memory is its own. */
try {
  await withRooms(new Progress(), async (app, signal) => {
    const startedAt = performance.now();
    await app.get(Ingest).deliver(administrator, focus, { files: [process.argv[2]!] }, { dataSourceName: null, signal });
    const outcome: ImportOutcome = { seconds: (performance.now() - startedAt) / 1000, peakBytes: peakBytes() };
    process.stdout.write(JSON.stringify(outcome));
  });
} catch (error) {
  // Whoever interrupted it says so.
  if (!(error instanceof Interrupted)) throw error;
  process.exitCode = 1;
}

/** The most memory that this process has ever held. */
function peakBytes(): number {
  // getrusage starts with what the parent held at the fork; VmHWM is this program's alone.
  const kilobytes = process.platform === 'linux'
    ? Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))![1])
    : process.resourceUsage().maxRSS;
  return kilobytes * 1024;
}
