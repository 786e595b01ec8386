import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { costHorizonDays, Forecaster, InsufficientHistory, longestHorizonDays } from '../forecasting/index.js';
import { Clock } from '../platform/index.js';
import { budgetGrounds, budgetsToForecast, keysToDerive, type BudgetGround, type BudgetToForecast } from './budget-ground.queries.js';
import { budgetOutlook, type BudgetOutlook } from './budget-outlook.js';
import { storeOutlooks } from './budget-outlook.queries.js';

/** A budget worked out from its charges and its forecast, not read from what was stored of that. */
export type BudgetWithOutlook = BudgetGround & BudgetOutlook;

const dayMs = 86_400_000;
/** Bills of a closed period are settled within so many days. */
const settlesWithinDays = 30;
/** So many budgets at once are added up well within the time that a statement may take. */
const budgetsAtOnce = 100;
const mostOpen = 200;

/** Works out how budgets will end, and keeps it for those who read. */
@Injectable()
export class BudgetDerivation {
  constructor(
    private readonly database: DataSource,
    private readonly forecaster: Forecaster,
    private readonly clock: Clock,
  ) {}

  /** Brings every budget up to date: first what was charged, which readers wait for, then forecasts and what follows from them. */
  async all(viewer: Viewer): Promise<void> {
    const now = this.clock.now();
    await this.derive(viewer, await keysToDerive(this.database, viewer, null));
    const settledBefore = new Date(now.getTime() - settlesWithinDays * dayMs);
    for (const budget of await budgetsToForecast(this.database, viewer, settledBefore, null)) await this.forecast(viewer, budget);
    await this.derive(viewer, await keysToDerive(this.database, viewer, now));
  }

  /** One budget, forecast and derived. */
  async one(viewer: Viewer, key: string): Promise<void> {
    for (const budget of await budgetsToForecast(this.database, viewer, new Date(0), key)) await this.forecast(viewer, budget);
    await this.derive(viewer, [key]);
  }

  async derive(viewer: Viewer, keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += budgetsAtOnce) {
      const some = keys.slice(from, from + budgetsAtOnce);
      await storeOutlooks(this.database, await this.workedOut(viewer, sql` AND budget.id = ANY(${some}::uuid[])`));
    }
  }

  /** Budgets whose period has not ended, the soonest to end first, with what they are worked out from. */
  open(viewer: Viewer): Promise<BudgetWithOutlook[]> {
    return this.workedOut(viewer, sql` AND budget.period_end > ${this.clock.now()} ORDER BY budget.period_end, budget.id LIMIT ${mostOpen}`);
  }

  private async workedOut(viewer: Viewer, condition: Sql): Promise<BudgetWithOutlook[]> {
    const now = this.clock.now();
    return (await budgetGrounds(this.database, viewer, condition)).map((ground) => ({ ...ground, ...budgetOutlook(ground, now) }));
  }

  private async forecast(viewer: Viewer, { scope, metric, currency, periodEnd }: BudgetToForecast): Promise<void> {
    // Settled days end a few days ago, and a period may end long from now.
    const daysLeft = Math.ceil((periodEnd.getTime() - this.clock.now().getTime()) / dayMs) + 14;
    const horizonDays = Math.min(longestHorizonDays, Math.max(costHorizonDays, daysLeft));
    try {
      await this.forecaster.forecastCost(viewer, { scope, metric, currency, horizonDays });
    } catch (error) {
      // A new team has no history; its budget says DATA_INCOMPLETE until it has.
      if (!(error instanceof InsufficientHistory)) throw error;
    }
  }
}
