import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { Clock } from '../platform/index.js';
import { plannedAmount, type BudgetDefinition } from './budget-definition.js';
import { BudgetDerivation } from './budget-derivation.js';
import { carryOver, dueBudgets, joinFamily, type DueBudget } from './budget-periods.queries.js';
import { clashingBudgets, inTurn, insertBudget } from './budget-writing.queries.js';
import { BudgetRecurrence, fiscalPeriod } from './fiscal-period.js';

/** Makes the next period of budgets that recur, and carries over into it. */
@Injectable()
export class BudgetPeriods {
  constructor(
    private readonly database: DataSource,
    private readonly derivation: BudgetDerivation,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes every period that has begun by now. Once, whoever else does the same: budgets are written in turns, and a period is
   * followed by one. Where somebody has set a budget for the next period already, theirs stays and nothing is made.
   */
  async makeDue(viewer: Viewer): Promise<string[]> {
    const now = this.clock.now();
    const made = await inTurn(this.database, async (transaction) => {
      const keys: string[] = [];
      // A period that is made may have ended too, after a long rest.
      for (let more = true; more; ) {
        more = false;
        for (const due of await dueBudgets(transaction, now)) {
          const next = nextOf(due);
          if ((await clashingBudgets(transaction, next, null)).length > 0) continue;
          keys.push(await insertBudget(transaction, next, { previousKey: due.key, standingAmount: due.standingAmount }));
          more = true;
        }
      }
      // In the order they follow one another: the whole of one is found by that of the period before.
      for (const key of keys) await joinFamily(transaction, key);
      return keys;
    });
    for (const key of made) await this.derivation.one(viewer, key);
    await this.carry(viewer);
    return made;
  }

  /** Carries over anew, as bills of the periods before have come or were restated. */
  async carry(viewer: Viewer): Promise<void> {
    await this.derivation.derive(viewer, await inTurn(this.database, (transaction) => carryOver(transaction)));
  }
}

function nextOf({ recurrence, fiscalYearStartMonth, periodEnd, plan, standingAmount, amount, ...due }: DueBudget): BudgetDefinition {
  const period = fiscalPeriod(recurrence as Exclude<BudgetRecurrence, BudgetRecurrence.ONCE>, fiscalYearStartMonth, periodEnd);
  const steps = plan.map((step) => ({ ...step, start: new Date(step.start) })).filter(({ start }) => start >= period.start);
  const planned = plannedAmount(steps, period, standingAmount);
  // A part of the whole that it was a part of, or of the period of that which follows: that is known when all are made.
  return { ...due, recurrence, fiscalYearStartMonth, period, plan: steps, amount: { amount: planned, currency: amount.currency }, parentKey: null };
}
