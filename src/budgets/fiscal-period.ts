import type { PeriodInput } from '../platform/index.js';

/** How long the periods of a budget are that follow one another. */
export enum BudgetRecurrence {
  ONCE = 'ONCE',
  MONTHLY = 'MONTHLY',
  QUARTERLY = 'QUARTERLY',
  YEARLY = 'YEARLY',
}

const monthsOf: Record<Exclude<BudgetRecurrence, BudgetRecurrence.ONCE>, number> = { MONTHLY: 1, QUARTERLY: 3, YEARLY: 12 };

/**
 * The month, quarter or year that an instant lies in, of a fiscal year that begins with a month (1 is January), in UTC.
 * Quarters are counted from the beginning of that year.
 */
export function fiscalPeriod(recurrence: Exclude<BudgetRecurrence, BudgetRecurrence.ONCE>, fiscalYearStart: number, at: Date): PeriodInput {
  const months = monthsOf[recurrence];
  const sinceStart = (at.getUTCMonth() + 13 - fiscalYearStart) % 12;
  const first = at.getUTCMonth() - (sinceStart % months);
  return { start: new Date(Date.UTC(at.getUTCFullYear(), first, 1)), end: new Date(Date.UTC(at.getUTCFullYear(), first + months, 1)) };
}
