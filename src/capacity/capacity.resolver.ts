import { Args, Float, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { Forecast, loadForecast } from '../forecasting/index.js';
import { Clock, connection, InvalidInput, keyOf, load, NodeTypes, PageArgs, payload, type Loaders } from '../platform/index.js';
import { loadResource, Resource } from '../resources/index.js';
import { UsageMetric } from '../usage/index.js';
import {
  Capacity,
  CapacitySetInput,
  CapacitySetPayload,
  Exhaustion,
  ExhaustionConnection,
  ExhaustionFilter,
} from './capacity.graphql.js';
import { capacitiesById, capacitiesInForce, type CapacityRow } from './capacity.queries.js';
import { CapacityService } from './capacity.service.js';
import { exhaustionPage, exhaustionsOf, type ExhaustionRow } from './exhaustion.queries.js';

@Resolver(() => Capacity)
export class CapacitiesResolver {
  constructor(
    private readonly db: DataSource,
    private readonly capacities: CapacityService,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('Capacity', async (viewer, id) => (await capacitiesById(db, viewer, [keyOf('Capacity', id)]))[0]);
  }

  @Mutation(() => CapacitySetPayload, {
    nullable: true,
    description: 'Declare the usable capacity of a resource from a date on.',
  })
  capacitySet(@CurrentViewer() viewer: Viewer, @Args('input') input: CapacitySetInput) {
    return payload(async () => ({ capacity: await this.capacities.set(viewer, input) }));
  }

  @ResolveField(() => Resource)
  resource(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { resourceId }: CapacityRow) {
    return loadResource(this.db, loaders, viewer, resourceId);
  }
}

@Resolver(() => Exhaustion)
export class ExhaustionsResolver {
  constructor(private readonly db: DataSource) {}

  @Query(() => ExhaustionConnection, {
    nullable: true,
    description: 'Resources that may run out of capacity, soonest first.',
  })
  async exhaustions(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => ExhaustionFilter, nullable: true, description: 'All you may see when left out.' }) filter: ExhaustionFilter | undefined,
    @Args() page: PageArgs,
  ) {
    return connection(await exhaustionPage(this.db, viewer, filter, page), page);
  }

  @ResolveField(() => Float, {
    description: 'Chance that it happens within this many days of the forecast, from simulated paths.',
  })
  probability(
    @Parent() { probabilityByDay }: ExhaustionRow,
    @Args('withinDays', { type: () => Int }) withinDays: number,
  ): number {
    const horizon = probabilityByDay.length;
    if (withinDays < 0 || withinDays > horizon) {
      throw new InvalidInput(`withinDays needs a number from 0 to ${horizon}, which is how far the forecast looks, got ${withinDays}`, ['withinDays']);
    }
    return withinDays === 0 ? 0 : probabilityByDay[withinDays - 1]!;
  }

  @ResolveField(() => Resource)
  resource(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { resourceId }: ExhaustionRow) {
    return loadResource(this.db, loaders, viewer, resourceId);
  }

  @ResolveField(() => Capacity)
  capacity(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { capacityId }: ExhaustionRow) {
    return load(
      loaders,
      'capacity',
      capacityId,
      (ids) => capacitiesById(this.db, viewer, ids.map((id) => keyOf('Capacity', id))),
      ({ id }) => id,
    );
  }

  @ResolveField(() => Forecast)
  forecast(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { forecastId }: ExhaustionRow) {
    return loadForecast(this.db, loaders, viewer, forecastId);
  }
}

@Resolver(() => Resource)
export class ResourceCapacityResolver {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  @ResolveField(() => [Capacity], { description: 'Capacity in force now, one entry per metric that has a limit.' })
  async capacities(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { id }: Resource) {
    const found = await load(
      loaders,
      'capacitiesInForce',
      id,
      (ids) => capacitiesInForce(this.db, viewer, ids.map((one) => keyOf('Resource', one)), this.clock.now()),
      ({ resourceId }) => resourceId,
    );
    return found?.capacities ?? [];
  }

  @ResolveField(() => Exhaustion, {
    nullable: true,
    description: 'Null when the metric has no capacity, or does not reach it within the horizon.',
  })
  exhaustion(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { id }: Resource,
    @Args('metric', { type: () => UsageMetric }) metric: UsageMetric,
  ): Promise<ExhaustionRow | null> {
    return load(
      loaders,
      `exhaustion ${metric}`,
      id,
      (ids) => exhaustionsOf(this.db, viewer, ids.map((one) => keyOf('Resource', one)), metric),
      ({ resourceId }) => resourceId,
    );
  }
}
