import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { changedPaths, type PathChange, type Paths } from '../../forecasts/index.js';
import { contains, type Scope, type Viewer } from '../access/index.js';
import { budgetOutlook, BudgetsService, type BudgetOutlook, type BudgetWithOutlook } from '../budgets/index.js';
import { forecastsWithLimits, limitMetricOf, type ForecastWithLimit } from '../capacity/index.js';
import { CostMetric, costShares } from '../costs/index.js';
import { distributionById, Forecaster, InsufficientHistory, pathsOfStored, totalOfPaths, type StoredDistribution, type StoredTotal } from '../forecasting/index.js';
import { Clock, DomainError, InvalidInput, keyOf, NotFound } from '../platform/index.js';
import { resourcesById, type ResourceRow } from '../resources/index.js';
import { changeOf, ScenarioTarget, type Adjustment } from './adjustment.js';
import { monthsAhead } from './months.js';
import { costChange, UnknownCost, type CostlyAdjustment } from './scenario-cost.js';
import { resourceOutlooks, type ResourceOutlook } from './scenario-demand.js';
import { adjustedResources, scenariosById, type ScenarioRow } from './scenario.queries.js';

export const mostMonths = 18;
const mostScenarios = 5;
/** More resources than these are not compared but read; a scope names the ones that matter. */
const mostResources = 200;
/** Shares of costs are those of so many settled days. */
const shareDays = 28;
const dayMs = 86_400_000;
/** The same forecast gives the same amounts. */
const seed = 20_270_103;
const level = 80;

export interface CostOutlook {
  currency: string;
  months: { period: { start: Date; end: Date }; total: StoredTotal }[];
  total: StoredTotal;
}

export interface OutlookOfScenario {
  scenario: ScenarioRow | null;
  resources: ResourceOutlook[];
  cost: CostOutlook | null;
  budgets: (BudgetOutlook & { budget: BudgetWithOutlook })[];
  gaps: string[];
}

export interface Comparison {
  period: { start: Date; end: Date };
  base: OutlookOfScenario;
  outlooks: OutlookOfScenario[];
}

/** More than can be compared at once. */
export class TooMuchToCompare extends DomainError {
  readonly code = 'LIMIT_EXCEEDED';
}

/** All that scenarios are laid over. */
interface Ground {
  now: Date;
  horizonDays: number;
  scope: Scope;
  forecasts: ForecastWithLimit[];
  cost: (StoredDistribution & { unit: string }) | null;
  budgets: BudgetWithOutlook[];
  /** Why there is no cost; null when there is one. */
  costGap: string | null;
}

/** Lays scenarios over the latest forecasts there are. Nothing of it is stored, so that it moves with them. */
@Injectable()
export class ScenarioComparer {
  constructor(
    private readonly database: DataSource,
    private readonly forecaster: Forecaster,
    private readonly budgets: BudgetsService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError */
  async compare(viewer: Viewer, asked: { scenarioIds: readonly string[]; months: number; currency?: string | null }): Promise<Comparison> {
    const { scenarioIds, months, currency } = asked;
    if (!Number.isInteger(months) || months < 1 || months > mostMonths) throw new InvalidInput(`months needs a whole number from 1 to ${mostMonths}, got ${months}`, ['months']);
    if (scenarioIds.length < 1 || scenarioIds.length > mostScenarios) throw new InvalidInput(`scenarioIds needs 1 to ${mostScenarios} of them, got ${scenarioIds.length}`, ['scenarioIds']);
    const scenarios = await this.scenarios(viewer, scenarioIds);
    const scope = scenarios[0]!.scope;
    const other = scenarios.find((scenario) => JSON.stringify(scenario.scope) !== JSON.stringify(scope));
    if (other) throw new InvalidInput(`"${other.name}" is about another scope than "${scenarios[0]!.name}": only scenarios of one scope can stand side by side`, ['scenarioIds']);

    const now = this.clock.now();
    const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
    const end = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, start.getUTCDate()));
    const adjustments = scenarios.flatMap((scenario) => scenario.adjustments);
    const resources = await this.resourcesOf(viewer, scope, adjustments);
    const ground = await this.ground(viewer, scope, { now, end, currency: currency ?? null, changed: [...new Set([...resources.values()].flat())] });
    const costly = await this.costly(viewer, adjustments, ground, resources);
    const shares = await this.shares(viewer, ground, costly, resources);
    const asBase = [null, ...scenarios];
    const demand = await demandOf(ground, asBase, resources);
    const costPaths = ground.cost && pathsOfStored(ground.cost, seed);
    const [base, ...outlooks] = asBase.map((scenario, index) => outlook(ground, scenario, { resources: demand[index]!, costPaths, costly, shares }));
    return { period: { start, end }, base: base!, outlooks };
  }

  private async scenarios(viewer: Viewer, ids: readonly string[]): Promise<ScenarioRow[]> {
    const rows = await scenariosById(this.database, viewer, ids.map((id) => keyOf('Scenario', id, ['scenarioIds'])));
    return ids.map((id) => {
      const row = rows.find((one) => one.id === id);
      if (!row) throw new NotFound(id, ['scenarioIds']);
      return row;
    });
  }

  private async resourcesOf(viewer: Viewer, scope: Scope, adjustments: readonly Adjustment[]): Promise<Map<Adjustment, string[]>> {
    const rows = await adjustedResources(this.database, viewer, scope, adjustments);
    return new Map(adjustments.map((adjustment, index) => [adjustment, rows.find((row) => row.index === index)?.resourceKeys ?? []]));
  }

  private async ground(viewer: Viewer, scope: Scope, { now, end, currency, changed }: { now: Date; end: Date; currency: string | null; changed: string[] }): Promise<Ground> {
    const horizonOf = (origin: Date): number => Math.ceil((end.getTime() - origin.getTime()) / dayMs);
    const read = (): Promise<ForecastWithLimit[]> => forecastsWithLimits(this.database, viewer, undefined, { scope, withoutLimit: changed });
    let forecasts = await read();
    if (forecasts.length > mostResources) {
      throw new TooMuchToCompare(`${forecasts.length} resources of this scope have limits, and ${mostResources} can be compared at once: make a scenario of a narrower scope`);
    }
    const short = forecasts.filter(({ origin, horizon }) => horizon < horizonOf(origin));
    for (const { resourceKey, metric, origin } of short) await this.forecaster.forecastResource(viewer, resourceKey, metric, horizonOf(origin));
    if (short.length > 0) forecasts = await read();
    const { cost, costGap } = await this.cost(viewer, scope, currency, (origin) => horizonOf(origin));
    const open = (await this.budgets.open(viewer)).filter(({ scope: ofBudget }) => contains(scope, ofBudget));
    const horizonDays = horizonOf(now);
    return { now, horizonDays, scope, cost, costGap, budgets: open, forecasts: forecasts.map((forecast) => shortened(forecast, horizonOf(forecast.origin))) };
  }

  private async cost(viewer: Viewer, scope: Scope, currency: string | null, horizonOf: (origin: Date) => number): Promise<Pick<Ground, 'cost' | 'costGap'>> {
    const metric = CostMetric.EFFECTIVE_COST;
    try {
      const first = await this.stored(viewer, { scope, metric, currency });
      // Settled days end before today, so that it has to look further than the time compared.
      const horizonDays = horizonOf(first.origin);
      const whole = first.horizon >= horizonDays ? first : await this.stored(viewer, { scope, metric, currency, horizonDays });
      return { cost: shortened(whole, horizonDays), costGap: null };
    } catch (error) {
      if (!(error instanceof InsufficientHistory)) throw error;
      return { cost: null, costGap: `costs: ${error.message}` };
    }
  }

  private async stored(viewer: Viewer, wanted: Parameters<Forecaster['forecastCost']>[1]): Promise<StoredDistribution & { unit: string }> {
    return distributionById(this.database, viewer, (await this.forecaster.forecastCost(viewer, wanted)).id);
  }

  private async costly(viewer: Viewer, adjustments: readonly Adjustment[], { forecasts }: Ground, resources: Map<Adjustment, string[]>): Promise<Map<Adjustment, CostlyAdjustment>> {
    const single = adjustments.flatMap(({ resourceIds }) => (resourceIds.length === 1 ? [keyOf('Resource', resourceIds[0]!)] : []));
    const rows = await resourcesById(this.database, viewer, single);
    return new Map(adjustments.map((adjustment) => {
      const row = adjustment.resourceIds.length === 1 ? rows.find(({ id }) => id === adjustment.resourceIds[0]) : undefined;
      return [adjustment, { adjustment, scope: row ? scopeOf(row) : adjustment.scope, forecasts: forecasts.filter((forecast) => isOf(adjustment, forecast, resources)) }];
    }));
  }

  /** The share of each adjustment in each cost: of the scope first, then of the budgets. */
  private async shares(viewer: Viewer, { cost, budgets, scope }: Ground, costly: Map<Adjustment, CostlyAdjustment>, resources: Map<Adjustment, string[]>): Promise<Map<Adjustment, (number | null)[]>> {
    if (!cost) return new Map();
    const [start, end] = [new Date(cost.origin.getTime() - shareDays * dayMs), cost.origin];
    const whole = (of: Scope, metric: CostMetric, currency: string) => ({ scope: of, metric, currency, start, end });
    const wholes = [whole(scope, CostMetric.EFFECTIVE_COST, cost.unit), ...budgets.map((budget) => whole(budget.scope, budget.metric, budget.amount.currency))];
    const adjustments = [...costly.keys()];
    const parts = adjustments.map((adjustment) => ({ scope: adjustment.scope, resourceKeys: costlyKeys(costly.get(adjustment)!, resources) }));
    const shares = await costShares(this.database, viewer, wholes, parts);
    return new Map(adjustments.map((adjustment, part) => [adjustment, wholes.map((_, index) => shares[index * parts.length + part]!)]));
  }
}

/** What each scenario makes of each resource. */
async function demandOf({ now, forecasts }: Ground, scenarios: readonly (ScenarioRow | null)[], resources: Map<Adjustment, string[]>): Promise<ResourceOutlook[][]> {
  const outlooks: ResourceOutlook[][] = scenarios.map(() => []);
  for (const forecast of forecasts) {
    const changeBy = (scenario: ScenarioRow | null, target: ScenarioTarget): PathChange =>
      changeOf((scenario?.adjustments ?? []).filter((adjustment) => adjustment.target === target && isOf(adjustment, forecast, resources)), forecast.origin, forecast.horizon);
    const changes = scenarios.map((scenario) => ({ demand: changeBy(scenario, ScenarioTarget.DEMAND), limit: changeBy(scenario, ScenarioTarget.CAPACITY) }));
    resourceOutlooks(forecast, now, changes).forEach((one, index) => outlooks[index]!.push(one));
    // Others are answered in between.
    await setImmediate();
  }
  return outlooks;
}

interface Laid {
  resources: ResourceOutlook[];
  costPaths: Paths | null;
  costly: Map<Adjustment, CostlyAdjustment>;
  shares: Map<Adjustment, (number | null)[]>;
}

function outlook({ now, scope, cost, budgets, costGap }: Ground, scenario: ScenarioRow | null, { resources, costPaths, costly, shares }: Laid): OutlookOfScenario {
  const adjustments = scenario?.adjustments ?? [];
  const gaps: string[] = [];
  for (const adjustment of adjustments) {
    if (adjustment.target !== ScenarioTarget.COST && costly.get(adjustment)!.forecasts.length === 0) {
      gaps.push(`"${adjustment.description}" changes nothing: no resource it is of has a forecast of ${adjustment.metric}`);
    }
  }
  if (costGap !== null || cost === null || costPaths === null) return { scenario, resources, cost: null, budgets: [], gaps: [...gaps, costGap ?? 'costs are unknown'] };
  const changeOfCost = (of: Scope, currency: string, stored: Pick<StoredDistribution, 'origin' | 'horizon'>, index: number) =>
    costChange({ scope: of, currency, origin: new Date(stored.origin), horizon: stored.horizon }, adjustments.map((one) => costly.get(one)!), adjustments.map((one) => shares.get(one)![index]!));
  try {
    const change = changeOfCost(scope, cost.unit, cost, 0);
    const paths = changedPaths(costPaths, change);
    const total = (start: number, end: number): StoredTotal => totalOfPaths(paths, { start, end }, level);
    return {
      scenario,
      resources,
      cost: { currency: cost.unit, months: monthsAhead(cost.origin, cost.horizon).map(({ start, end, period }) => ({ period, total: total(start, end) })), total: total(0, cost.horizon) },
      budgets: budgets.map((budget, index) => ({
        budget,
        ...budgetOutlook(budget, now, budget.forecast
          ? changeOfCost(budget.scope, budget.amount.currency, { ...budget.forecast, origin: new Date(budget.forecast.origin) }, index + 1)
          : undefined),
      })),
      gaps,
    };
  } catch (error) {
    if (!(error instanceof UnknownCost)) throw error;
    return { scenario, resources, cost: null, budgets: [], gaps: [...gaps, `costs: ${error.message}`] };
  }
}

/** The resources whose charges an adjustment is of; null where it is of charges, whatever they are for. */
function costlyKeys({ adjustment, forecasts }: CostlyAdjustment, resources: Map<Adjustment, string[]>): string[] | null {
  // What has none of the demand costs the same.
  if (adjustment.target !== ScenarioTarget.COST) return forecasts.map(({ resourceKey }) => resourceKey);
  return adjustment.resourceIds.length === 0 && adjustment.gpuModels.length === 0 ? null : resources.get(adjustment)!;
}

/** Whether an adjustment changes what a forecast is of, or its limit. */
function isOf(adjustment: Adjustment, { resourceKey, metric }: ForecastWithLimit, resources: Map<Adjustment, string[]>): boolean {
  const isOfMetric = adjustment.target === ScenarioTarget.CAPACITY ? adjustment.metric === limitMetricOf(metric) : adjustment.metric === metric;
  return isOfMetric && resources.get(adjustment)!.includes(resourceKey);
}

/** A forecast that ends where the comparison does. */
function shortened<Stored extends StoredDistribution>(stored: Stored, horizon: number): Stored {
  if (stored.horizon <= horizon) return stored;
  return { ...stored, horizon, mean: stored.mean.slice(0, horizon), sd: stored.sd.slice(0, horizon) };
}

/** Where a resource's charges lie. */
function scopeOf({ providerName, subAccountId, serviceName, serviceCategory, tags }: ResourceRow): Scope {
  return {
    providerNames: [providerName],
    subAccountIds: subAccountId === null ? [] : [subAccountId],
    serviceNames: [serviceName],
    serviceCategories: [serviceCategory],
    tags: tags.flatMap(({ key, value }) => (value === null ? [] : [{ key, values: [value] }])),
  };
}
