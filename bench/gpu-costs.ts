import sql from 'sql-template-tag';
import { administrator } from '../src/access/index.js';
import { gpuCostReport, IdleRule } from '../src/gpu-costs/index.js';
import { connect } from '../src/platform/database/connect.js';
import { Granularity, query } from '../src/platform/index.js';
import { openBenchDatabase } from './bench-database.js';
import { storeFleet, type MadeFleet } from './gpu-fleet-data.js';
import { interleave, type BenchOptions, type Finding, type Measurement } from './measurement.js';

const count = new Intl.NumberFormat('en');
const days = 90;

/** What GPUs cost a team, beside the least that it could take: reading the same hours, and adding them up by series and day. */
export const gpuCostsMeasurement: Measurement = {
  name: 'gpu-costs',
  description: 'costs of GPUs by team over 90 days, hour by hour, beside adding the same hours up (--rows 1000, the number of GPUs)',

  async measure({ rows: gpus = 1_000, rounds, onProgress }: BenchOptions): Promise<Finding> {
    const database = await openBenchDatabase(onProgress);
    const db = await connect(database.url);
    try {
      const fleet: MadeFleet = { gpus, days, start: new Date('2026-06-01T00:00:00Z') };
      const end = new Date(fleet.start.getTime() + days * 86_400_000);
      onProgress(`making ${count.format(gpus * days * 24)} hours of ${count.format(gpus)} shares`);
      await storeFleet(db, fleet);
      const args = { period: { start: fleet.start, end }, groupBy: [{ tag: 'team' }], idle: IdleRule.SHOWN, granularity: Granularity.MONTH };
      const seconds = async (what: string, round: number, work: () => Promise<unknown>): Promise<number> => {
        const startedAt = performance.now();
        await work();
        const taken = (performance.now() - startedAt) / 1000;
        onProgress(`round ${round}: ${what} ${taken.toFixed(2)} s`);
        return taken;
      };
      const results = await interleave(rounds, {
        report: (round) => seconds('the report', round, async () => checkTotal((await gpuCostReport(db, administrator, args, end)).bill?.amount, gpus)),
        peer: (round) => seconds('the hours added up', round, () => query(db, sql`
          SELECT hour.series_id, date_bin('1 day', hour.hour_start, timestamptz '2000-01-01T00:00:00Z') AS day, sum(hour.mean * hour.coverage), max(hour.coverage)
            FROM usage_hour AS hour GROUP BY 1, 2`)),
      });
      return {
        subject: `${count.format(gpus)} GPUs in nodes of eight, a share on each, over ${days} days: ${count.format(gpus * days * 24)} hours`,
        software: [`PostgreSQL ${database.serverVersion}`],
        figures: [
          { name: 'costs by team, part and month', unit: 's', limit: { atMost: 20 }, rounds: results.report },
          { name: 'the same hours read and added up by day', unit: 's', rounds: results.peer },
        ],
        notes: ['The peer gives its rows to the same process, and knows nothing of nodes, sizes or money.'],
      };
    } finally {
      await db.destroy();
      await database.close();
    }
  },
};

/** A fast answer that is not the bill would be worth nothing: 1320.960000017 for each node and day. */
function checkTotal(amount: string | undefined, gpus: number): void {
  const nodeDays = Math.ceil(gpus / 8) * days;
  const expected = (BigInt(nodeDays) * 1_320_960_000_017n + 5_000_000n) / 10_000_000n;
  if (amount?.replace('.', '') !== expected.toString()) throw new Error(`the bill needs to be ${expected} cents, got ${amount}`);
}
