import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import {
  checkPeriod,
  Clock,
  connection,
  CurrencyCodeScalar,
  Granularity,
  InvalidInput,
  keyOf,
  load,
  Money,
  NodeTypes,
  PageArgs,
  PeriodInput,
  type Loaders,
} from '../platform/index.js';
import { loadResource, Resource } from '../resources/index.js';
import { ChargeConnection, ChargeType, CostDimensionInput, CostFilter, CostMetric, CostReport, CostVariance } from './cost.graphql.js';
import { costReport } from './cost-report.queries.js';
import { costVariance } from './cost-variance.js';
import { chargeById, chargePage, effectiveCosts, type ChargeRow } from './charge.queries.js';

@Resolver(() => ChargeType)
export class ChargesResolver {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('Charge', (viewer, id) => chargeById(db, viewer, id));
  }

  @Query(() => ChargeConnection, { nullable: true, description: 'Charge rows as the provider billed them, oldest first.' })
  async charges(@CurrentViewer() viewer: Viewer, @Args('filter') filter: CostFilter, @Args() page: PageArgs) {
    return connection(await chargePage(this.db, viewer, filter, page), page);
  }

  @Query(() => CostReport, {
    nullable: true,
    description:
      'Charges added up: one series per group. Without a currency, one group per billing currency; never a sum across.',
  })
  costReport(
    @CurrentViewer() viewer: Viewer,
    @Args('filter') filter: CostFilter,
    @Args('groupBy', { type: () => [CostDimensionInput], defaultValue: [] }) groupBy: CostDimensionInput[],
    @Args('granularity', { type: () => Granularity, defaultValue: Granularity.DAY }) granularity: Granularity,
    @Args('metric', { type: () => CostMetric, defaultValue: CostMetric.EFFECTIVE_COST }) metric: CostMetric,
    @Args('currency', {
      type: () => CurrencyCodeScalar,
      nullable: true,
      description: 'Refused where charges are in another one, as there is no exchange rate. Each by itself when left out.',
    })
    currency?: string,
    @Args('asOf', { type: () => Date, nullable: true, description: 'As the numbers were then; now when left out.' })
    asOf?: Date,
  ) {
    return costReport(this.db, viewer, { filter, groupBy, granularity, metric, currency, asOf }, this.clock.now());
  }

  @Query(() => CostVariance, {
    nullable: true,
    description: 'Why one period, or scope, cost more or less than another. Null when nothing was charged in either.',
  })
  costVariance(
    @CurrentViewer() viewer: Viewer,
    @Args('base', { type: () => CostFilter }) base: CostFilter,
    @Args('compared', { type: () => CostFilter }) compared: CostFilter,
    @Args('metric', { type: () => CostMetric, defaultValue: CostMetric.EFFECTIVE_COST }) metric: CostMetric,
    @Args('currency', {
      type: () => CurrencyCodeScalar,
      nullable: true,
      description: 'Refused where charges are in another one, as there is no exchange rate. May be left out where all are in one.',
    })
    currency?: string,
  ) {
    return costVariance(this.db, viewer, { base, compared, metric, currency });
  }

  @ResolveField(() => Resource, {
    nullable: true,
    description: 'Null for charges that concern no single resource, such as tax or support.',
  })
  resource(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { resourceKey }: ChargeRow,
  ): Promise<Resource | null> | null {
    return resourceKey === null ? null : loadResource(this.db, loaders, viewer, resourceKey);
  }
}

@Resolver(() => Resource)
export class ResourceCostResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => Money, {
    nullable: true,
    description: 'What was charged for it over the period. Null when nothing was: unknown is not zero.',
  })
  async effectiveCost(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { id }: Resource,
    @Args('period') period: PeriodInput,
  ): Promise<Money | null> {
    checkPeriod(period);
    const found = await load(
      loaders,
      `effectiveCost ${period.start.toISOString()} ${period.end.toISOString()}`,
      id,
      (ids) => effectiveCosts(this.db, viewer, ids.map((one) => keyOf('Resource', one)), period),
      ({ resourceId }) => resourceId,
    );
    if (found && found.costs.length > 1) {
      const currencies = found.costs.map(({ currency }) => currency).join(' and ');
      throw new InvalidInput(`resource "${id}" is billed in ${currencies} in this period: ask costReport for each`);
    }
    return found?.costs[0] ?? null;
  }
}
