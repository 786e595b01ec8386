import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sql from 'sql-template-tag';
import { query, queryOne } from '../src/platform/index.js';
import { openBenchDatabase, requireDurableCommits, type BenchDatabase } from './bench-database.js';
import { copyIn, copyOut, hasPsql } from './copy-peer.js';
import { writeFocusFile, type FocusFile } from './focus-file.js';
import type { ImportOutcome } from './import-process.js';
import { interleave, type BenchOptions, type Finding, type Measurement } from './measurement.js';

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
      await requireDurableCommits(database.dataSource);
      onProgress(`writing a FOCUS file of ${count.format(rows)} charges`);
      const file = await writeFocusFile(join(database.directory, 'focus.csv'), rows, seed, signal);

      onProgress('importing it once, for the rows that the peer copies');
      await importOnce(database, file, signal);
      const prepared = join(database.directory, 'charge.copy');
      await copyOut(database.url, prepared);
      const isPsql = await hasPsql();
      const peer = isPsql ? 'psql \\copy' : 'COPY FROM STDIN';

      const results = await interleave(rounds, {
        async import(round): Promise<ImportOutcome> {
          const outcome = await importOnce(database, file, signal);
          onProgress(`round ${round}: import ${outcome.seconds.toFixed(1)} s, ${Math.round(outcome.peakBytes / megabyte)} MB`);
          return outcome;
        },
        async peer(round): Promise<{ seconds: number }> {
          await emptied(database);
          const seconds = await copyIn(database.url, prepared, isPsql, signal);
          onProgress(`round ${round}: ${peer} ${seconds.toFixed(1)} s`);
          await checkStored(database, file);
          return { seconds };
        },
      });
      const imports = results.import as ImportOutcome[];
      const peers = results.peer;
      return {
        subject: `a FOCUS 1.0 file of ${count.format(rows)} charges, ${count.format(Math.round(file.bytes / megabyte))} MB`,
        postgresVersion: database.serverVersion,
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

async function importOnce(database: BenchDatabase, file: FocusFile, signal: AbortSignal): Promise<ImportOutcome> {
  await emptied(database);
  const program = fileURLToPath(new URL('./import-process.js', import.meta.url));
  const child = spawn(process.execPath, [program, file.path], {
    env: { ...process.env, DATABASE_URL: database.url }, stdio: ['ignore', 'pipe', 'inherit'], signal,
  });
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (exitCode !== 0) throw new Error(`the import ended with ${exitCode}`);
  await checkStored(database, file);
  return JSON.parse(output) as ImportOutcome;
}

/** Both sides start from the same: the partition is there, without a row, and nothing is left to be written out. */
async function emptied({ dataSource, checkpoint }: BenchDatabase): Promise<void> {
  await query(dataSource, sql`TRUNCATE charge, charge_load, charge_load_total, resource, data_source CASCADE`);
  await checkpoint();
}

/** A fast import of something else would be worth nothing. */
async function checkStored({ dataSource }: BenchDatabase, { rowCount, billedCost, effectiveCost }: FocusFile): Promise<void> {
  const stored = await queryOne<{ count: string; billed: string; effective: string }>(
    dataSource,
    sql`SELECT count(*)::text AS "count", sum(charge.billed_cost)::text AS "billed", sum(charge.effective_cost)::text AS "effective"
          FROM charge`,
  );
  const expected = { count: `${rowCount}`, billed: billedCost, effective: effectiveCost };
  if (JSON.stringify(stored) !== JSON.stringify(expected)) {
    throw new Error(`stored needs to be ${JSON.stringify(expected)}, got ${JSON.stringify(stored)}`);
  }
}
