import 'reflect-metadata';
import { administrator } from '../src/access/index.js';
import { Progress } from '../src/cli/progress.js';
import { Interrupted } from '../src/cli/interruption.js';
import { withRooms } from '../src/cli/session.js';
import { Ingest, type Collector } from '../src/collection/index.js';
import { peakBytes, processorSeconds } from './process-usage.js';
import { describedGpus, samplesOfGpus, type GpuSamples } from './gpu-samples.js';

/** What an ingest process says of itself. */
export interface IngestOutcome {
  /** From the call of the service until it had committed. */
  seconds: number;
  /** Of this process, without the database. */
  processorSeconds: number;
  peakBytes: number;
}

/** Delivers made samples as a collector of a source would, in a process of its own, so that the memory is its own. */
try {
  await withRooms(new Progress(), async (app, signal) => {
    const made = JSON.parse(process.argv[2]!) as GpuSamples;
    const collector: Collector = {
      name: 'bench',
      description: 'Samples that are made up.',
      settingsSchema: { type: 'object', additionalProperties: false, properties: {}, examples: [{}] },
      async *collect() {
        yield { kind: 'resources', rows: describedGpus(made) };
        for (const rows of samplesOfGpus(made)) yield { kind: 'usage', rows };
      },
    };
    const startedAt = performance.now();
    const before = processorSeconds();
    await app.get(Ingest).deliver(administrator, collector, {}, { dataSourceName: 'bench', signal });
    const outcome: IngestOutcome = { seconds: (performance.now() - startedAt) / 1000, processorSeconds: processorSeconds() - before, peakBytes: peakBytes() };
    process.stdout.write(JSON.stringify(outcome));
  });
} catch (error) {
  // Whoever interrupted it says so.
  if (!(error instanceof Interrupted)) throw error;
  process.exitCode = 1;
}
