import sql from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { ensureMonths, query } from '../src/platform/index.js';

export interface MadeFleet {
  gpus: number;
  days: number;
  start: Date;
}

export const gpusOfNode = 8;
const dayMs = 86_400_000;

/** Nodes of eight GPUs with a share on each, its hours, and a charge for each node and day; straight into the tables, to be read and not to be delivered. */
export async function storeFleet(db: DataSource, { gpus, days, start }: MadeFleet): Promise<void> {
  const end = new Date(start.getTime() + days * dayMs);
  const nodes = Math.ceil(gpus / gpusOfNode);
  const months = new Set(Array.from({ length: days }, (_, day) => new Date(start.getTime() + day * dayMs).toISOString().slice(0, 7)));
  for (const table of ['usage_hour', 'charge'] as const) await ensureMonths(db, table, months);
  await db.transaction(async (transaction) => {
    const run = (statement: ReturnType<typeof sql>) => query(transaction, statement);
    await run(sql`SET LOCAL statement_timeout = 0`);
    await run(sql`INSERT INTO data_source (name, collector) VALUES ('bench', 'bench')`);
    await run(sql`INSERT INTO resource (provider_name, resource_id, service_name, service_category, gpu_model, gpu_share, gpu_sharing, first_seen_at, last_seen_at)
                  SELECT 'bench', 'node ' || node, 'GPUs', 'Compute', 'H100', 1, 'WHOLE', ${start}, ${end} FROM generate_series(1, ${nodes}::int) AS node`);
    await run(sql`INSERT INTO observed_limit (resource_id, metric, unit, effective_from, limit_value)
                  SELECT resource.id, 'GPU_ALLOCATED', 'GPUs', ${start}, ${gpusOfNode} FROM resource`);
    await run(sql`INSERT INTO resource (provider_name, resource_id, service_name, service_category, gpu_model, gpu_share, gpu_sharing, first_seen_at, last_seen_at, parent_id, tags)
                  SELECT 'bench', 'share ' || share, 'GPUs', 'Compute', 'H100', 1, 'WHOLE', ${start}, ${end}, node.id, jsonb_build_object('team', 'team ' || share % 20)
                    FROM generate_series(1, ${gpus}::int) AS share
                    JOIN resource AS node ON node.resource_id = 'node ' || 1 + (share - 1) / ${gpusOfNode}::int`);
    await run(sql`INSERT INTO usage_series (resource_id, metric, unit, data_source_id, step_seconds)
                  SELECT resource.id, 'GPU_ALLOCATED', 'GPUs', data_source.id, 300 FROM resource, data_source WHERE resource.parent_id IS NOT NULL`);
    await run(sql`INSERT INTO usage_hour (series_id, hour_start, mean, maximum, p95, sample_count, coverage)
                  SELECT series.id, hour.at, (series.id * 7 + extract(hour FROM hour.at)::int) % 5 / 4.0, 1, 1, 12, 1
                    FROM usage_series AS series, generate_series(${start}::timestamptz, ${end}::timestamptz - interval '1 hour', interval '1 hour') AS hour (at)`);
    await run(sql`INSERT INTO usage_day (series_id, day_start, mean, maximum, p95, sample_count, coverage)
                  SELECT hour.series_id, date_trunc('day', hour.hour_start, 'UTC'), avg(hour.mean), 1, 1, sum(hour.sample_count), 1 FROM usage_hour AS hour GROUP BY 1, 2`);
    await run(sql`INSERT INTO charge_load (id, data_source_id, billing_period_start, billing_period_end, revision, loaded_at, charge_count, charged_until, fingerprint)
                  SELECT 1, data_source.id, ${start}, ${end}, 1, ${end}, ${nodes * days}, ${end}, 'bench' FROM data_source`);
    await run(sql`INSERT INTO charge (billing_account_id, load_id, line_number, charge_period_start, charge_period_end, charge_category, billing_currency, billed_cost,
                                      effective_cost, provider_name, service_name, service_category, resource_id)
                  SELECT 'bench', 1, row_number() OVER (), day.at, day.at + interval '1 day', 'Usage', 'USD', 1320.960000017, 1320.960000017, 'bench', 'GPUs', 'Compute', 'node ' || node
                    FROM generate_series(1, ${nodes}::int) AS node, generate_series(${start}::timestamptz, ${end}::timestamptz - interval '1 day', interval '1 day') AS day (at)`);
    await run(sql`INSERT INTO charge_load_total (load_id, provider_name, billing_account_id, billing_currency, charge_count, billed_cost, effective_cost)
                  SELECT 1, 'bench', 'bench', 'USD', count(*), sum(charge.billed_cost), sum(charge.effective_cost) FROM charge`);
  });
  await query(db, sql`ANALYZE`);
}
