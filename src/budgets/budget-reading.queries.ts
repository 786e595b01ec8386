import sql from 'sql-template-tag';
import { storedScopeWithin, type Viewer } from '../access/index.js';
import { keyOf, query, type Database, type Money } from '../platform/index.js';
import type { BudgetRow } from './budget.queries.js';
import type { BudgetOutlook } from './budget-outlook.js';

/** A budget whose period has not ended, with its outlook as it was derived last. */
export interface BudgetReading {
  name: string;
  period: { start: string; end: string };
  amount: Money;
  /** An exact decimal, in the currency of the budget. Null before it was derived. */
  actual: string | null;
  isOver: boolean;
  /** Null without a forecast that reaches the end of the period, as are the upper end of its 80 % interval and the chance. */
  totalMean: number | null;
  totalUpper: number | null;
  overrunProbability: number | null;
  /** Of the forecast; null without one. */
  origin: Date | null;
}

/** Budgets whose period has not ended, the soonest to end first; and how many more there are. */
export async function openBudgetReadings(
  db: Database,
  viewer: Viewer,
  { now, limit }: { now: Date; limit: number },
): Promise<{ budgets: BudgetReading[]; leftOut: number }> {
  const rows = await query<BudgetReading & { all: number }>(
    db,
    sql`SELECT budget.name, jsonb_build_object('start', budget.period_start, 'end', budget.period_end) AS "period",
               jsonb_build_object('amount', budget.amount::text, 'currency', budget.currency) AS "amount",
               outlook.actual::text AS "actual", coalesce(outlook.actual > budget.amount, false) AS "isOver",
               outlook.total_mean AS "totalMean", outlook.total_upper AS "totalUpper", outlook.overrun_probability AS "overrunProbability",
               forecast.origin, (count(*) OVER ())::int AS "all"
          FROM budget
          LEFT JOIN budget_outlook AS outlook ON outlook.budget_id = budget.id
          LEFT JOIN forecast ON forecast.id = outlook.forecast_id
         WHERE budget.period_end > ${now}${storedScopeWithin('budget.scope', viewer.scope)}
         ORDER BY budget.period_end, budget.period_start, budget.name, budget.id
         LIMIT ${limit}`,
  );
  return { budgets: rows, leftOut: rows.length === 0 ? 0 : rows[0]!.all - rows.length };
}

/** The keys of budgets whose period has not ended. */
export async function openBudgetKeys(db: Database, viewer: Viewer, now: Date): Promise<string[]> {
  const rows = await query<{ id: string }>(
    db,
    sql`SELECT budget.id FROM budget WHERE budget.period_end > ${now}${storedScopeWithin('budget.scope', viewer.scope)} ORDER BY budget.id`,
  );
  return rows.map(({ id }) => id);
}

/** Keeps the outlooks of budgets. One that was deleted meanwhile has none. */
export async function storeOutlooks(db: Database, budgets: readonly (BudgetRow & BudgetOutlook)[]): Promise<void> {
  const outlooks = budgets.map(({ id, actual, forecast, forecastTotal, overrunProbability }) => ({
    budgetKey: keyOf('Budget', id),
    forecastKey: forecast?.id ?? null,
    actual: actual.amount,
    totalMean: forecastTotal?.mean ?? null,
    totalUpper: forecastTotal?.upper ?? null,
    overrunProbability,
  }));
  await query(
    db,
    sql`INSERT INTO budget_outlook (budget_id, forecast_id, actual, total_mean, total_upper, overrun_probability)
        SELECT budget.id, outlook."forecastKey", outlook.actual, outlook."totalMean", outlook."totalUpper", outlook."overrunProbability"
          FROM jsonb_to_recordset(${JSON.stringify(outlooks)}::jsonb) AS outlook (
               "budgetKey" uuid, "forecastKey" uuid, actual numeric, "totalMean" double precision, "totalUpper" double precision,
               "overrunProbability" double precision)
          JOIN budget ON budget.id = outlook."budgetKey"
        ON CONFLICT (budget_id) DO UPDATE
           SET forecast_id = excluded.forecast_id, actual = excluded.actual, total_mean = excluded.total_mean,
               total_upper = excluded.total_upper, overrun_probability = excluded.overrun_probability`,
  );
}
