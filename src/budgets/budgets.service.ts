import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { contains, everything, requireRole, Role, toScope, type Viewer } from '../access/index.js';
import { CapacityService } from '../capacity/index.js';
import { Forecaster, forecastsById, type ForecastRow } from '../forecasting/index.js';
import { checkPeriod, Clock, DomainError, InvalidInput, keyOf, NotFound, query, type PageArgs } from '../platform/index.js';
import { resourcesById } from '../resources/index.js';
import type { BudgetCreateInput, BudgetFilter, BudgetStatus, BudgetUpdateInput, ForecastCreateInput } from './budget.graphql.js';
import { budgetPage, budgetsById, type BudgetRow } from './budget.queries.js';
import { BudgetDerivation, type BudgetWithOutlook } from './budget-derivation.js';
import { budgetStatus } from './budget-outlook.js';
import { openBudgetReadings, type BudgetReading } from './budget-reading.queries.js';
import { clashingBudgets, deleteBudget, insertBudget, updateBudget, type BudgetDefinition } from './budget-writing.queries.js';

/** A budget as it is shown: as it was derived last, with what was charged up to now. */
export type BudgetStanding = BudgetRow & { status: BudgetStatus };

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

const longestName = 200;

@Injectable()
export class BudgetsService {
  constructor(
    private readonly database: DataSource,
    private readonly derivation: BudgetDerivation,
    private readonly forecaster: Forecaster,
    private readonly capacities: CapacityService,
    private readonly clock: Clock,
  ) {}

  async find(viewer: Viewer, keys: string[]): Promise<BudgetStanding[]> {
    return this.standing(await budgetsById(this.database, viewer, keys));
  }

  async page(viewer: Viewer, filter: BudgetFilter | undefined, page: PageArgs): Promise<BudgetStanding[]> {
    return this.standing(await budgetPage(this.database, viewer, filter, page));
  }

  /** Those whose period has not ended, with all that they are worked out from: for who supposes something else. */
  open(viewer: Viewer): Promise<BudgetWithOutlook[]> {
    return this.derivation.open(viewer);
  }

  /** Those whose period has not ended as they were derived last, the soonest to end first; and how many more there are. */
  async readings(viewer: Viewer, limit: number): Promise<{ budgets: (BudgetReading & { status: BudgetStatus })[]; leftOut: number }> {
    const now = this.clock.now();
    const { budgets, leftOut } = await openBudgetReadings(this.database, viewer, { now, limit });
    return { budgets: budgets.map((budget) => ({ ...budget, status: budgetStatus(budget, now) })), leftOut };
  }

  /** Forecasts and derives every budget anew where its data has changed. One without history stays without a forecast. */
  forecastAll(viewer: Viewer): Promise<void> {
    return this.derivation.all(viewer);
  }

  /** @throws DomainError */
  async create(viewer: Viewer, input: BudgetCreateInput): Promise<BudgetStanding> {
    requireRole(viewer, Role.FINANCE);
    const { name, metric, period, amount } = input;
    const scope = input.scope ? toScope(input.scope) : (viewer.scope ?? everything);
    const definition = { name: name.trim(), scope, metric, period, amount };
    check(viewer, definition);
    const key = await this.oneAtATime(async (transaction) => {
      await refuseClash(transaction, definition, null);
      return insertBudget(transaction, definition);
    });
    return this.derivedAnew(viewer, key);
  }

  /** @throws DomainError */
  async update(viewer: Viewer, id: string, input: BudgetUpdateInput): Promise<BudgetStanding> {
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
    return this.derivedAnew(viewer, key);
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
    await this.derivation.derive(viewer, [keyOf('Budget', id)]);
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

  private standing(rows: BudgetRow[]): BudgetStanding[] {
    const now = this.clock.now();
    return rows.map((row) => ({ ...row, status: budgetStatus({ ...row, origin: row.forecast?.origin ?? null }, now) }));
  }

  private async derivedAnew(viewer: Viewer, key: string): Promise<BudgetStanding> {
    await this.derivation.one(viewer, key);
    const [current] = await this.find(viewer, [key]);
    return current!;
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
