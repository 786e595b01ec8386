import sql from 'sql-template-tag';
import type { Scope } from '../access/index.js';
import type { CostMetric } from '../costs/index.js';
import { query, type Database, type Money, type PeriodInput } from '../platform/index.js';

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
           SET revision = budget.revision + 1, name = ${budget.name}, scope = ${JSON.stringify(budget.scope)}::jsonb,
               period_start = ${budget.period.start}, period_end = ${budget.period.end}, amount = ${budget.amount.amount}, currency = ${budget.amount.currency}
         WHERE budget.id = ${key}`,
  );
}

export async function deleteBudget(db: Database, key: string): Promise<void> {
  await query(db, sql`DELETE FROM budget WHERE budget.id = ${key}`);
}
