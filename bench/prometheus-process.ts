import 'reflect-metadata';
import { administrator } from '../src/access/index.js';
import { Interrupted } from '../src/cli/interruption.js';
import { Progress } from '../src/cli/progress.js';
import { withRooms } from '../src/cli/session.js';
import { DataSourcesService, SourceRunner } from '../src/collection/index.js';
import { settingsOf } from './gpu-history.js';
import { peakBytes, processorSeconds } from './process-usage.js';

/** What a collecting process is told. */
export interface CollectionAsked {
  url: string;
  step: string;
  /** ISO 8601. */
  start: string;
  end: string;
}

/** What it says of itself. */
export interface CollectionOutcome {
  /** From the start of the run until its last window was committed. */
  seconds: number;
  /** Of this process, without the two servers. */
  processorSeconds: number;
  peakBytes: number;
  usageSampleCount: number;
  callCount: number;
}

/** Reads a Prometheus as a worker does, in a process of its own, so that the memory is its own. */
try {
  await withRooms(new Progress(), async (app, signal) => {
    const { url, step, start, end } = JSON.parse(process.argv[2]!) as CollectionAsked;
    const sources = app.get(DataSourcesService);
    const { id } = await sources.create(administrator, { name: 'bench', collector: 'prometheus', settings: settingsOf(url, step), interval: 'PT1H' });
    const run = await sources.collect(administrator, id, { start: new Date(start), end: new Date(end) });
    const runId = run.id.replace('CollectionRun:', '');
    const startedAt = performance.now();
    const before = processorSeconds();
    await app.get(SourceRunner).run(runId, signal);
    const { failure, usageSampleCount, callCount } = await sources.outcome(administrator, runId);
    if (failure !== null) throw new Error(failure);
    const outcome: CollectionOutcome = { seconds: (performance.now() - startedAt) / 1_000, processorSeconds: processorSeconds() - before, peakBytes: peakBytes(), usageSampleCount, callCount };
    process.stdout.write(JSON.stringify(outcome));
  });
} catch (error) {
  // Whoever interrupted it says so.
  if (!(error instanceof Interrupted)) throw error;
  process.exitCode = 1;
}
