import sql, { raw } from 'sql-template-tag';
import { storedScopeWithin, type Scope, type Viewer } from '../access/index.js';
import { query, type Database, type Money } from '../platform/index.js';
import type { BudgetStatus } from './budget.graphql.js';
import { budgetStatus } from './budget-outlook.js';

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

const readingColumns = sql`
  budget.name, jsonb_build_object('start', budget.period_start, 'end', budget.period_end) AS "period",
  jsonb_build_object('amount', budget.amount::text, 'currency', budget.currency) AS "amount",
  outlook.actual::text AS "actual", coalesce(outlook.actual > budget.amount, false) AS "isOver",
  outlook.total_mean AS "totalMean", outlook.total_upper AS "totalUpper", outlook.overrun_probability AS "overrunProbability", forecast.origin`;

const outlooksOfBudgets = sql`
  LEFT JOIN budget_outlook AS outlook ON outlook.budget_id = budget.id AND outlook.revision = budget.revision
  LEFT JOIN forecast ON forecast.id = outlook.forecast_id`;

/** Budgets whose period has not ended, the soonest to end first; and how many more there are. */
export async function openBudgetReadings(
  db: Database,
  viewer: Viewer,
  { now, limit }: { now: Date; limit: number },
): Promise<{ budgets: BudgetReading[]; leftOut: number }> {
  const rows = await query<BudgetReading & { all: number }>(
    db,
    sql`SELECT ${readingColumns}, (count(*) OVER ())::int AS "all"
          FROM budget
          ${outlooksOfBudgets}
         WHERE budget.period_end > ${now}${storedScopeWithin('budget.scope', viewer.scope)}
         ORDER BY budget.period_end, budget.period_start, budget.name, budget.id
         LIMIT ${limit}`,
  );
  return { budgets: rows, leftOut: rows.length === 0 ? 0 : rows[0]!.all - rows.length };
}

/** How a budget stood when it was derived last: what an alert is told from. */
export interface BudgetReadingInFull extends BudgetReading {
  /** As the API calls it. */
  id: string;
  scope: Scope;
  /** Exact decimals, in the currency of the budget, that add up to the actual. Null before it was derived. */
  settledActual: string | null;
  unsettledActual: string | null;
}

/** How long after its end a budget may still be told of: its bills are settled by then. */
const toldOfAfterEnd = raw(`interval '45 days'`);

/** Every budget whose period has begun and has not ended long ago, with its outlook as it was derived last. */
export async function budgetStandings(db: Database, now: Date): Promise<(BudgetReadingInFull & { status: BudgetStatus })[]> {
  const rows = await query<BudgetReadingInFull>(
    db,
    sql`SELECT 'Budget:' || budget.id AS "id", budget.scope, outlook.settled::text AS "settledActual",
               (outlook.actual - outlook.settled)::text AS "unsettledActual", ${readingColumns}
          FROM budget
          ${outlooksOfBudgets}
         WHERE budget.period_start <= ${now} AND budget.period_end > ${now}::timestamptz - ${toldOfAfterEnd}
         ORDER BY budget.period_end, budget.period_start, budget.name, budget.id`,
  );
  return rows.map((row) => ({ ...row, status: budgetStatus(row, now) }));
}
