import { everything, toScope, type Scope } from '../access/index.js';
import { keyOf } from '../platform/index.js';
import type { BudgetCreateInput, BudgetRolloverInput, BudgetUpdateInput } from './budget.graphql.js';
import type { BudgetRow } from './budget.queries.js';
import type { BudgetDefinition, Rollover } from './budget-definition.js';
import { BudgetRecurrence } from './fiscal-period.js';

/** A new budget, of all that its author may see where no scope is named. Callers of our own need not say that it comes once. */
export type NewBudget = Omit<BudgetCreateInput, 'recurrence' | 'fiscalYearStartMonth'> & Partial<Pick<BudgetCreateInput, 'recurrence' | 'fiscalYearStartMonth'>>;

export function newDefinition(input: NewBudget, ownScope: Scope | null): BudgetDefinition {
  const { name, scope, metric, period, amount, recurrence, fiscalYearStartMonth, plan, rollover, parentId } = input;
  return {
    name: name.trim(),
    scope: scope ? toScope(scope) : (ownScope ?? everything),
    metric,
    period,
    amount,
    recurrence: recurrence ?? BudgetRecurrence.ONCE,
    fiscalYearStartMonth: fiscalYearStartMonth ?? 1,
    plan: plan ?? [],
    rollover: rollover ? toRollover(rollover) : { unused: false, overspent: false, cap: null },
    parentKey: toKey(parentId),
  };
}

/** A budget with what is to change of it: what is left out or null stays. */
export function changedDefinition(known: BudgetRow, input: BudgetUpdateInput): BudgetDefinition {
  const recurrence = input.recurrence ?? known.recurrence;
  const { rollover = null } = input;
  // What ends carries nothing over any more.
  const knownRollover = recurrence === BudgetRecurrence.ONCE ? { ...known.rollover, unused: false, overspent: false } : known.rollover;
  return {
    name: input.name?.trim() ?? known.name,
    scope: input.scope ? toScope(input.scope) : known.scope,
    metric: known.metric,
    period: input.period ?? { start: new Date(known.period.start), end: new Date(known.period.end) },
    amount: input.amount ?? known.plannedAmount,
    recurrence,
    fiscalYearStartMonth: input.fiscalYearStartMonth ?? known.fiscalYearStartMonth,
    plan: input.plan ?? known.plan.map(({ start, amount }) => ({ start: new Date(start), amount })),
    rollover: rollover ? toRollover(rollover) : knownRollover,
    parentKey: toKey(input.parentId ?? known.parentId),
  };
}

function toRollover({ unused, overspent, cap }: BudgetRolloverInput): Rollover {
  return { unused, overspent, cap: cap ?? null };
}

function toKey(parentId: string | null | undefined): string | null {
  return parentId ? keyOf('Budget', parentId, ['parentId']) : null;
}
