import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Big } from 'big.js';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { connection, CurrencyCodeScalar, found, keyOf, NodeTypes, PageArgs, payload, toId, type Loaders } from '../platform/index.js';
import { loadResource, Resource } from '../resources/index.js';
import { ScenarioComparison, ScenarioDemand, ScenarioExhaustion } from './comparison.graphql.js';
import { mostMonths, ScenarioComparer, type OutlookOfScenario } from './scenario-comparison.js';
import { Scenario, ScenarioConnection, ScenarioCreateInput, ScenarioCreatePayload, ScenarioDeletePayload, ScenarioUpdateInput, ScenarioUpdatePayload } from './scenario.graphql.js';
import { ScenariosService } from './scenarios.service.js';

@Resolver(() => Scenario)
export class ScenariosResolver {
  constructor(
    private readonly scenarios: ScenariosService,
    private readonly comparer: ScenarioComparer,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('Scenario', async (viewer, id) => (await scenarios.find(viewer, [keyOf('Scenario', id)]))[0] as Scenario | undefined);
  }

  @Query(() => Scenario, { nullable: true, description: 'One scenario. Refused with NOT_FOUND when you may see none that has this id.' })
  async scenario(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [scenario] = await this.scenarios.find(viewer, [keyOf('Scenario', id, ['id'])]);
    return found(scenario, id);
  }

  @Query(() => ScenarioConnection, { name: 'scenarios', nullable: true, description: 'By name.' })
  async scenarioPage(@CurrentViewer() viewer: Viewer, @Args() page: PageArgs) {
    return connection(await this.scenarios.page(viewer, page), page);
  }

  @Query(() => ScenarioComparison, {
    nullable: true,
    description: 'Scenarios of one scope beside what is expected without any: demand, exhaustion, cost and budgets. Worked out from the latest forecasts.',
  })
  async scenarioComparison(
    @CurrentViewer() viewer: Viewer,
    @Args('scenarioIds', { type: () => [ID], description: 'One to five, of one scope.' }) scenarioIds: string[],
    @Args('months', { type: () => Int, defaultValue: 6, description: `How far ahead, 1 to ${mostMonths}.` }) months: number,
    @Args('currency', { type: () => CurrencyCodeScalar, nullable: true, description: 'Needed where the scope is charged in several.' }) currency: string | undefined,
  ) {
    const { period, base, outlooks } = await this.comparer.compare(viewer, { scenarioIds, months, currency: currency ?? null });
    return { period, base: shown(base), outlooks: outlooks.map(shown) };
  }

  @Mutation(() => ScenarioCreatePayload, { nullable: true, description: 'Write down what may change. Nothing is changed by it but what is asked of it.' })
  scenarioCreate(@CurrentViewer() viewer: Viewer, @Args('input') input: ScenarioCreateInput) {
    return payload(async () => ({ scenario: await this.scenarios.create(viewer, input) }));
  }

  @Mutation(() => ScenarioUpdatePayload, { nullable: true, description: 'Change a scenario; what is left out stays.' })
  scenarioUpdate(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string, @Args('input') input: ScenarioUpdateInput) {
    return payload(async () => ({ scenario: await this.scenarios.update(viewer, id, input) }));
  }

  @Mutation(() => ScenarioDeletePayload, { nullable: true, description: 'Delete a scenario. Nothing else is changed by that.' })
  scenarioDelete(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return payload(async () => ({ deletedScenarioId: await this.scenarios.delete(viewer, id) }));
  }
}

@Resolver(() => ScenarioDemand)
export class ScenarioDemandResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => Resource)
  resource(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { resourceKey }: { resourceKey: string }) {
    return loadResource(this.db, loaders, viewer, toId('Resource', resourceKey));
  }
}

@Resolver(() => ScenarioExhaustion)
export class ScenarioExhaustionResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => Resource)
  resource(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { resourceKey }: { resourceKey: string }) {
    return loadResource(this.db, loaders, viewer, toId('Resource', resourceKey));
  }
}

/** An outlook as the API shows it: what may run out, soonest first. */
function shown({ resources, ...outlook }: OutlookOfScenario) {
  const exhaustions = resources.flatMap(({ exhaustion }) => {
    if (!exhaustion) return [];
    const probability = exhaustion.probabilityByDay.at(-1)!;
    if (probability === 0) return [];
    const { unitCostPerMonth: price, unitCostCurrency: currency, unitsNeeded } = exhaustion;
    return [{ ...exhaustion, probability, costOfUnitsNeeded: price === null ? null : { amount: new Big(price).times(unitsNeeded).toFixed(), currency: currency! } }];
  });
  const soonest = exhaustions.toSorted((one, other) =>
    (one.p10At?.getTime() ?? Infinity) - (other.p10At?.getTime() ?? Infinity) || other.probability - one.probability || (one.resourceKey < other.resourceKey ? -1 : 1));
  return { ...outlook, demand: resources, exhaustions: soonest };
}
