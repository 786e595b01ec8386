import sql from 'sql-template-tag';
import { keyOf, query, type Database } from '../platform/index.js';
import type { BudgetGround } from './budget-ground.queries.js';
import type { BudgetOutlook } from './budget-outlook.js';

/**
 * Keeps the outlooks of budgets, in the place of older ones. One that was deleted meanwhile has none, and that of one that
 * was changed meanwhile is of another revision, which nobody reads.
 */
export async function storeOutlooks(db: Database, budgets: readonly (BudgetGround & BudgetOutlook)[]): Promise<void> {
  const outlooks = budgets.map(({ id, revision, countedLoads, loadCosts, outlookAsOf, actual, settledActual, unconverted, forecast, forecastTotal, overrunProbability }) => ({
    budgetKey: keyOf('Budget', id),
    revision,
    countedLoads,
    loadCosts,
    asOf: outlookAsOf,
    forecastKey: forecast?.id ?? null,
    actual: actual.amount,
    settled: settledActual.amount,
    unconverted,
    totalMean: forecastTotal?.mean ?? null,
    totalLower: forecastTotal?.lower ?? null,
    totalUpper: forecastTotal?.upper ?? null,
    overrunProbability,
  }));
  await query(
    db,
    sql`INSERT INTO budget_outlook (budget_id, revision, counted_loads, load_costs, as_of, forecast_id, actual, settled, unconverted,
                                    total_mean, total_lower, total_upper, overrun_probability)
        SELECT budget.id, outlook.revision, outlook."countedLoads", outlook."loadCosts", outlook."asOf", outlook."forecastKey", outlook.actual, outlook.settled, outlook.unconverted,
               outlook."totalMean", outlook."totalLower", outlook."totalUpper", outlook."overrunProbability"
          FROM jsonb_to_recordset(${JSON.stringify(outlooks)}::jsonb) AS outlook (
               "budgetKey" uuid, revision integer, "countedLoads" bigint[], "loadCosts" jsonb, "asOf" timestamptz, "forecastKey" uuid, actual numeric, settled numeric, unconverted jsonb,
               "totalMean" double precision, "totalLower" double precision, "totalUpper" double precision, "overrunProbability" double precision)
          JOIN budget ON budget.id = outlook."budgetKey"
        ON CONFLICT (budget_id) DO UPDATE
           SET revision = excluded.revision, counted_loads = excluded.counted_loads, load_costs = excluded.load_costs, as_of = excluded.as_of, forecast_id = excluded.forecast_id,
               actual = excluded.actual, settled = excluded.settled, unconverted = excluded.unconverted, total_mean = excluded.total_mean,
               total_lower = excluded.total_lower, total_upper = excluded.total_upper, overrun_probability = excluded.overrun_probability
         -- What a slower process has read before the budget was changed does not take the place of what is of it now.
         WHERE budget_outlook.revision <= excluded.revision`,
  );
}
