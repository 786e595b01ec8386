import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { checkpoint, openBenchDatabase, type BenchDatabase } from './bench-database.js';
import { copyIn, copyOut, hasPsql } from './copy-peer.js';
import { sampleCount, seriesCount, type GpuSamples } from './gpu-samples.js';
import type { IngestOutcome } from './ingest-process.js';
import { interleave, type BenchOptions, type Finding, type Measurement } from './measurement.js';
import { runProgram } from './program.js';

const count = new Intl.NumberFormat('en');
const megabyte = 1_000_000;
const gpus = 64;
const stepMs = 5 * 60_000;

/** Samples of a collector beside the least work they could be: the same rows into the same table by `psql \copy`. */
export const ingestMeasurement: Measurement = {
  name: 'ingest',
  description: 'samples of a new and of an overlapping window, rolled up, beside psql \\copy of the same (--rows 1000000)',

  async measure({ rows = 1_000_000, rounds, onProgress, signal }: BenchOptions): Promise<Finding> {
    const database = await openBenchDatabase(onProgress);
    try {
      const made: GpuSamples = { gpus, start: '2026-06-01T00:00:00Z', steps: Math.max(1, Math.ceil(rows / (gpus * 5))), stepMs, oneChangedOf: 0 };
      const samples = sampleCount(made);
      onProgress(`delivering ${count.format(samples)} samples once, for the rows that the peer copies`);
      await empty(database.client);
      await deliver(database, made, signal);
      const prepared = join(database.directory, 'usage_sample.copy');
      await copyOut(database.client, prepared, 'usage_sample');
      const isPsql = await hasPsql(signal);
      const peer = isPsql ? 'psql \\copy' : 'COPY FROM STDIN';

      const results = await interleave(rounds, {
        async fresh(round): Promise<IngestOutcome> {
          await empty(database.client);
          const outcome = await deliver(database, made, signal);
          await checkStored(database.client, samples);
          return told(onProgress, round, 'new window', outcome);
        },
        async overlapping(round): Promise<IngestOutcome> {
          await empty(database.client);
          await deliver(database, { ...made, steps: Math.ceil(made.steps / 2) }, signal);
          await checkpoint(database.client);
          const outcome = await deliver(database, { ...made, oneChangedOf: 100 }, signal);
          await checkStored(database.client, samples);
          return told(onProgress, round, 'overlapping window', outcome);
        },
        async peer(round): Promise<{ seconds: number }> {
          await empty(database.client);
          const seconds = await copyIn(database, prepared, isPsql, signal, 'usage_sample');
          await checkStored(database.client, samples);
          onProgress(`round ${round}: ${peer} ${seconds.toFixed(1)} s`);
          return { seconds };
        },
      });
      const [fresh, overlapping] = [results.fresh, results.overlapping] as IngestOutcome[][];
      const ratio = (outcomes: IngestOutcome[]) => outcomes.map(({ seconds }, round) => results.peer[round]!.seconds / seconds);
      const rate = (outcomes: { seconds: number }[]) => outcomes.map(({ seconds }) => samples / seconds);
      return {
        subject: `${count.format(samples)} samples, five minutes apart, of ${seriesCount(made)} series`,
        software: [`PostgreSQL ${database.serverVersion}`],
        figures: [
          { name: 'new window', unit: 'samples/s', rounds: rate(fresh!) },
          { name: 'overlapping window', unit: 'samples/s', rounds: rate(overlapping!) },
          { name: peer, unit: 'samples/s', rounds: rate(results.peer) },
          { name: `new window / ${peer}`, unit: '', limit: { atLeast: 0.8 }, rounds: ratio(fresh!) },
          { name: `overlapping window / ${peer}`, unit: '', limit: { atLeast: 0.45 }, rounds: ratio(overlapping!) },
          { name: 'processor time of the new window, without the database', unit: 's', rounds: fresh!.map((outcome) => outcome.processorSeconds) },
          { name: 'peak memory of the new window', unit: 'MB', limit: { atMost: 300 }, rounds: fresh!.map((outcome) => outcome.peakBytes / megabyte) },
        ],
        notes: ['Of the overlapping window, half is stored already, and one sample of a hundred has another value by now.', 'Ours includes the roll-ups by hour and by day, which the peer does not make.', ...(isPsql ? [] : ['There is no psql here: the peer is COPY FROM STDIN of the same file, sent from this process.'])],
      };
    } finally {
      await database.close();
    }
  },
};

function told(onProgress: (message: string) => void, round: number, what: string, outcome: IngestOutcome): IngestOutcome {
  onProgress(`round ${round}: ${what} ${outcome.seconds.toFixed(1)} s, ${outcome.processorSeconds.toFixed(1)} s of processor, ${Math.round(outcome.peakBytes / megabyte)} MB`);
  return outcome;
}

async function deliver({ url }: BenchDatabase, made: GpuSamples, signal: AbortSignal): Promise<IngestOutcome> {
  const program = fileURLToPath(new URL('./ingest-process.js', import.meta.url));
  return JSON.parse(await runProgram(process.execPath, [program, JSON.stringify(made)], { DATABASE_URL: url }, signal)) as IngestOutcome;
}

/** All sides start from the same: the partitions are there, without a row, and nothing is left to be written out. */
async function empty(client: Client): Promise<void> {
  await client.query('TRUNCATE usage_sample, usage_hour, usage_day, usage_series, resource, data_source CASCADE');
  await checkpoint(client);
}

/** A fast ingest of something else would be worth nothing. */
async function checkStored(client: Client, samples: number): Promise<void> {
  const { rows: [stored] } = await client.query('SELECT count(*)::int AS "count" FROM usage_sample');
  if ((stored as { count: number }).count !== samples) throw new Error(`stored needs to be ${samples} samples, got ${(stored as { count: number }).count}`);
}
