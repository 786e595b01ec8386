import sql from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { query, type Database } from '../platform/index.js';
import type { BudgetDefinition } from './budget-definition.js';

/** What clashes with a budget: another of its name and beginning, or one over the same scope at the same time. */
export function clashingBudgets(
  db: Database,
  { name, scope, metric, period, amount }: Pick<BudgetDefinition, 'name' | 'scope' | 'metric' | 'period' | 'amount'>,
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

/** @param follows the period before, and what it leaves to this one, where a period follows by itself */
export async function insertBudget(db: Database, budget: BudgetDefinition, follows: { previousKey: string; standingAmount: string } | null = null): Promise<string> {
  const { name, scope, metric, period, amount, recurrence, fiscalYearStartMonth, plan, rollover, parentKey } = budget;
  const [row] = await query<{ id: string }>(
    db,
    sql`INSERT INTO budget (name, scope, metric, period_start, period_end, amount, planned_amount, standing_amount, currency, recurrence, fiscal_year_start,
                            plan, carries_unused, carries_overspent, carry_cap, parent_id, previous_id)
        VALUES (${name}, ${JSON.stringify(scope)}::jsonb, ${metric}, ${period.start}, ${period.end}, ${amount.amount}, ${amount.amount},
                ${follows?.standingAmount ?? amount.amount}, ${amount.currency}, ${recurrence}, ${fiscalYearStartMonth}, ${JSON.stringify(plan)}::jsonb,
                ${rollover.unused}, ${rollover.overspent}, ${rollover.cap}, ${parentKey}, ${follows?.previousKey ?? null})
        RETURNING id`,
  );
  return row!.id;
}

/** @param isAmountSet whether somebody set the amount: then periods to come have it too, if nothing else is planned of them */
export async function updateBudget(db: Database, key: string, budget: BudgetDefinition, isAmountSet: boolean): Promise<void> {
  const { name, scope, period, amount, recurrence, fiscalYearStartMonth, plan, rollover, parentKey } = budget;
  await query(
    db,
    sql`UPDATE budget
           SET revision = budget.revision + 1, name = ${name}, scope = ${JSON.stringify(scope)}::jsonb, period_start = ${period.start}, period_end = ${period.end},
               planned_amount = ${amount.amount}, amount = greatest(0, ${amount.amount}::numeric + budget.carried), currency = ${amount.currency},
               standing_amount = CASE WHEN ${isAmountSet} THEN ${amount.amount}::numeric ELSE budget.standing_amount END,
               recurrence = ${recurrence}, fiscal_year_start = ${fiscalYearStartMonth}, plan = ${JSON.stringify(plan)}::jsonb,
               carries_unused = ${rollover.unused}, carries_overspent = ${rollover.overspent}, carry_cap = ${rollover.cap}, parent_id = ${parentKey}
         WHERE budget.id = ${key}`,
  );
}

/** Deletes a budget. The one that it followed does not recur any more: the period would come again. */
export async function deleteBudget(db: Database, key: string): Promise<void> {
  await query(db, sql`UPDATE budget SET recurrence = 'ONCE' WHERE budget.id = (SELECT gone.previous_id FROM budget AS gone WHERE gone.id = ${key})`);
  await query(db, sql`DELETE FROM budget WHERE budget.id = ${key}`);
}

/** Budgets are written in turns: two that overlap could otherwise both find that nothing does. */
export function inTurn<Result>(database: DataSource, write: (transaction: EntityManager) => Promise<Result>): Promise<Result> {
  return database.transaction(async (transaction) => {
    await query(transaction, sql`SELECT pg_advisory_xact_lock(hashtext('headroom budgets'))`);
    return write(transaction);
  });
}
