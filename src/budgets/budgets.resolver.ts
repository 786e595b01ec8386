import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type CostScope, type Viewer } from '../access/index.js';
import { Forecast, loadForecast, type ForecastRow } from '../forecasting/index.js';
import { connection, found, keyOf, load, NodeTypes, PageArgs, payload, toId, type Loaders } from '../platform/index.js';
import { loadResource } from '../resources/index.js';
import {
  Budget,
  BudgetBurnPoint,
  BudgetConnection,
  BudgetCreateInput,
  BudgetCreatePayload,
  BudgetDeletePayload,
  BudgetFilter,
  BudgetUpdateInput,
  BudgetUpdatePayload,
  ForecastCreateInput,
  ForecastCreatePayload,
  ForecastSubject,
} from './budget.graphql.js';
import { BudgetsService, type BudgetStanding } from './budgets.service.js';

@Resolver(() => Budget)
export class BudgetsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly budgets: BudgetsService,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('Budget', async (viewer, id) => (await budgets.find(viewer, [keyOf('Budget', id)]))[0]);
  }

  @Query(() => Budget, { nullable: true, description: 'One budget. Refused with NOT_FOUND when you may see none that has this id.' })
  async budget(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [budget] = await this.budgets.find(viewer, [keyOf('Budget', id, ['id'])]);
    return found(budget, id);
  }

  @Query(() => BudgetConnection, { name: 'budgets', nullable: true, description: 'By period, then by name.' })
  async budgetPage(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => BudgetFilter, nullable: true, description: 'All you may see when left out.' }) filter: BudgetFilter | undefined,
    @Args() page: PageArgs,
  ) {
    return connection(await this.budgets.page(viewer, filter, page), page);
  }

  @Mutation(() => BudgetCreatePayload, {
    nullable: true,
    description: 'Set what a scope may cost over a period. Two budgets of one scope may not overlap.',
  })
  budgetCreate(@CurrentViewer() viewer: Viewer, @Args('input') input: BudgetCreateInput) {
    return payload(async () => ({ budget: await this.budgets.create(viewer, input) }));
  }

  @Mutation(() => BudgetUpdatePayload, { nullable: true, description: 'Change a budget; what is left out stays.' })
  budgetUpdate(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: BudgetUpdateInput,
  ) {
    return payload(async () => ({ budget: await this.budgets.update(viewer, id, input) }));
  }

  @Mutation(() => BudgetDeletePayload, { nullable: true, description: 'Delete a budget. Charges and forecasts stay.' })
  budgetDelete(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return payload(async () => ({ deletedBudgetId: await this.budgets.delete(viewer, id) }));
  }

  @Mutation(() => ForecastCreatePayload, {
    nullable: true,
    description: 'Forecast now, from the data there is. Unchanged data gives the version there is.',
  })
  forecastCreate(@CurrentViewer() viewer: Viewer, @Args('input') input: ForecastCreateInput) {
    return payload(async () => ({ forecast: await this.budgets.forecastSubject(viewer, input) }));
  }

  @ResolveField(() => Forecast, {
    nullable: true,
    description: "Latest forecast of the scope's cost. Null until there is enough history.",
  })
  forecast(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { forecast }: Pick<BudgetStanding, 'forecast'>,
  ): Promise<ForecastRow | null> | null {
    return forecast && loadForecast(this.db, loaders, viewer, toId('Forecast', forecast.id));
  }
}

@Resolver(() => Budget)
export class BudgetFamilyResolver {
  constructor(private readonly budgets: BudgetsService) {}

  @ResolveField(() => Budget, { nullable: true, description: 'The budget that this is a part of. Null for one that is no part, or of one you may not see.' })
  parent(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { parentId }: Pick<BudgetStanding, 'parentId'>) {
    return parentId === null ? null : this.load(viewer, loaders, parentId);
  }

  @ResolveField(() => Budget, { nullable: true, description: 'The period before. Null for the first.' })
  previous(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { previousId }: Pick<BudgetStanding, 'previousId'>) {
    return previousId === null ? null : this.load(viewer, loaders, previousId);
  }

  @ResolveField(() => [BudgetBurnPoint], { description: 'Planned, charged and expected by the end of each day of its period.' })
  async burn(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { id }: Pick<BudgetStanding, 'id'>) {
    return (await load(loaders, 'budgetBurn', id, (ids) => this.budgets.burns(viewer, ids), (row) => row.id))!.points;
  }

  private load(viewer: Viewer, loaders: Loaders, id: string): Promise<BudgetStanding | null> {
    return load(loaders, 'budget', id, (ids) => this.budgets.find(viewer, ids.map((one) => keyOf('Budget', one))), (budget) => budget.id);
  }
}

@Resolver(() => Forecast)
export class ForecastSubjectResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => ForecastSubject)
  subject(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { resourceId, costScope }: ForecastRow,
  ) {
    return resourceId === null ? (costScope as CostScope) : loadResource(this.db, loaders, viewer, resourceId);
  }
}
