import 'reflect-metadata';
import { administrator } from '../src/access/index.js';
import { Interrupted } from '../src/cli/interruption.js';
import { Progress } from '../src/cli/progress.js';
import { withRooms } from '../src/cli/session.js';
import { focus, Ingest } from '../src/collection/index.js';
import { peakBytes } from './process-usage.js';

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
