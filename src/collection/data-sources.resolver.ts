import { Args, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource as Database } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { connection, found, keyOf, load, NodeTypes, PageArgs, PluginKind, Plugins, type Loaders } from '../platform/index.js';
import { collectors } from './collectors/index.js';
import { CollectionRun, CollectionRunConnection, DataSource, DataSourceConnection } from './data-source.graphql.js';
import { dataSourcePage, dataSourcesById, runs, type CollectionRunRow } from './data-source.queries.js';

@Resolver(() => DataSource)
export class DataSourcesResolver {
  constructor(
    private readonly db: Database,
    nodes: NodeTypes,
    plugins: Plugins,
  ) {
    nodes.register<Viewer>('DataSource', async (viewer, id) => (await dataSourcesById(db, viewer, [keyOf('DataSource', id)]))[0]);
    nodes.register<Viewer>('CollectionRun', async (viewer, id) => (await runs(db, viewer, { runKey: keyOf('CollectionRun', id) }))[0]);
    plugins.register(PluginKind.COLLECTOR, collectors);
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
    return load(
      loaders,
      'dataSource',
      dataSourceId,
      (ids) => dataSourcesById(this.db, viewer, ids.map((id) => keyOf('DataSource', id))),
      ({ id }) => id,
    );
  }
}
