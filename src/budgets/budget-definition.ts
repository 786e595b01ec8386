import { Big } from 'big.js';
import { contains, type Scope, type Viewer } from '../access/index.js';
import type { CostMetric } from '../costs/index.js';
import { checkPeriod, InvalidInput, type Money, type PeriodInput } from '../platform/index.js';
import { BudgetRecurrence, fiscalPeriod } from './fiscal-period.js';

/** An amount from an instant on, up to the next one of a plan or the end of the period. */
export interface PlanStep {
  start: Date;
  /** An exact decimal, in the currency of the budget. */
  amount: string;
}

/** What goes over into the next period. */
export interface Rollover {
  unused: boolean;
  overspent: boolean;
  /** The most of it, either way; null is all. */
  cap: string | null;
}

/** What a budget is, as people set it. */
export interface BudgetDefinition {
  name: string;
  scope: Scope;
  metric: CostMetric;
  period: PeriodInput;
  /** Without what is carried into the period. */
  amount: Money;
  recurrence: BudgetRecurrence;
  fiscalYearStartMonth: number;
  plan: PlanStep[];
  rollover: Rollover;
  parentKey: string | null;
}

const longestName = 200;
const mostSteps = 400;

/** Refuses what makes no sense by itself, whatever other budgets there are. @throws InvalidInput */
export function checkDefinition(viewer: Viewer, definition: BudgetDefinition): void {
  const { name, scope, period, amount, rollover } = definition;
  if (name === '' || name.length > longestName) {
    throw new InvalidInput(`name needs 1 to ${longestName} characters, got ${name.length}`, ['name']);
  }
  checkPeriod(period);
  checkAmount(amount.amount, 'amount', ['amount']);
  if (rollover.cap !== null) checkAmount(rollover.cap, 'cap', ['rollover', 'cap']);
  if (!contains(viewer.scope, scope)) throw new InvalidInput('scope reaches beyond what you may see', ['scope']);
  checkRecurrence(definition);
  checkPlan(definition);
}

function checkAmount(amount: string, name: string, field: string[]): void {
  if (Number(amount) < 0) throw new InvalidInput(`${name} needs to be 0 or more, got ${amount}`, field);
}

function checkRecurrence({ recurrence, fiscalYearStartMonth, period, rollover }: BudgetDefinition): void {
  if (!Number.isInteger(fiscalYearStartMonth) || fiscalYearStartMonth < 1 || fiscalYearStartMonth > 12) {
    throw new InvalidInput(`fiscalYearStartMonth needs a month from 1 to 12, got ${fiscalYearStartMonth}`, ['fiscalYearStartMonth']);
  }
  if (recurrence === BudgetRecurrence.ONCE) {
    if (rollover.unused || rollover.overspent) throw new InvalidInput('rollover needs a recurrence: nothing follows a budget of one period', ['rollover']);
    return;
  }
  const whole = fiscalPeriod(recurrence, fiscalYearStartMonth, period.start);
  if (whole.start.getTime() === period.start.getTime() && whole.end.getTime() === period.end.getTime()) return;
  throw new InvalidInput(
    `period needs to be a whole one of a ${recurrence} budget whose year begins in month ${fiscalYearStartMonth}, ${span(whole)}, got ${span(period)}`,
    ['period'],
  );
}

function checkPlan({ plan, period, amount, recurrence }: BudgetDefinition): void {
  if (plan.length > mostSteps) throw new InvalidInput(`plan takes at most ${mostSteps} amounts, got ${plan.length}`, ['plan']);
  for (const [index, { start, amount: planned }] of plan.entries()) {
    checkAmount(planned, 'a planned amount', ['plan']);
    if (index > 0 && start <= plan[index - 1]!.start) throw new InvalidInput(`plan needs starts that follow one another, got ${start.toISOString()} after ${plan[index - 1]!.start.toISOString()}`, ['plan']);
    if (start < period.start) throw new InvalidInput(`plan needs to begin with the period, ${period.start.toISOString()}, got ${start.toISOString()}`, ['plan']);
    if (recurrence === BudgetRecurrence.ONCE && start >= period.end) throw new InvalidInput(`plan needs starts within the period of a budget that does not recur, got ${start.toISOString()}`, ['plan']);
  }
  const own = stepsWithin(plan, period);
  if (own.length === 0) return;
  if (own[0]!.start > period.start) throw new InvalidInput(`plan needs to begin with the period, ${period.start.toISOString()}, got ${own[0]!.start.toISOString()}`, ['plan']);
  const sum = sumOf(own);
  if (!sum.eq(amount.amount)) throw new InvalidInput(`plan adds up to ${sum.toFixed()} in this period, and amount is ${amount.amount}: they need to be the same`, ['plan']);
}

/** The steps of a plan that begin within a period. */
export function stepsWithin(plan: readonly PlanStep[], period: PeriodInput): PlanStep[] {
  return plan.filter(({ start }) => start >= period.start && start < period.end);
}

/** What a period may cost that follows: what is planned of it, or else what always is. */
export function plannedAmount(plan: readonly PlanStep[], period: PeriodInput, standingAmount: string): string {
  const own = stepsWithin(plan, period);
  return own.length === 0 ? standingAmount : sumOf(own).toFixed();
}

function sumOf(steps: readonly PlanStep[]): Big {
  return steps.reduce((sum, { amount }) => sum.plus(amount), Big(0));
}

function span({ start, end }: PeriodInput): string {
  return `${start.toISOString()} to ${end.toISOString()}`;
}
