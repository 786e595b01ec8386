import { Args, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource as Database } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { checkPeriod, keyOf, PeriodInput, type Loaders } from '../platform/index.js';
import { DataSource } from './data-source.graphql.js';
import { loadDataSource } from './data-sources.resolver.js';
import { Reconciliation } from './reconciliation.graphql.js';
import { reconciliations, type ReconciliationRow } from './reconciliation.queries.js';

@Resolver(() => Reconciliation)
export class ReconciliationsResolver {
  constructor(private readonly db: Database) {}

  @Query(() => [Reconciliation], { nullable: true, description: 'What is stored against what the provider says, per billing period that overlaps the period, latest first.' })
  reconciliations(
    @CurrentViewer() viewer: Viewer,
    @Args('period') period: PeriodInput,
    @Args('dataSourceId', { type: () => ID, nullable: true, description: 'One source; all of them when left out.' }) dataSourceId: string | undefined,
  ) {
    const key = dataSourceId ? keyOf('DataSource', dataSourceId, ['dataSourceId']) : null;
    return reconciliations(this.db, viewer, checkPeriod(period), key);
  }

  @ResolveField(() => DataSource)
  dataSource(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { dataSourceId }: ReconciliationRow) {
    return loadDataSource(this.db, loaders, viewer, dataSourceId);
  }
}
