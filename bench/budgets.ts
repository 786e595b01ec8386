import type { Client } from 'pg';
import { administrator } from '../src/access/index.js';
import { BudgetDerivation } from '../src/budgets/index.js';
import { ensureMonths, SystemClock } from '../src/platform/index.js';
import { connect } from '../src/platform/database/connect.js';
import { createApp } from '../src/serve.js';
import { openBenchDatabase } from './bench-database.js';
import type { BenchOptions, Finding, Measurement } from './measurement.js';

const count = new Intl.NumberFormat('en');
const budgetCount = 200;
const monthCount = 6;
const sourceCount = 3;
const questionsPerRound = 200;
const horizon = 120;

/** What a page of budgets asks. */
const page = `{ budgets(first: ${budgetCount}) { nodes { id name period { start end } amount { amount currency } metric scope { tags { key values } }
  actual { amount currency } settledActual { amount } unsettledActual { amount } unconverted { amount } forecastTotal { mean lower upper level } overrunProbability status outlookAsOf } } }`;

/** Budgets are read from what was derived of them: as fast over a year of charges as over a day. */
export const budgetsMeasurement: Measurement = {
  name: 'budgets',
  description: 'a page of 200 budgets with statuses, actuals and forecast totals, over HTTP (--rows 400000 charges)',

  async measure({ rows = 400_000, rounds, onProgress, signal }: BenchOptions): Promise<Finding> {
    const database = await openBenchDatabase(onProgress);
    try {
      onProgress(`${count.format(rows)} charges of ${monthCount} months, and ${budgetCount} budgets`);
      const db = await connect(database.url);
      const app = await createApp({ adminKey: null, country: null, secretKey: null, sampleMonths: 13, metricsLimit: 500, role: 'api' }, db, new SystemClock());
      try {
        const months = lastMonths();
        await ensureMonths(db, 'charge', new Set(months));
        await makeCharges(database.client, rows, months);
        const keys = await makeBudgets(database.client);
        await app.listen(0, '127.0.0.1');
        const url = `${await app.getUrl()}/graphql`;
        const derived: number[] = [];
        const answers: { p50: number; p95: number; processor: number }[] = [];
        const between: number[] = [];
        for (let round = 1; round <= rounds; round += 1) {
          const deliveredAt = performance.now();
          await deliver(database.client, months.at(-1)!, round);
          between.push((await ask(url, 1, signal)).p50);
          const startedAt = performance.now();
          await app.get(BudgetDerivation).derive(administrator, keys);
          derived.push((performance.now() - startedAt) / 1000);
          answers.push(await ask(url, questionsPerRound, signal));
          onProgress(`round ${round}: ${((performance.now() - deliveredAt) / 1000).toFixed(1)} s, of them ${derived.at(-1)!.toFixed(1)} s to derive; ${answers.at(-1)!.p95.toFixed(0)} ms at the 95th percentile to read`);
        }
        return {
          subject: `${budgetCount} budgets of teams, over the month and over ${monthCount} months, of ${count.format(rows)} charges of ${sourceCount} sources; ${questionsPerRound} questions a round`,
          software: [`PostgreSQL ${database.serverVersion}`],
          figures: [
            { name: 'all 200, median', unit: 'ms', rounds: answers.map(({ p50 }) => p50) },
            { name: 'all 200, 95th percentile', unit: 'ms', rounds: answers.map(({ p95 }) => p95), limit: { atMost: 50 } },
            { name: 'processor time of one, who asks and who answers', unit: 'ms', rounds: answers.map(({ processor }) => processor) },
            { name: 'all 200, once, after a delivery that is not derived yet', unit: 'ms', rounds: between },
            { name: 'deriving all of them, not in a request', unit: 's', rounds: derived },
          ],
          notes: ['Each round begins with a delivery. Until its budgets are derived, every budget adds its charges up as it is read.', 'Forecasts are given, so that deriving is adding up and drawing paths.', 'Where the processor time is far below the median, others had the processors.'],
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

async function ask(url: string, questions: number, signal: AbortSignal): Promise<{ p50: number; p95: number; processor: number }> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let question = 0; question < questions; question += 1) {
    const startedAt = performance.now();
    const response = await fetch(url, { method: 'POST', signal, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: page }) });
    const { data, errors } = (await response.json()) as { data?: { budgets: { nodes: { actual: { amount: string }; forecastTotal: unknown }[] } }; errors?: { message: string }[] };
    times.push(performance.now() - startedAt);
    if (errors) throw new Error(errors[0]!.message);
    const { nodes } = data!.budgets;
    if (nodes.length !== budgetCount || nodes.some(({ actual }) => Number(actual.amount) === 0)) throw new Error(`${nodes.length} budgets, of ${budgetCount}, or one without charges: there is nothing to measure`);
    if (questions > 1 && nodes.some(({ forecastTotal }) => forecastTotal === null)) throw new Error('a budget has no forecast total');
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((one, other) => one - other);
  return { processor: (user + system) / 1000 / questions, p50: times[Math.floor(times.length * 0.5)]!, p95: times[Math.floor(times.length * 0.95)]! };
}

/** The months up to this one, as `2026-11`. */
function lastMonths(): string[] {
  const now = new Date();
  return Array.from({ length: monthCount }, (_, index) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthCount + 1 + index, 1)).toISOString().slice(0, 7));
}

/** Charges of each day of each month, of resources of a hundred teams, each with tags of its own, and one load of each month of each source. */
async function makeCharges(client: Client, rows: number, months: readonly string[]): Promise<void> {
  for (let source = 1; source <= sourceCount; source += 1) {
    await client.query(`INSERT INTO data_source (name, collector) VALUES ($1, 'focus')`, [`bench ${source}`]);
    for (const month of months) await load(client, `bench ${source}`, month, Math.ceil(rows / sourceCount / months.length), 1);
  }
  await client.query('ANALYZE');
}

/** The last month of one source once more, with a thousandth part of new charges. */
async function deliver(client: Client, month: string, round: number): Promise<void> {
  await client.query(`UPDATE charge_load SET superseded_at = now() WHERE superseded_at IS NULL AND billing_period_start = $1
                       AND data_source_id = (SELECT id FROM data_source WHERE name = 'bench 1')`, [`${month}-01`]);
  const { rows: [last] } = await client.query<{ chargeCount: string }>(`SELECT charge_count AS "chargeCount" FROM charge_load ORDER BY id DESC LIMIT 1`);
  await load(client, 'bench 1', month, Number(last!.chargeCount) + 100, round + 1);
}

async function load(client: Client, source: string, month: string, rows: number, revision: number): Promise<void> {
  await client.query(
    `WITH made AS (
       INSERT INTO charge_load (data_source_id, billing_period_start, billing_period_end, revision, loaded_at, charge_count, charged_until, fingerprint)
       SELECT source.id, month.start, month.start + interval '1 month', $4::int, now(), $3::int, month.start + interval '1 month', $4::text
         FROM data_source AS source CROSS JOIN (SELECT ($2 || '-01T00:00:00Z')::timestamptz AS start) AS month WHERE source.name = $1
       RETURNING id, billing_period_start AS start)
     INSERT INTO charge (billing_account_id, load_id, line_number, charge_period_start, charge_period_end, charge_category, billing_currency,
                         billed_cost, effective_cost, provider_name, service_name, service_category, sub_account_id, tags)
     SELECT 'bench', made.id, number, day.start, day.start + interval '1 day', 'Usage', 'USD', 1.25, 1.25, 'AWS', 'service ' || resource % 7, 'Compute',
            'account ' || resource % 13, jsonb_build_object('team', 'team ' || resource % 100, 'stage', 'stage ' || resource % 3, 'name', 'resource ' || resource)
       FROM made CROSS JOIN generate_series(1, $3::int) AS number
       CROSS JOIN LATERAL (SELECT number / 28 AS resource, made.start + number % 28 * interval '1 day' AS start) AS day`, [source, month, rows, revision]);
}

/** Two budgets of each team: over this month and over all of them, half on billed and half on effective cost, each with a forecast. */
async function makeBudgets(client: Client): Promise<string[]> {
  await client.query(
    `INSERT INTO budget (name, scope, metric, period_start, period_end, amount, currency)
     SELECT 'team ' || number || ' ' || part.name,
            jsonb_build_object('tags', jsonb_build_array(jsonb_build_object('key', 'team', 'values', jsonb_build_array('team ' || number))),
                               'serviceNames', '[]'::jsonb, 'providerNames', '[]'::jsonb, 'subAccountIds', '[]'::jsonb, 'serviceCategories', '[]'::jsonb),
            CASE WHEN number % 2 = 0 THEN 'BILLED_COST' ELSE 'EFFECTIVE_COST' END,
            part.start, date_trunc('month', now(), 'UTC') + interval '1 month', 1000 + number, 'USD'
       FROM generate_series(0, $1::int - 1) AS number
       CROSS JOIN (VALUES ('month', date_trunc('month', now(), 'UTC')), ('whole', date_trunc('month', now(), 'UTC') - $2::int * interval '1 month')) AS part (name, start)`,
    [budgetCount / 2, monthCount - 1]);
  await client.query(
    `INSERT INTO forecast (subject, version, cost_scope, cost_metric, unit, statistic, granularity, training_start, origin, horizon, data_as_of, training_digest,
                           mean, standard_deviation, error_correlation, multiplicative, non_negative, intervals, models, created_at)
     SELECT DISTINCT ON (budget.scope, budget.metric) 'cost ' || budget.id, 1, budget.scope, budget.metric, 'USD', 'SUM', 'DAY', now() - interval '1 year',
            date_trunc('day', now() - interval '3 days', 'UTC'), $1::int, now(), '',
            (SELECT array_agg(40 ORDER BY day) FROM generate_series(1, $1::int) AS day),
            (SELECT array_agg(2 + sqrt(day::float8) ORDER BY day) FROM generate_series(1, $1::int) AS day), 0.9, false, true, '[]', '[]', now()
       FROM budget`, [horizon]);
  await client.query('ANALYZE');
  const { rows } = await client.query<{ id: string }>('SELECT id FROM budget ORDER BY id');
  return rows.map(({ id }) => id);
}
