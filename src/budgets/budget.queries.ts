import sql, { empty, type Sql } from 'sql-template-tag';
import { storedScopeWithin, type Scope, type Viewer } from '../access/index.js';
import type { CostMetric } from '../costs/index.js';
import { cursorInstant, cursorKey, keyOf, pageLimit, query, type Database, type Money, type PageArgs } from '../platform/index.js';
import type { BudgetFilter, ForecastTotal } from './budget.graphql.js';
import type { Rollover } from './budget-definition.js';
import type { BudgetRecurrence } from './fiscal-period.js';
import { chargedToBudgets, chargesNow } from './budget-charges.js';

/** What a budget is, as it was set. */
export interface BudgetDescription {
  id: string;
  name: string;
  scope: Scope;
  period: { start: string; end: string };
  /** With what was carried into the period. */
  amount: Money;
  plannedAmount: Money;
  carriedOver: Money;
  metric: CostMetric;
  recurrence: BudgetRecurrence;
  fiscalYearStartMonth: number;
  plan: { start: string; amount: string }[];
  rollover: Rollover;
  parentId: string | null;
  previousId: string | null;
  /** What its parts may cost; null when it has none. */
  allocated: Money | null;
  isOverAllocated: boolean;
}

/** What was charged against a budget. */
export interface BudgetActual {
  actual: Money;
  settledActual: Money;
  unsettledActual: Money;
  unconverted: Money[];
  /** Whether the actual is above the amount, exactly. */
  isOver: boolean;
}

/** A budget as it is shown, but for its status. */
export interface BudgetRow extends BudgetDescription, BudgetActual {
  outlookAsOf: string | null;
  forecastTotal: ForecastTotal | null;
  overrunProbability: number | null;
  forecast: { id: string; origin: string } | null;
  cursorKey: string[];
}

/** The columns of `BudgetDescription`, of a row named `budget`. */
export const descriptionColumns = sql`
  'Budget:' || budget.id AS "id", budget.name, budget.scope, budget.metric,
  jsonb_build_object('start', budget.period_start, 'end', budget.period_end) AS "period",
  jsonb_build_object('amount', budget.amount::text, 'currency', budget.currency) AS "amount",
  jsonb_build_object('amount', coalesce(budget.planned_amount, budget.amount)::text, 'currency', budget.currency) AS "plannedAmount",
  jsonb_build_object('amount', trim_scale(budget.carried)::text, 'currency', budget.currency) AS "carriedOver",
  budget.recurrence, budget.fiscal_year_start AS "fiscalYearStartMonth", budget.plan,
  jsonb_build_object('unused', budget.carries_unused, 'overspent', budget.carries_overspent, 'cap', budget.carry_cap::text) AS "rollover",
  'Budget:' || budget.parent_id AS "parentId", 'Budget:' || budget.previous_id AS "previousId",
  (SELECT jsonb_build_object('amount', sum(coalesce(part.planned_amount, part.amount))::text, 'currency', budget.currency)
     FROM budget_part AS part WHERE part.parent_id = budget.id HAVING count(*) > 0) AS "allocated",
  coalesce((SELECT sum(coalesce(part.planned_amount, part.amount)) > coalesce(budget.planned_amount, budget.amount)
              FROM budget_part AS part WHERE part.parent_id = budget.id), false) AS "isOverAllocated"`;

/** The parts of budgets, as a CTE: where a statement calls some budgets `budget`, the table is hidden. */
export const budgetParts = sql`budget_part AS (SELECT part.parent_id, part.planned_amount, part.amount FROM budget AS part WHERE part.parent_id IS NOT NULL)`;

/** An amount in the currency of a row named `budget`. */
export function moneyOf(amount: Sql): Sql {
  return sql`jsonb_build_object('amount', (${amount})::text, 'currency', budget.currency)`;
}

/** `recounted`, a CTE and those it stands on: what was charged against budgets whose outlook does not count just the loads in force. */
function recounted(viewer: Viewer): Sql {
  return sql`, stale AS MATERIALIZED (
      SELECT budget.id, budget.scope, budget.metric, budget.period_start, budget.period_end, budget.currency,
             coalesce(outlook.counted_loads, '{}') AS counted_loads, coalesce(outlook.load_costs, '[]') AS load_costs
        FROM budget
        CROSS JOIN charges
        LEFT JOIN budget_outlook AS outlook ON outlook.budget_id = budget.id AND outlook.revision = budget.revision
       WHERE outlook.counted_loads IS DISTINCT FROM charges.loads
    ), counted AS MATERIALIZED (
      SELECT DISTINCT stale.counted_loads AS loads FROM stale
    ), uncounted AS MATERIALIZED (
      SELECT DISTINCT load.id FROM counted CROSS JOIN charges CROSS JOIN LATERAL unnest(charges.loads) AS load (id) WHERE NOT load.id = ANY (counted.loads)
    ), ${chargedToBudgets(viewer, sql`stale`, sql`uncounted`)},
    cost AS (
      SELECT now.budget_id, now.currency, sum(now.value) AS total
        FROM (SELECT charged.budget_id, charged.currency, charged.value
                FROM charged JOIN stale ON stale.id = charged.budget_id AND NOT charged.load_id = ANY (stale.counted_loads)
               UNION ALL
              SELECT stale.id, kept.currency, kept.amount
                FROM stale
                CROSS JOIN charges
                CROSS JOIN LATERAL jsonb_to_recordset(stale.load_costs) AS kept (load bigint, currency text, amount numeric)
               WHERE kept.load = ANY (charges.loads)) AS now
       GROUP BY now.budget_id, now.currency
    ), recounted AS MATERIALIZED (
      SELECT stale.id AS budget_id, coalesce(sum(cost.total) FILTER (WHERE cost.currency = stale.currency), 0) AS actual,
             coalesce(jsonb_agg(jsonb_build_object('amount', cost.total::text, 'currency', cost.currency) ORDER BY cost.currency)
                        FILTER (WHERE cost.currency <> stale.currency), '[]') AS unconverted
        FROM stale LEFT JOIN cost ON cost.budget_id = stale.id
       GROUP BY stale.id
    )`;
}

/**
 * Budgets as they were derived last, with what was charged against them up to now.
 *
 * A load never changes. So while those are in force that an outlook counts, the actual is the one it keeps, and the charges need
 * not be planned for: that alone takes longer than the rest. Where others have come, those are added up, and what is no
 * longer in force is left out.
 */
async function readBudgets(db: Database, viewer: Viewer, condition: Sql, order: Sql = empty): Promise<BudgetRow[]> {
  const kept = await query<BudgetRow & { isCounted: boolean }>(db, budgetsWhere(viewer, condition, order, false));
  // Only in the minutes after a delivery. The answer is whole that of one of the statements.
  return kept.every(({ isCounted }) => isCounted) ? kept : query(db, budgetsWhere(viewer, condition, order, true));
}

function budgetsWhere(viewer: Viewer, condition: Sql, order: Sql, isRecounted: boolean): Sql {
  return sql`
    WITH ${budgetParts}, budget AS MATERIALIZED (
      SELECT * FROM budget WHERE true${storedScopeWithin('budget.scope', viewer.scope)}${condition}
    ), charges AS MATERIALIZED (${chargesNow}
    )${isRecounted ? recounted(viewer) : empty}
    SELECT ${descriptionColumns}, outlook.counted_loads IS NOT DISTINCT FROM charges.loads AS "isCounted",
           ${moneyOf(sql`current.actual`)} AS "actual", current.actual > budget.amount AS "isOver",
           ${moneyOf(sql`coalesce(outlook.settled, 0)`)} AS "settledActual",
           ${moneyOf(sql`trim_scale(current.actual - coalesce(outlook.settled, 0))`)} AS "unsettledActual",
           current.unconverted, outlook.as_of AS "outlookAsOf", outlook.overrun_probability AS "overrunProbability",
           CASE WHEN outlook.total_mean IS NOT NULL
                THEN jsonb_build_object('mean', outlook.total_mean, 'lower', outlook.total_lower, 'upper', outlook.total_upper, 'level', 80) END AS "forecastTotal",
           CASE WHEN forecast.id IS NOT NULL THEN jsonb_build_object('id', forecast.id, 'origin', forecast.origin) END AS "forecast",
           jsonb_build_array(${cursorInstant(sql`budget.period_start`)}, budget.name, budget.id::text) AS "cursorKey"
      FROM budget
      CROSS JOIN charges
      LEFT JOIN budget_outlook AS outlook ON outlook.budget_id = budget.id AND outlook.revision = budget.revision
      LEFT JOIN forecast ON forecast.id = outlook.forecast_id
      ${isRecounted ? sql`LEFT JOIN recounted ON recounted.budget_id = budget.id` : empty}
      CROSS JOIN LATERAL (SELECT ${isRecounted
        ? sql`coalesce(recounted.actual, outlook.actual) AS actual, coalesce(recounted.unconverted, outlook.unconverted) AS unconverted`
        : sql`outlook.actual, outlook.unconverted`}) AS current
     ${order}`;
}

export function budgetsById(db: Database, viewer: Viewer, keys: string[]): Promise<BudgetRow[]> {
  return readBudgets(db, viewer, sql` AND budget.id = ANY(${keys}::uuid[])`);
}

/** One page, by period and name. */
export function budgetPage(db: Database, viewer: Viewer, filter: BudgetFilter | null | undefined, page: PageArgs): Promise<BudgetRow[]> {
  const after = cursorKey(page, ['instant', 'text', 'uuid']);
  const conditions = [
    filter?.activeOn
      ? sql` AND budget.period_start < ${filter.activeOn}::date + interval '1 day' AND budget.period_end > ${filter.activeOn}::date`
      : empty,
    filter?.nameContains ? sql` AND strpos(lower(budget.name), lower(${filter.nameContains})) > 0` : empty,
    filter?.parentId ? sql` AND budget.parent_id = ${keyOf('Budget', filter.parentId, ['filter', 'parentId'])}` : empty,
    after ? sql` AND (budget.period_start, budget.name, budget.id) > (${after[0]}::timestamptz, ${after[1]}, ${after[2]}::uuid)` : empty,
  ] as const;
  const order = sql`ORDER BY budget.period_start, budget.name, budget.id`;
  // The page is cut before anything is added up.
  return readBudgets(db, viewer, sql`${conditions[0]}${conditions[1]}${conditions[2]}${conditions[3]} ${order} LIMIT ${pageLimit(page)}`, order);
}
