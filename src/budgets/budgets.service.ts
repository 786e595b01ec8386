import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { contains, everything, requireRole, Role, toScope, type Viewer } from '../access/index.js';
import { CapacityService } from '../capacity/index.js';
import { costHorizonDays, Forecaster, forecastsById, InsufficientHistory, longestHorizonDays, type ForecastRow } from '../forecasting/index.js';
import { checkPeriod, Clock, DomainError, InvalidInput, keyOf, NotFound, query, type PageArgs } from '../platform/index.js';
import { resourcesById } from '../resources/index.js';
import type { BudgetCreateInput, BudgetFilter, BudgetStatus, BudgetUpdateInput, ForecastCreateInput } from './budget.graphql.js';
import {
  budgetPage,
  budgetsById,
  clashingBudgets,
  deleteBudget,
  insertBudget,
  updateBudget,
  type BudgetDefinition,
  type BudgetRow,
} from './budget.queries.js';
import { budgetOutlook, budgetStatus, type BudgetOutlook } from './budget-outlook.js';
import { openBudgetKeys, openBudgetReadings, storeOutlooks, type BudgetReading } from './budget-reading.queries.js';

export type BudgetWithOutlook = BudgetRow & BudgetOutlook;

/** Two budgets may not cover the same scope at the same time: their alerts would double up. */
export class BudgetOverlaps extends DomainError {
  readonly code = 'CONFLICT';
  override readonly field = ['period'];
  constructor(readonly existingBudgetName: string) {
    super(`period overlaps budget "${existingBudgetName}"`);
  }
}

/** Two budgets of one name in one period could not be told apart. */
export class BudgetExists extends DomainError {
  readonly code = 'CONFLICT';
  override readonly field = ['name'];
  constructor(name: string) {
    super(`budget "${name}" begins at that time already`);
  }
}

const dayMs = 86_400_000;
const longestName = 200;
/** So many budgets at once are added up well within the time that a statement may take. */
const budgetsAtOnce = 20;

@Injectable()
export class BudgetsService {
  constructor(
    private readonly database: DataSource,
    private readonly forecaster: Forecaster,
    private readonly capacities: CapacityService,
    private readonly clock: Clock,
  ) {}

  async find(viewer: Viewer, keys: string[]): Promise<BudgetWithOutlook[]> {
    return this.withOutlook(await budgetsById(this.database, viewer, keys));
  }

  async page(viewer: Viewer, filter: BudgetFilter | undefined, page: PageArgs): Promise<BudgetWithOutlook[]> {
    return this.withOutlook(await budgetPage(this.database, viewer, filter, page));
  }

  /** Those whose period has not ended as they were derived last, the soonest to end first; and how many more there are. */
  async readings(viewer: Viewer, limit: number): Promise<{ budgets: (BudgetReading & { status: BudgetStatus })[]; leftOut: number }> {
    const now = this.clock.now();
    const { budgets, leftOut } = await openBudgetReadings(this.database, viewer, { now, limit });
    return { budgets: budgets.map((budget) => ({ ...budget, status: budgetStatus(budget, now) })), leftOut };
  }

  /** @throws DomainError */
  async create(viewer: Viewer, input: BudgetCreateInput): Promise<BudgetWithOutlook> {
    requireRole(viewer, Role.FINANCE);
    const { name, metric, period, amount } = input;
    const scope = input.scope ? toScope(input.scope) : (viewer.scope ?? everything);
    const definition = { name: name.trim(), scope, metric, period, amount };
    check(viewer, definition);
    const key = await this.oneAtATime(async (transaction) => {
      await refuseClash(transaction, definition, null);
      return insertBudget(transaction, definition);
    });
    return this.forecastAnew(viewer, key);
  }

  /** @throws DomainError */
  async update(viewer: Viewer, id: string, input: BudgetUpdateInput): Promise<BudgetWithOutlook> {
    requireRole(viewer, Role.FINANCE);
    const key = keyOf('Budget', id, ['id']);
    const [known] = await budgetsById(this.database, viewer, [key]);
    if (!known) throw new NotFound(id, ['id']);
    const definition = {
      name: input.name?.trim() ?? known.name,
      scope: input.scope ? toScope(input.scope) : known.scope,
      metric: known.metric,
      period: input.period ?? { start: new Date(known.period.start), end: new Date(known.period.end) },
      amount: input.amount ?? known.amount,
    };
    check(viewer, definition);
    await this.oneAtATime(async (transaction) => {
      await refuseClash(transaction, definition, key);
      await updateBudget(transaction, key, definition);
    });
    return this.forecastAnew(viewer, key);
  }

  /** @throws DomainError */
  async delete(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.FINANCE);
    const key = keyOf('Budget', id, ['id']);
    const [known] = await budgetsById(this.database, viewer, [key]);
    if (!known) throw new NotFound(id, ['id']);
    await deleteBudget(this.database, key);
    return id;
  }

  /** Brings the forecasts of every budget that has not ended up to date. One without history stays without. */
  async forecastAll(viewer: Viewer): Promise<void> {
    const now = this.clock.now();
    let after: string | undefined;
    do {
      const page = { first: 200, after };
      const rows = await budgetPage(this.database, viewer, null, page);
      for (const budget of rows.slice(0, page.first)) {
        // A closed period is settled within days; its forecast has nothing left to say.
        if (Date.parse(budget.period.end) + 30 * dayMs > now.getTime() || !budget.forecast) await this.forecastOne(viewer, budget);
      }
      after = rows.length > page.first ? Buffer.from(JSON.stringify(rows[page.first - 1]!.cursorKey)).toString('base64url') : undefined;
    } while (after);
    await this.deriveOutlooks(viewer, await openBudgetKeys(this.database, viewer, now));
  }

  /** Forecasts what an id names, a resource or a budget. @throws DomainError */
  async forecastSubject(viewer: Viewer, { subjectId, metric, horizon }: ForecastCreateInput): Promise<ForecastRow> {
    requireRole(viewer, Role.SRE, Role.FINANCE);
    const id = subjectId.startsWith('Budget:')
      ? await this.forecastBudget(viewer, subjectId, metric, horizon)
      : await this.forecastResource(viewer, subjectId, metric, horizon);
    const [forecast] = await forecastsById(this.database, viewer, [id]);
    return forecast!;
  }

  private async forecastBudget(viewer: Viewer, id: string, metric: unknown, horizon: number): Promise<string> {
    if (metric) throw new InvalidInput('metric is for resources: a budget is forecast by the cost it is about', ['metric']);
    const [budget] = await budgetsById(this.database, viewer, [keyOf('Budget', id, ['subjectId'])]);
    if (!budget) throw new NotFound(id, ['subjectId']);
    const { scope, metric: costMetric, amount } = budget;
    const { id: forecastId } = await this.forecaster.forecastCost(viewer, { scope, metric: costMetric, currency: amount.currency, horizonDays: horizon });
    await this.deriveOutlooks(viewer, [keyOf('Budget', id)]);
    return forecastId;
  }

  private async forecastResource(viewer: Viewer, id: string, metric: ForecastCreateInput['metric'], horizon: number): Promise<string> {
    const key = keyOf('Resource', id, ['subjectId']);
    if (!metric) throw new InvalidInput('metric is needed: a resource has several', ['metric']);
    if ((await resourcesById(this.database, viewer, [key])).length === 0) throw new NotFound(id, ['subjectId']);
    const forecastId = await this.forecaster.forecastResource(viewer, key, metric, horizon);
    // When capacity runs out is derived from the latest forecast, and made anew with it.
    await this.capacities.findExhaustions(viewer, { resourceKey: key, metric });
    return forecastId;
  }

  private withOutlook(rows: BudgetRow[]): BudgetWithOutlook[] {
    const now = this.clock.now();
    return rows.map((row) => ({ ...row, ...budgetOutlook(row, now) }));
  }

  private async forecastAnew(viewer: Viewer, key: string): Promise<BudgetWithOutlook> {
    const [budget] = await budgetsById(this.database, viewer, [key]);
    await this.forecastOne(viewer, budget!);
    const [current] = await this.deriveOutlooks(viewer, [key]);
    return current!;
  }

  /** Works out how periods will end, and keeps it for those who ask every minute. */
  private async deriveOutlooks(viewer: Viewer, keys: string[]): Promise<BudgetWithOutlook[]> {
    const derived: BudgetWithOutlook[] = [];
    for (let from = 0; from < keys.length; from += budgetsAtOnce) {
      const budgets = await this.find(viewer, keys.slice(from, from + budgetsAtOnce));
      await storeOutlooks(this.database, budgets);
      derived.push(...budgets);
    }
    return derived;
  }

  private async forecastOne(viewer: Viewer, { scope, metric, amount, period }: BudgetRow): Promise<void> {
    // Settled days end a few days ago, and a period may end long from now.
    const daysLeft = Math.ceil((Date.parse(period.end) - this.clock.now().getTime()) / dayMs) + 14;
    const horizonDays = Math.min(longestHorizonDays, Math.max(costHorizonDays, daysLeft));
    try {
      await this.forecaster.forecastCost(viewer, { scope, metric, currency: amount.currency, horizonDays });
    } catch (error) {
      // A new team has no history; its budget says DATA_INCOMPLETE until it has.
      if (!(error instanceof InsufficientHistory)) throw error;
    }
  }

  /** Budgets are written in turns: two that overlap could otherwise both find that nothing does. */
  private oneAtATime<Result>(write: (transaction: EntityManager) => Promise<Result>): Promise<Result> {
    return this.database.transaction(async (transaction) => {
      await query(transaction, sql`SELECT pg_advisory_xact_lock(hashtext('headroom budgets'))`);
      return write(transaction);
    });
  }
}

function check(viewer: Viewer, { name, scope, period, amount }: BudgetDefinition): void {
  if (name === '' || name.length > longestName) {
    throw new InvalidInput(`name needs 1 to ${longestName} characters, got ${name.length}`, ['name']);
  }
  checkPeriod(period);
  if (Number(amount.amount) < 0) throw new InvalidInput(`amount needs to be 0 or more, got ${amount.amount}`, ['amount']);
  if (!contains(viewer.scope, scope)) throw new InvalidInput('scope reaches beyond what you may see', ['scope']);
}

async function refuseClash(db: EntityManager, definition: BudgetDefinition, exceptKey: string | null): Promise<void> {
  const [clash] = await clashingBudgets(db, definition, exceptKey);
  if (clash?.isSameName) throw new BudgetExists(clash.name);
  if (clash) throw new BudgetOverlaps(clash.name);
}
