import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { checkpoint, openBenchDatabase, type BenchDatabase } from './bench-database.js';
import { copyIn, copyOut, hasPsql } from './copy-peer.js';
import { writeFocusFile, type FocusFile } from './focus-file.js';
import type { ImportOutcome } from './import-process.js';
import { interleave, type BenchOptions, type Finding, type Measurement } from './measurement.js';
import { runProgram } from './program.js';

const count = new Intl.NumberFormat('en');
const megabyte = 1_000_000;
const seed = 20_260_901;

/** A FOCUS import beside the least work it could be: the same rows into the same table by `psql \copy`. */
export const importMeasurement: Measurement = {
  name: 'import',
  description: 'import of a FOCUS file beside psql \\copy of the same charges, and its memory (--rows 1000000)',

  async measure({ rows = 1_000_000, rounds, onProgress, signal }: BenchOptions): Promise<Finding> {
    const database = await openBenchDatabase(onProgress);
    try {
      onProgress(`writing a FOCUS file of ${count.format(rows)} charges`);
      const file = await writeFocusFile(join(database.directory, 'focus.csv'), rows, seed, signal);

      onProgress('importing it once, for the rows that the peer copies');
      await importOnce(database, file, signal);
      const prepared = join(database.directory, 'charge.copy');
      await copyOut(database.client, prepared, 'charge');
      const isPsql = await hasPsql(signal);
      const peer = isPsql ? 'psql \\copy' : 'COPY FROM STDIN';

      const results = await interleave(rounds, {
        async import(round): Promise<ImportOutcome> {
          const outcome = await importOnce(database, file, signal);
          onProgress(`round ${round}: import ${outcome.seconds.toFixed(1)} s, ${Math.round(outcome.peakBytes / megabyte)} MB`);
          return outcome;
        },
        async peer(round): Promise<{ seconds: number }> {
          await empty(database.client);
          const seconds = await copyIn(database, prepared, isPsql, signal, 'charge');
          onProgress(`round ${round}: ${peer} ${seconds.toFixed(1)} s`);
          await checkStored(database.client, file);
          return { seconds };
        },
      });
      const imports = results.import as ImportOutcome[];
      const peers = results.peer;
      return {
        subject: `a FOCUS 1.0 file of ${count.format(rows)} charges, ${count.format(Math.round(file.bytes / megabyte))} MB`,
        software: [`PostgreSQL ${database.serverVersion}`],
        figures: [
          { name: 'import', unit: 'charges/s', rounds: imports.map(({ seconds }) => rows / seconds) },
          { name: peer, unit: 'charges/s', rounds: peers.map(({ seconds }) => rows / seconds) },
          {
            name: `import / ${peer}`, unit: '', limit: { atLeast: 0.4 },
            rounds: imports.map(({ seconds }, round) => peers[round]!.seconds / seconds),
          },
          {
            name: 'peak memory of the import', unit: 'MB', limit: { atMost: 400 },
            rounds: imports.map(({ peakBytes }) => peakBytes / megabyte),
          },
        ],
        notes: isPsql ? [] : ['There is no psql here: the peer is COPY FROM STDIN of the same file, sent from this process.'],
      };
    } finally {
      await database.close();
    }
  },
};

async function importOnce({ client, url }: BenchDatabase, file: FocusFile, signal: AbortSignal): Promise<ImportOutcome> {
  await empty(client);
  const program = fileURLToPath(new URL('./import-process.js', import.meta.url));
  const output = await runProgram(process.execPath, [program, file.path], { DATABASE_URL: url }, signal);
  await checkStored(client, file);
  return JSON.parse(output) as ImportOutcome;
}

/** Both sides start from the same: the partition is there, without a row, and nothing is left to be written out. */
async function empty(client: Client): Promise<void> {
  await client.query('TRUNCATE charge, charge_load, charge_load_total, resource, data_source CASCADE');
  await checkpoint(client);
}

/** A fast import of something else would be worth nothing. */
async function checkStored(client: Client, { rowCount, billedCost, effectiveCost }: FocusFile): Promise<void> {
  const { rows: [stored] } = await client.query(
    `SELECT count(*)::text AS "count", sum(charge.billed_cost)::text AS "billed", sum(charge.effective_cost)::text AS "effective"
       FROM charge`,
  );
  const expected = { count: `${rowCount}`, billed: billedCost, effective: effectiveCost };
  if (JSON.stringify(stored) !== JSON.stringify(expected)) {
    throw new Error(`stored needs to be ${JSON.stringify(expected)}, got ${JSON.stringify(stored)}`);
  }
}
