import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { peakBytes } from './process-usage.js';

/** What a program has used at its end, all its threads together. */
export interface Usage {
  peakBytes: number;
  cpuSeconds: number;
}

// Loaded into a program before its own code (node --import), it writes that where it is told to.
const file = process.env['HEADROOM_BENCH_USAGE'];
if (isMainThread && file) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const usage: Usage = { peakBytes: peakBytes(), cpuSeconds: (user + system) / 1e6 };
    writeFileSync(file, JSON.stringify(usage));
  });
}
