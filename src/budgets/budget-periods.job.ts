import { Injectable } from '@nestjs/common';
import { administrator } from '../access/index.js';
import { Jobs, type Job } from '../platform/index.js';
import { BudgetPeriods } from './budget-periods.js';

/** A few minutes after each hour: the next period of every budget whose period has ended. Of several replicas one does it. */
@Injectable()
export class BudgetPeriodsJob implements Job<object> {
  readonly name = 'budget-periods';
  readonly cron = '4 * * * *';
  readonly concurrency = 1;
  readonly retryLimit = 2;
  readonly retryDelaySeconds = 60;
  readonly expireInSeconds = 1_800;

  constructor(
    private readonly periods: BudgetPeriods,
    jobs: Jobs,
  ) {
    jobs.register(this);
  }

  async handle(): Promise<void> {
    await this.periods.makeDue(administrator);
  }
}
