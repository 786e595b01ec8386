import type { Client } from 'pg';
import { administrator } from '../src/access/index.js';
import { CapacityService } from '../src/capacity/index.js';
import { SystemClock } from '../src/platform/index.js';
import { connect } from '../src/platform/database/connect.js';
import { createApp } from '../src/serve.js';
import { openBenchDatabase } from './bench-database.js';
import type { BenchOptions, Finding, Measurement } from './measurement.js';

const count = new Intl.NumberFormat('en');
const horizon = 180;
const questionsPerRound = 200;

/** What a planner's page asks. */
const page = `query ($after: String, $metrics: [UsageMetric!]) {
  exhaustions(first: 50, after: $after, filter: { metrics: $metrics }) {
    nodes { metric p10At p50At p90At orderBy unitsNeeded coveredUntil costOfUnitsNeeded { amount } month: probability(withinDays: 30)
            resource { resourceName tags { key value } } capacity { limit { value unit } headroom } forecast { origin version } }
    pageInfo { endCursor hasNextPage } } }`;

/** What runs out is read from what is stored: as fast for thousands of pools and volumes as for one. */
export const exhaustionsMeasurement: Measurement = {
  name: 'exhaustions',
  description: 'pages of what runs out, of thousands of pools and volumes, over HTTP (--rows 5000)',

  async measure({ rows = 5_000, rounds, onProgress, signal }: BenchOptions): Promise<Finding> {
    const database = await openBenchDatabase(onProgress);
    try {
      onProgress(`forecasts and limits of ${count.format(rows)} pools and volumes`);
      await makeForecasts(database.client, rows);
      const db = await connect(database.url);
      const app = await createApp({ adminKey: null, country: null, secretKey: null, sampleMonths: 13, metricsLimit: 500, role: 'api' }, db, new SystemClock());
      try {
        await app.listen(0, '127.0.0.1');
        const url = `${await app.getUrl()}/graphql`;
        const derived: number[] = [];
        const answers: { p50: number; p95: number }[] = [];
        for (let round = 1; round <= rounds; round += 1) {
          const startedAt = performance.now();
          await app.get(CapacityService).findExhaustions(administrator);
          derived.push((performance.now() - startedAt) / 1000);
          answers.push(await askPages(url, signal));
          onProgress(`round ${round}: ${derived.at(-1)!.toFixed(1)} s to work out, ${answers.at(-1)!.p95.toFixed(0)} ms at the 95th percentile to read`);
        }
        return {
          subject: `${count.format(rows)} pools and volumes, ${questionsPerRound} pages of 50 a round, with their resource, capacity and forecast`,
          software: [`PostgreSQL ${database.serverVersion}`],
          figures: [
            { name: 'a page, median', unit: 'ms', rounds: answers.map(({ p50 }) => p50) },
            { name: 'a page, 95th percentile', unit: 'ms', rounds: answers.map(({ p95 }) => p95), limit: { atMost: 100 } },
            { name: 'working all of them out, not in a request', unit: 's', rounds: derived },
          ],
          notes: ['Every fourth page is the first, the others follow the one before; every third question is of storage alone.'],
        };
      } finally {
        await app.close();
        await db.destroy();
      }
    } finally {
      await database.close();
    }
  },
};

async function askPages(url: string, signal: AbortSignal): Promise<{ p50: number; p95: number }> {
  const times: number[] = [];
  let after: string | null = null;
  for (let question = 0; question < questionsPerRound; question += 1) {
    const isOfStorage = question % 3 === 0;
    // A cursor of the whole list goes on in a part of it too.
    const variables = { after: question % 4 === 0 ? null : after, metrics: isOfStorage ? ['STORAGE'] : null };
    const startedAt = performance.now();
    const response = await fetch(url, { method: 'POST', signal, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: page, variables }) });
    const { data, errors } = (await response.json()) as { data?: { exhaustions: { nodes: unknown[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } } }; errors?: { message: string }[] };
    times.push(performance.now() - startedAt);
    if (errors) throw new Error(errors[0]!.message);
    if (data!.exhaustions.nodes.length === 0) throw new Error('a page is empty: there is nothing to measure');
    after = data!.exhaustions.pageInfo.hasNextPage ? data!.exhaustions.pageInfo.endCursor : null;
  }
  times.sort((one, other) => one - other);
  return { p50: times[Math.floor(times.length * 0.5)]!, p95: times[Math.floor(times.length * 0.95)]! };
}

/** Pools and volumes that grow at different speeds, each with a limit that it passes sooner or later. */
async function makeForecasts(client: Client, rows: number): Promise<void> {
  await client.query(
    `INSERT INTO resource (provider_name, resource_id, resource_name, resource_type, service_name, service_category, tags, gpu_model, gpu_share, gpu_sharing, first_seen_at, last_seen_at)
     SELECT 'bench', 'r' || number, 'resource ' || number, CASE WHEN number % 2 = 0 THEN 'GPU Pool' ELSE 'Volume' END, 'bench', 'Compute',
            jsonb_build_object('team', 'team ' || number % 20), CASE WHEN number % 2 = 0 THEN 'H100' END, CASE WHEN number % 2 = 0 THEN 1 END, CASE WHEN number % 2 = 0 THEN 'WHOLE' END,
            now() - interval '1 year', now()
       FROM generate_series(1, $1::int) AS number`, [rows]);
  await client.query(
    `INSERT INTO forecast (subject, version, resource_id, metric, unit, statistic, granularity, training_start, origin, horizon, data_as_of, training_digest,
                           mean, standard_deviation, error_correlation, multiplicative, non_negative, intervals, models, created_at)
     SELECT 'usage ' || resource.id, 1, resource.id, metric.name, metric.unit, 'MAXIMUM', 'DAY', now() - interval '1 year', date_trunc('day', now(), 'UTC'), $1, now(), '',
            (SELECT array_agg(100 + day * growth.a_day ORDER BY day) FROM generate_series(1, $1::int) AS day),
            (SELECT array_agg(2 + sqrt(day::float8) ORDER BY day) FROM generate_series(1, $1::int) AS day), 0.9, false, true, '[]', '[]', now()
       FROM resource
       CROSS JOIN LATERAL (SELECT CASE WHEN resource.gpu_model IS NULL THEN 'STORAGE' ELSE 'GPU_REQUESTED' END AS name,
                                  CASE WHEN resource.gpu_model IS NULL THEN 'GiB' ELSE 'GPUs' END AS unit) AS metric
       CROSS JOIN LATERAL (SELECT substr(resource.resource_id, 2)::int % 17 * 0.05::float8 AS a_day) AS growth`, [horizon]);
  await client.query(
    `INSERT INTO observed_limit (resource_id, metric, unit, effective_from, limit_value)
     SELECT forecast.resource_id, forecast.metric, forecast.unit, now() - interval '1 year' + step.number * interval '30 days', 90 + step.number * 10
       FROM forecast CROSS JOIN generate_series(1, 4) AS step (number)`);
  await client.query('ANALYZE');
}
