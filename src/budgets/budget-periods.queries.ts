import sql from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';
import type { BudgetDefinition } from './budget-definition.js';

/** A recurring budget whose period has ended, and which no other follows yet. */
export interface DueBudget extends Omit<BudgetDefinition, 'period' | 'plan'> {
  key: string;
  periodEnd: Date;
  plan: { start: string; amount: string }[];
  standingAmount: string;
}

/** Those that have to be followed by now, wholes before their parts. */
export function dueBudgets(db: Database, now: Date): Promise<DueBudget[]> {
  return query(
    db,
    sql`SELECT budget.id AS "key", budget.name, budget.scope, budget.metric, budget.period_end AS "periodEnd", budget.recurrence,
               budget.fiscal_year_start AS "fiscalYearStartMonth", budget.plan, coalesce(budget.standing_amount, budget.planned_amount, budget.amount)::text AS "standingAmount",
               jsonb_build_object('amount', budget.amount::text, 'currency', budget.currency) AS "amount",
               jsonb_build_object('unused', budget.carries_unused, 'overspent', budget.carries_overspent, 'cap', budget.carry_cap::text) AS "rollover",
               budget.parent_id AS "parentKey"
          FROM budget
         WHERE budget.recurrence <> 'ONCE' AND budget.period_end <= ${now}
           AND NOT EXISTS (SELECT FROM budget AS next WHERE next.previous_id = budget.id)
         ORDER BY budget.period_end, budget.parent_id NULLS FIRST, budget.name`,
  );
}

/** Makes a period that was made by itself a part of what the one before was: of the same period of it, or of one that followed. */
export async function joinFamily(db: Database, key: string): Promise<void> {
  await query(
    db,
    sql`WITH RECURSIVE whole AS (
          SELECT before.parent_id AS id
            FROM budget JOIN budget AS before ON before.id = budget.previous_id
           WHERE budget.id = ${key} AND before.parent_id IS NOT NULL
           UNION
          SELECT next.id FROM whole JOIN budget AS next ON next.previous_id = whole.id
        )
        UPDATE budget AS part SET parent_id = parent.id
          FROM whole JOIN budget AS parent ON parent.id = whole.id
         WHERE part.id = ${key} AND parent.period_start <= part.period_start AND parent.period_end >= part.period_end`,
  );
}

/**
 * Carries what periods left over, or spent too much, into those that follow, from the first of each to the last; and gives
 * the keys of those whose amount this has changed.
 *
 * A period whose actual is not known yet leaves things as they are. Balances are of the planned amount and what was
 * carried in, so that a debt of more than the next amount goes on into the one after it.
 */
export async function carryOver(db: Database): Promise<string[]> {
  const rows = await query<{ key: string }>(
    db,
    sql`WITH RECURSIVE chain AS (
          SELECT budget.id, budget.carried, coalesce(budget.planned_amount, budget.amount) AS planned
            FROM budget WHERE budget.previous_id IS NULL AND EXISTS (SELECT FROM budget AS next WHERE next.previous_id = budget.id)
           UNION ALL
          SELECT next.id, CASE WHEN outlook.actual IS NULL THEN next.carried
                               WHEN balance.amount > 0 AND before.carries_unused THEN least(balance.amount, coalesce(before.carry_cap, balance.amount))
                               WHEN balance.amount < 0 AND before.carries_overspent THEN greatest(balance.amount, coalesce(-before.carry_cap, balance.amount))
                               ELSE 0 END,
                 coalesce(next.planned_amount, next.amount)
            FROM chain
            JOIN budget AS before ON before.id = chain.id
            JOIN budget AS next ON next.previous_id = chain.id
            LEFT JOIN budget_outlook AS outlook ON outlook.budget_id = before.id
            CROSS JOIN LATERAL (SELECT chain.planned + chain.carried - outlook.actual AS amount) AS balance
        ), changed AS (
          UPDATE budget SET carried = chain.carried, amount = greatest(0, chain.planned + chain.carried), revision = budget.revision + 1
            FROM chain WHERE chain.id = budget.id AND budget.carried <> chain.carried
          RETURNING budget.id
        )
        SELECT changed.id AS "key" FROM changed`,
  );
  return rows.map(({ key }) => key);
}
