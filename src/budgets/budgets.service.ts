import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { requireRole, Role, type Viewer } from '../access/index.js';
import { CapacityService } from '../capacity/index.js';
import { Forecaster, forecastsById, type ForecastRow } from '../forecasting/index.js';
import { Clock, DomainError, InvalidInput, keyOf, NotFound, type PageArgs } from '../platform/index.js';
import { resourcesById } from '../resources/index.js';
import type { BudgetBurnPoint, BudgetFilter, BudgetStatus, BudgetUpdateInput, ForecastCreateInput } from './budget.graphql.js';
import { budgetPage, budgetsById, type BudgetRow } from './budget.queries.js';
import { budgetBurn } from './budget-burn.js';
import { budgetBurns } from './budget-burn.queries.js';
import { checkDefinition, type BudgetDefinition } from './budget-definition.js';
import { changedDefinition, newDefinition, type NewBudget } from './budget-input.js';
import { BudgetDerivation, type BudgetWithOutlook } from './budget-derivation.js';
import { checkFamily } from './budget-family.queries.js';
import { budgetStatus } from './budget-outlook.js';
import { openBudgetReadings, type BudgetReading } from './budget-reading.queries.js';
import { BudgetPeriods } from './budget-periods.js';
import { clashingBudgets, deleteBudget, insertBudget, inTurn, updateBudget } from './budget-writing.queries.js';

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

@Injectable()
export class BudgetsService {
  constructor(
    private readonly database: DataSource,
    private readonly derivation: BudgetDerivation,
    private readonly periods: BudgetPeriods,
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

  /** Budgets day by day. */
  async burns(viewer: Viewer, ids: readonly string[]): Promise<{ id: string; points: BudgetBurnPoint[] }[]> {
    const rows = await budgetBurns(this.database, viewer, ids.map((id) => keyOf('Budget', id)), this.clock.now());
    return rows.map((row) => ({ id: row.id, points: budgetBurn(row) }));
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
  async forecastAll(viewer: Viewer): Promise<void> {
    await this.periods.makeDue(viewer);
    await this.derivation.all(viewer);
    await this.periods.carry(viewer);
  }

  /** @throws DomainError */
  async create(viewer: Viewer, input: NewBudget): Promise<BudgetStanding> {
    requireRole(viewer, Role.FINANCE);
    const definition = newDefinition(input, viewer.scope);
    checkDefinition(viewer, definition);
    const key = await inTurn(this.database, async (transaction) => {
      await refuseClash(transaction, definition, null);
      await checkFamily(transaction, viewer, null, definition);
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
    const definition = changedDefinition(known, input);
    checkDefinition(viewer, definition);
    await inTurn(this.database, async (transaction) => {
      await refuseClash(transaction, definition, key);
      await checkFamily(transaction, viewer, key, definition);
      await updateBudget(transaction, key, definition, Boolean(input.amount));
    });
    return this.derivedAnew(viewer, key);
  }

  /** @throws DomainError */
  async delete(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.FINANCE);
    const key = keyOf('Budget', id, ['id']);
    const [known] = await budgetsById(this.database, viewer, [key]);
    if (!known) throw new NotFound(id, ['id']);
    await inTurn(this.database, (transaction) => deleteBudget(transaction, key));
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
}

async function refuseClash(db: EntityManager, definition: BudgetDefinition, exceptKey: string | null): Promise<void> {
  const [clash] = await clashingBudgets(db, definition, exceptKey);
  if (clash?.isSameName) throw new BudgetExists(clash.name);
  if (clash) throw new BudgetOverlaps(clash.name);
}
