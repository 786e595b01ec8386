import sql from 'sql-template-tag';
import { storedScopeWithin, type Viewer } from '../access/index.js';
import { settledUntil } from '../costs/index.js';
import { distributionColumns, type StoredDistribution } from '../forecasting/index.js';
import { query, type Database, type Money } from '../platform/index.js';
import { chargedToBudgets } from './budget-charges.js';

/** The end of a day of a budget: what was planned and what was charged up to then. */
export interface BurnDay {
  start: string;
  end: string;
  planned: Money;
  /** Null for days of which no charges have been delivered. */
  actual: Money | null;
  isSettled: boolean;
}

/** A budget day by day, and what the days after the settled ones are drawn from. */
export interface BurnRow {
  id: string;
  periodStart: string;
  days: BurnDay[];
  forecast: (Omit<StoredDistribution, 'origin'> & { origin: string }) | null;
}

/**
 * Budgets day by day, in one pass over their charges. A charge of several days is accrued day by day, as the forecast has it; billed
 * costs stay on the day that the charge begins.
 *
 * Planned is the amount in the shape of the plan's steps, each spread evenly over its days, or in a straight line where there are none.
 */
export function budgetBurns(db: Database, viewer: Viewer, keys: string[], now: Date): Promise<BurnRow[]> {
  return query(
    db,
    sql`
    WITH budget AS MATERIALIZED (
      SELECT * FROM budget WHERE budget.id = ANY (${keys}::uuid[])${storedScopeWithin('budget.scope', viewer.scope)}
    ), latest AS MATERIALIZED (
      SELECT DISTINCT ON (budget.id) budget.id AS budget_id, ${distributionColumns}
        FROM budget
        JOIN forecast ON forecast.cost_scope = budget.scope AND forecast.cost_metric = budget.metric AND forecast.unit = budget.currency
       ORDER BY budget.id, forecast.version DESC
    ), in_force AS MATERIALIZED (
      SELECT load.id, load.charged_until, date_trunc('day', ${settledUntil}, 'UTC') AS settled_until FROM charge_load AS load WHERE load.superseded_at IS NULL
    ), known AS (
      SELECT least(max(in_force.charged_until), ${now}::timestamptz) AS until, max(in_force.settled_until) AS settled_until FROM in_force
    ), ${chargedToBudgets(viewer, sql`budget`, sql`in_force`)},
    accrued AS MATERIALIZED (
      SELECT budget.id AS budget_id, day.at, sum(charged.value / whole.days) AS value
        FROM charged
        JOIN budget ON budget.id = charged.budget_id AND budget.currency = charged.currency
        CROSS JOIN LATERAL (SELECT date_trunc('day', charged.start_at, 'UTC') AS first_day) AS began
        CROSS JOIN LATERAL (SELECT CASE WHEN budget.metric = 'BILLED_COST' THEN 1
                                        ELSE greatest(1, ceil(extract(epoch FROM charged.end_at - began.first_day) / 86400)) END AS days) AS whole
        CROSS JOIN LATERAL generate_series(began.first_day, began.first_day + (whole.days - 1)::int * interval '1 day', interval '1 day') AS day (at)
       GROUP BY budget.id, day.at
    ), step AS MATERIALIZED (
      SELECT budget.id AS budget_id, planned.start, coalesce(lead(planned.start) OVER (PARTITION BY budget.id ORDER BY planned.start), budget.period_end) AS "end", planned.amount
        FROM budget CROSS JOIN LATERAL jsonb_to_recordset(budget.plan) AS planned (start timestamptz, amount numeric)
       WHERE planned.start >= budget.period_start AND planned.start < budget.period_end
    ), shape AS MATERIALIZED (
      SELECT step.* FROM step WHERE (SELECT sum(other.amount) FROM step AS other WHERE other.budget_id = step.budget_id) > 0
       UNION ALL
      SELECT budget.id, budget.period_start, budget.period_end, 1
        FROM budget WHERE coalesce((SELECT sum(other.amount) FROM step AS other WHERE other.budget_id = budget.id), 0) = 0
    ), day AS (
      SELECT budget.id AS budget_id, budget.currency, greatest(day.at, budget.period_start) AS start, least(day.at + interval '1 day', budget.period_end) AS "end",
             budget.amount * (SELECT sum(shape.amount * greatest(0, extract(epoch FROM least(shape."end", day.at + interval '1 day') - shape.start)) / extract(epoch FROM shape."end" - shape.start))
                                FROM shape WHERE shape.budget_id = budget.id)
                           / (SELECT sum(shape.amount) FROM shape WHERE shape.budget_id = budget.id) AS planned,
             sum(coalesce(accrued.value, 0)) OVER (PARTITION BY budget.id ORDER BY day.at) AS actual,
             day.at < known.until AS is_known, day.at + interval '1 day' <= coalesce(latest.origin, known.settled_until) AS is_settled
        FROM budget
        CROSS JOIN known
        CROSS JOIN LATERAL generate_series(date_trunc('day', budget.period_start, 'UTC'), budget.period_end - interval '1 microsecond', interval '1 day') AS day (at)
        LEFT JOIN latest ON latest.budget_id = budget.id
        LEFT JOIN accrued ON accrued.budget_id = budget.id AND accrued.at = day.at
    )
    SELECT 'Budget:' || budget.id AS "id", budget.period_start AS "periodStart",
           (SELECT jsonb_agg(jsonb_build_object(
                     'start', day.start, 'end', day."end",
                     'planned', jsonb_build_object('amount', trim_scale(round(day.planned, 6))::text, 'currency', day.currency),
                     'actual', CASE WHEN day.is_known THEN jsonb_build_object('amount', trim_scale(round(day.actual, 6))::text, 'currency', day.currency) END,
                     'isSettled', coalesce(day.is_settled, false)) ORDER BY day.start)
              FROM day WHERE day.budget_id = budget.id) AS "days",
           (SELECT to_jsonb(latest) FROM latest WHERE latest.budget_id = budget.id) AS "forecast"
      FROM budget`,
  );
}
