import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CostScopeInput, CurrentViewer, toScope, type Viewer } from '../access/index.js';
import { Clock, CurrencyCodeScalar, Granularity, Money, PeriodInput } from '../platform/index.js';
import { GpuCostDimensionInput, GpuCostReport, IdleRule } from './gpu-cost.graphql.js';
import { gpuCostReport } from './gpu-cost.queries.js';
import { wholeBill } from './missing-price.js';
import { UnitCostSeries } from './unit-cost.graphql.js';
import { unitCosts } from './unit-cost.queries.js';

@Resolver(() => GpuCostReport)
export class GpuCostsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  @Query(() => GpuCostReport, {
    nullable: true,
    description: 'Effective cost of every share of every GPU, idle included, by who had it: adds up to what nodes, pools and GPUs were charged for.',
  })
  gpuCosts(
    @CurrentViewer() viewer: Viewer,
    @Args('period', { description: 'Of whole days, UTC.' }) period: PeriodInput,
    @Args('groupBy', { type: () => [GpuCostDimensionInput], defaultValue: [] }) groupBy: GpuCostDimensionInput[],
    @Args('idle', { type: () => IdleRule, defaultValue: IdleRule.SHOWN }) idle: IdleRule,
    @Args('granularity', { type: () => Granularity, defaultValue: Granularity.DAY, description: 'DAY or MONTH: costs are divided day by day.' }) granularity: Granularity,
    @Args('currency', {
      type: () => CurrencyCodeScalar,
      nullable: true,
      description: 'Refused where charges are in another one, as there is no exchange rate. Each by itself when left out.',
    })
    currency?: string,
  ) {
    return gpuCostReport(this.db, viewer, { period, groupBy, idle, granularity, currency }, this.clock.now());
  }

  @Query(() => [UnitCostSeries], {
    nullable: true,
    description: 'What a GPU-hour, a GiB-month and a million tokens cost, by effective cost; one series for each currency. Refused, and the model named, where GPUs have no charge.',
  })
  unitCosts(
    @CurrentViewer() viewer: Viewer,
    @Args('period', { description: 'Of whole days, UTC.' }) period: PeriodInput,
    @Args('granularity', { type: () => Granularity, defaultValue: Granularity.DAY, description: 'DAY or MONTH.' }) granularity: Granularity,
    @Args('scope', { type: () => CostScopeInput, nullable: true, description: 'Of resources: who had the GPUs, and what was charged for itself. Everything you may see when left out.' }) scope?: CostScopeInput | null,
  ) {
    return unitCosts(this.db, viewer, { period, granularity, scope: toScope(scope) });
  }

  @ResolveField(() => Money, {
    nullable: true,
    description: 'What the groups add up to: the bill. Null when nothing was charged, and when charges are in several currencies. Refused, and the model named, where GPUs have no charge.',
  })
  total(@Parent() report: GpuCostReport): Money | null {
    return wholeBill(report);
  }
}
