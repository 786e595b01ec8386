import sql, { type Sql } from 'sql-template-tag';
import { storedScopeWithin, type Scope, type Viewer } from '../access/index.js';
import { settledUntil, type CostMetric } from '../costs/index.js';
import { distributionColumns, type StoredDistribution } from '../forecasting/index.js';
import { query, type Database } from '../platform/index.js';
import { chargedToBudgets, chargesNow } from './budget-charges.js';
import { budgetParts, descriptionColumns, moneyOf, type BudgetActual, type BudgetDescription } from './budget.queries.js';

/** A budget with all that its outlook is worked out from, in one row. */
export interface BudgetGround extends BudgetDescription, BudgetActual {
  revision: number;
  /** The loads that are counted, and the newest of them. */
  countedLoads: string[];
  /** What each of them has charged; one that has nothing of the budget is left out. */
  loadCosts: { load: number; currency: string; amount: string }[];
  outlookAsOf: string | null;
  forecast: (Omit<StoredDistribution, 'origin'> & { origin: string }) | null;
}

/**
 * Budgets with what was charged against them and the latest forecast of their scope.
 *
 * The costs of all of them come from one pass over the charges. Settled is what lies before the forecast's origin, or, without one, on days that the charge's own
 * source has settled.
 */
export function budgetGrounds(db: Database, viewer: Viewer, condition: Sql): Promise<BudgetGround[]> {
  return query(
    db,
    sql`
    WITH ${budgetParts}, budget AS MATERIALIZED (
      SELECT * FROM budget WHERE true${storedScopeWithin('budget.scope', viewer.scope)}${condition}
    ), charges AS MATERIALIZED (${chargesNow}
    ), latest AS (
      SELECT DISTINCT ON (budget.id) budget.id AS budget_id, ${distributionColumns}
        FROM budget
        JOIN forecast ON forecast.cost_scope = budget.scope AND forecast.cost_metric = budget.metric
                     AND forecast.unit = budget.currency
       ORDER BY budget.id, forecast.version DESC
    ), in_force AS MATERIALIZED (
      SELECT load.id, date_trunc('day', ${settledUntil}, 'UTC') AS settled_until FROM charge_load AS load WHERE load.superseded_at IS NULL
    ), ${chargedToBudgets(viewer, sql`budget`, sql`in_force`)},
    load_cost AS MATERIALIZED (
      SELECT budget.id AS budget_id, charged.load_id, charged.currency, sum(charged.value) AS total,
             sum(charged.value * part.days / part.of_days) FILTER (WHERE charged.start_at < began.settled_until) AS settled
        FROM charged
        JOIN budget ON budget.id = charged.budget_id
        JOIN in_force ON in_force.id = charged.load_id
        LEFT JOIN latest ON latest.budget_id = budget.id
        CROSS JOIN LATERAL (SELECT date_trunc('day', charged.start_at, 'UTC') AS first_day, coalesce(latest.origin, in_force.settled_until) AS settled_until) AS began
        -- The forecast has accrued costs spread over the days of a charge; what lies before its origin is settled.
        CROSS JOIN LATERAL (SELECT CASE WHEN budget.metric = 'BILLED_COST' THEN 1
                                        ELSE greatest(1, ceil(extract(epoch FROM charged.end_at - began.first_day) / 86400)) END AS of_days) AS whole
        CROSS JOIN LATERAL (SELECT whole.of_days, least(whole.of_days, extract(epoch FROM began.settled_until - began.first_day) / 86400) AS days) AS part
       GROUP BY budget.id, charged.load_id, charged.currency
    ), cost AS MATERIALIZED (
      SELECT load_cost.budget_id, load_cost.currency, sum(load_cost.total) AS total, sum(load_cost.settled) AS settled
        FROM load_cost GROUP BY load_cost.budget_id, load_cost.currency
    )
    SELECT ${descriptionColumns}, budget.revision, charges.loads::text[] AS "countedLoads", charges.as_of AS "outlookAsOf",
           ${moneyOf(sql`own.total`)} AS "actual", own.total > budget.amount AS "isOver",
           ${moneyOf(sql`own.settled`)} AS "settledActual", ${moneyOf(sql`trim_scale(own.total - own.settled)`)} AS "unsettledActual",
           coalesce((SELECT jsonb_agg(jsonb_build_object('amount', other.total::text, 'currency', other.currency) ORDER BY other.currency)
                       FROM cost AS other
                      WHERE other.budget_id = budget.id AND other.currency <> budget.currency), '[]') AS "unconverted",
           coalesce((SELECT jsonb_agg(jsonb_build_object('load', load_cost.load_id, 'currency', load_cost.currency, 'amount', load_cost.total::text))
                       FROM load_cost WHERE load_cost.budget_id = budget.id AND load_cost.total IS NOT NULL), '[]') AS "loadCosts",
           (SELECT to_jsonb(latest) FROM latest WHERE latest.budget_id = budget.id) AS "forecast"
      FROM budget
      CROSS JOIN charges
      LEFT JOIN cost ON cost.budget_id = budget.id AND cost.currency = budget.currency
      -- A sum that was divided by days has more digits than money has.
      CROSS JOIN LATERAL (SELECT coalesce(cost.total, 0) AS total, trim_scale(round(coalesce(cost.settled, 0), 12)) AS settled) AS own
     ORDER BY budget.period_start, budget.name, budget.id`,
  );
}

/** A budget that needs a forecast, as far as that has to know. */
export interface BudgetToForecast {
  key: string;
  scope: Scope;
  metric: CostMetric;
  currency: string;
  periodEnd: Date;
}

/** Budgets that have no forecast, or whose charges may not be settled yet: a closed period is settled within days. */
export function budgetsToForecast(db: Database, viewer: Viewer, settledBefore: Date, key: string | null): Promise<BudgetToForecast[]> {
  return query(
    db,
    sql`SELECT budget.id AS "key", budget.scope, budget.metric, budget.currency, budget.period_end AS "periodEnd"
          FROM budget
         WHERE (${key}::uuid IS NULL OR budget.id = ${key}::uuid)
           AND (budget.period_end > ${settledBefore}
                OR NOT EXISTS (SELECT FROM forecast WHERE forecast.cost_scope = budget.scope AND forecast.cost_metric = budget.metric
                                                      AND forecast.unit = budget.currency))
               ${storedScopeWithin('budget.scope', viewer.scope)}
         ORDER BY budget.period_start, budget.name, budget.id`,
  );
}

/** Budgets whose charges have changed since they were derived; where an instant is given, those too whose period has not ended by then. */
export async function keysToDerive(db: Database, viewer: Viewer, openAt: Date | null): Promise<string[]> {
  const rows = await query<{ key: string }>(
    db,
    sql`WITH charges AS MATERIALIZED (${chargesNow})
        SELECT budget.id AS "key"
          FROM budget
          CROSS JOIN charges
          LEFT JOIN budget_outlook AS outlook ON outlook.budget_id = budget.id AND outlook.revision = budget.revision
         WHERE (budget.period_end > ${openAt} OR outlook.counted_loads IS DISTINCT FROM charges.loads)
               ${storedScopeWithin('budget.scope', viewer.scope)}
         ORDER BY budget.period_end DESC, budget.id`,
  );
  return rows.map(({ key }) => key);
}
