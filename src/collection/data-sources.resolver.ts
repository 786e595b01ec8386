import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource as Database } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { connection, found, keyOf, load, NodeTypes, PageArgs, payload, PeriodInput, PluginKind, Plugins, Readiness, type Loaders } from '../platform/index.js';
import { collectors } from './collectors/index.js';
import {
  CollectionRun,
  CollectionRunConnection,
  DataSource,
  DataSourceCollectPayload,
  DataSourceConnection,
  DataSourceCreateInput,
  DataSourceCreatePayload,
  DataSourceDeletePayload,
  DataSourceTestInput,
  DataSourceTestPayload,
  DataSourceUpdateInput,
  DataSourceUpdatePayload,
} from './data-source.graphql.js';
import { DataSourcesService } from './data-sources.service.js';
import { countStaleSources, dataSourcePage, dataSourcesById, runs, type CollectionRunRow, type DataSourceRow } from './data-source.queries.js';

@Resolver(() => DataSource)
export class DataSourcesResolver {
  constructor(
    private readonly db: Database,
    private readonly sources: DataSourcesService,
    nodes: NodeTypes,
    plugins: Plugins,
    readiness: Readiness,
  ) {
    nodes.register<Viewer>('DataSource', async (viewer, id) => (await dataSourcesById(db, viewer, [keyOf('DataSource', id)]))[0]);
    nodes.register<Viewer>('CollectionRun', async (viewer, id) => (await runs(db, viewer, { runKey: keyOf('CollectionRun', id) }))[0]);
    plugins.register(PluginKind.COLLECTOR, collectors);
    readiness.register('staleSources', () => countStaleSources(db));
  }

  @Query(() => DataSource, { nullable: true, description: 'One source. Refused with NOT_FOUND when you may see none that has this id.' })
  async dataSource(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [source] = await dataSourcesById(this.db, viewer, [keyOf('DataSource', id, ['id'])]);
    return found(source, id);
  }

  @Query(() => DataSourceConnection, { nullable: true, description: 'Where observations come from, by name.' })
  async dataSources(@CurrentViewer() viewer: Viewer, @Args() page: PageArgs) {
    return connection(await dataSourcePage(this.db, viewer, page), page);
  }

  @Mutation(() => DataSourceCreatePayload, { nullable: true, description: 'Read a source from now on. Its first run is asked for at once.' })
  dataSourceCreate(@CurrentViewer() viewer: Viewer, @Args('input') input: DataSourceCreateInput) {
    return payload(async () => ({ dataSource: await this.sources.create(viewer, input) }));
  }

  @Mutation(() => DataSourceUpdatePayload, { nullable: true, description: 'Change a source; what is left out stays.' })
  dataSourceUpdate(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string, @Args('input') input: DataSourceUpdateInput) {
    return payload(async () => ({ dataSource: await this.sources.update(viewer, id, input) }));
  }

  @Mutation(() => DataSourceDeletePayload, { nullable: true, description: 'Delete a source with all that came from it: charges, samples and runs. Resources stay.' })
  dataSourceDelete(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return payload(async () => ({ deletedDataSourceId: await this.sources.delete(viewer, id) }));
  }

  @Mutation(() => DataSourceCollectPayload, { nullable: true, description: 'Collect this period again. Samples and charges are replaced, never duplicated.' })
  dataSourceCollect(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string, @Args('period') period: PeriodInput) {
    return payload(async () => ({ run: await this.sources.collect(viewer, id, period) }));
  }

  @Mutation(() => DataSourceTestPayload, { nullable: true, description: 'Ask the outside whether settings work. Nothing is stored.' })
  dataSourceTest(@CurrentViewer() viewer: Viewer, @Args('input') input: DataSourceTestInput) {
    return payload(async () => ({ answer: await this.sources.test(viewer, input) }));
  }

  @ResolveField(() => CollectionRunConnection, { description: 'Newest first.' })
  async runs(@CurrentViewer() viewer: Viewer, @Parent() { id }: DataSource, @Args() page: PageArgs) {
    return connection(await runs(this.db, viewer, { dataSourceKey: keyOf('DataSource', id), page }), page);
  }
}

@Resolver(() => CollectionRun)
export class CollectionRunsResolver {
  constructor(private readonly db: Database) {}

  @ResolveField(() => DataSource)
  dataSource(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { dataSourceId }: CollectionRunRow,
  ) {
    return loadDataSource(this.db, loaders, viewer, dataSourceId);
  }
}

/** A source by its id in the API, together with all the others of this request. */
export function loadDataSource(db: Database, loaders: Loaders, viewer: Viewer, id: string): Promise<DataSourceRow | null> {
  return load(
    loaders,
    'dataSource',
    id,
    (ids) => dataSourcesById(db, viewer, ids.map((one) => keyOf('DataSource', one))),
    (source) => source.id,
  );
}
