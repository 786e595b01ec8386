import sql, { empty, type Sql } from 'sql-template-tag';
import { storedScopeWithin, withinScopes, withinStoredScope, type Scope, type Viewer } from '../access/index.js';
import { costByMetric, type CostMetric } from '../costs/index.js';
import { distributionColumns, type StoredDistribution } from '../forecasting/index.js';
import { cursorInstant, cursorKey, pageLimit, query, type Database, type Money, type PageArgs, type PeriodInput } from '../platform/index.js';
import type { BudgetFilter } from './budget.graphql.js';

/** A budget with all that its outlook is worked out from, in one row. */
export interface BudgetRow {
  id: string;
  name: string;
  scope: Scope;
  period: { start: string; end: string };
  amount: Money;
  metric: CostMetric;
  actual: Money;
  unconverted: Money[];
  /** Whether the actual is above the amount, exactly. */
  isOver: boolean;
  /** Charged for the days up to the forecast's origin, in the budget's currency; those days are settled. */
  settledActual: number;
  forecast: (Omit<StoredDistribution, 'origin'> & { origin: string }) | null;
  cursorKey: string[];
}

/**
 * Budgets with what was charged against them and the latest forecast of their scope.
 *
 * The costs of all of them come from one pass over the charges: each budget's scope is a condition
 * on the charge, read from its own row.
 */
function budgetsWhere(viewer: Viewer, condition: Sql, order: Sql = empty): Sql {
  return sql`
    WITH budget AS (
      SELECT * FROM budget WHERE true${storedScopeWithin('budget.scope', viewer.scope)}${condition}
    ), outlook AS (
      SELECT DISTINCT ON (budget.id) budget.id AS budget_id, ${distributionColumns}
        FROM budget
        JOIN forecast ON forecast.cost_scope = budget.scope AND forecast.cost_metric = budget.metric
                     AND forecast.unit = budget.currency
       ORDER BY budget.id, forecast.version DESC
    ), cost AS (
      SELECT budget.id AS budget_id, charge.billing_currency AS currency,
             sum(amount.value) AS total,
             sum(amount.value * part.settled) FILTER (WHERE charge.charge_period_start < outlook.origin) AS settled
        FROM budget
        LEFT JOIN outlook ON outlook.budget_id = budget.id
        JOIN charge ON charge.charge_period_start >= budget.period_start AND charge.charge_period_start < budget.period_end
        JOIN charge_load AS load ON load.id = charge.load_id AND load.superseded_at IS NULL
        CROSS JOIN LATERAL (SELECT ${costByMetric('budget.metric')} AS value) AS amount
        -- The forecast has accrued costs spread over the days of a charge; what lies before its origin is settled.
        CROSS JOIN LATERAL (SELECT date_trunc('day', charge.charge_period_start, 'UTC') AS first_day) AS began
        CROSS JOIN LATERAL (SELECT CASE WHEN budget.metric = 'BILLED_COST' OR charge.charge_period_end <= began.first_day + interval '1 day'
                                        THEN 1
                                        ELSE least(1, extract(epoch FROM outlook.origin - began.first_day) / 86400
                                                      / ceil(extract(epoch FROM charge.charge_period_end - began.first_day) / 86400))
                                        END AS settled) AS part
       WHERE true${withinScopes('charge', viewer.scope)}${withinStoredScope('charge', 'budget.scope')}
       GROUP BY budget.id, charge.billing_currency
    )
    SELECT 'Budget:' || budget.id AS "id", budget.name, budget.scope, budget.metric,
           jsonb_build_object('start', budget.period_start, 'end', budget.period_end) AS "period",
           jsonb_build_object('amount', budget.amount::text, 'currency', budget.currency) AS "amount",
           jsonb_build_object('amount', coalesce(own.total, 0)::text, 'currency', budget.currency) AS "actual",
           coalesce(own.total, 0) > budget.amount AS "isOver",
           coalesce(own.settled, 0)::float8 AS "settledActual",
           coalesce((SELECT jsonb_agg(jsonb_build_object('amount', other.total::text, 'currency', other.currency) ORDER BY other.currency)
                       FROM cost AS other
                      WHERE other.budget_id = budget.id AND other.currency <> budget.currency), '[]') AS "unconverted",
           (SELECT to_jsonb(outlook) FROM outlook WHERE outlook.budget_id = budget.id) AS "forecast",
           jsonb_build_array(${cursorInstant(sql`budget.period_start`)}, budget.name, budget.id::text) AS "cursorKey"
      FROM budget
      LEFT JOIN cost AS own ON own.budget_id = budget.id AND own.currency = budget.currency
     ${order}`;
}

export function budgetsById(db: Database, viewer: Viewer, keys: string[]): Promise<BudgetRow[]> {
  return query(db, budgetsWhere(viewer, sql` AND budget.id = ANY(${keys}::uuid[])`));
}

/** One page, by period and name. */
export function budgetPage(
  db: Database,
  viewer: Viewer,
  filter: BudgetFilter | null | undefined,
  page: PageArgs,
): Promise<BudgetRow[]> {
  const after = cursorKey(page, ['instant', 'text', 'uuid']);
  const conditions = [
    filter?.activeOn
      ? sql` AND budget.period_start < ${filter.activeOn}::date + interval '1 day' AND budget.period_end > ${filter.activeOn}::date`
      : empty,
    filter?.nameContains ? sql` AND strpos(lower(budget.name), lower(${filter.nameContains})) > 0` : empty,
    after ? sql` AND (budget.period_start, budget.name, budget.id) > (${after[0]}::timestamptz, ${after[1]}, ${after[2]}::uuid)` : empty,
  ] as const;
  const order = sql`ORDER BY budget.period_start, budget.name, budget.id`;
  // The page is cut before anything is added up.
  const ids = sql` AND budget.id IN (SELECT budget.id FROM budget WHERE true${storedScopeWithin('budget.scope', viewer.scope)}${
    conditions[0]}${conditions[1]}${conditions[2]} ${order} LIMIT ${pageLimit(page)})`;
  return query(db, budgetsWhere(viewer, ids, order));
}

/** What a budget is, as it is written. */
export interface BudgetDefinition {
  name: string;
  scope: Scope;
  metric: CostMetric;
  period: PeriodInput;
  amount: Money;
}

/** What clashes with a budget: another of its name and beginning, or one over the same scope at the same time. */
export function clashingBudgets(
  db: Database,
  { name, scope, metric, period, amount }: BudgetDefinition,
  exceptKey: string | null,
): Promise<{ name: string; isSameName: boolean }[]> {
  const isSameName = sql`(budget.name = ${name} AND budget.period_start = ${period.start})`;
  return query(
    db,
    sql`SELECT budget.name, ${isSameName} AS "isSameName"
          FROM budget
         WHERE budget.id IS DISTINCT FROM ${exceptKey}::uuid
           AND (${isSameName}
                OR (budget.scope = ${JSON.stringify(scope)}::jsonb AND budget.metric = ${metric} AND budget.currency = ${amount.currency}
                    AND budget.period_start < ${period.end} AND budget.period_end > ${period.start}))
         ORDER BY budget.name
         LIMIT 1`,
  );
}

export async function insertBudget(db: Database, budget: BudgetDefinition): Promise<string> {
  const [row] = await query<{ id: string }>(
    db,
    sql`INSERT INTO budget (name, scope, metric, period_start, period_end, amount, currency)
        VALUES (${budget.name}, ${JSON.stringify(budget.scope)}::jsonb, ${budget.metric}, ${budget.period.start},
                ${budget.period.end}, ${budget.amount.amount}, ${budget.amount.currency})
        RETURNING id`,
  );
  return row!.id;
}

export async function updateBudget(db: Database, key: string, budget: BudgetDefinition): Promise<void> {
  await query(
    db,
    sql`UPDATE budget
           SET name = ${budget.name}, scope = ${JSON.stringify(budget.scope)}::jsonb, period_start = ${budget.period.start},
               period_end = ${budget.period.end}, amount = ${budget.amount.amount}, currency = ${budget.amount.currency}
         WHERE budget.id = ${key}`,
  );
}

export async function deleteBudget(db: Database, key: string): Promise<void> {
  await query(db, sql`DELETE FROM budget WHERE budget.id = ${key}`);
}
