import { Args, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { connection, keyOf, load, NodeTypes, PageArgs, type Loaders } from '../platform/index.js';
import { Resource, ResourceConnection, ResourceFilter, ResourceOrder } from './resource.graphql.js';
import { resourcePage, resourcesById, type ResourceRow } from './resource.queries.js';

@Resolver(() => Resource)
export class ResourcesResolver {
  constructor(
    private readonly db: DataSource,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('Resource', async (viewer, id) => (await resourcesById(db, viewer, [keyOf('Resource', id)]))[0]);
  }

  @Query(() => Resource, { nullable: true })
  async resource(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [resource] = await resourcesById(this.db, viewer, [keyOf('Resource', id, ['id'])]);
    return resource ?? null;
  }

  @Query(() => ResourceConnection, { nullable: true })
  async resources(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => ResourceFilter, nullable: true }) filter: ResourceFilter | undefined,
    @Args('orderBy', { type: () => ResourceOrder, nullable: true }) orderBy: ResourceOrder | undefined,
    @Args() page: PageArgs,
  ) {
    return connection(await resourcePage(this.db, viewer, filter, orderBy, page), page);
  }

  @ResolveField(() => Resource, {
    nullable: true,
    description: 'The GPU, node or pool this is a part or a share of. Null for a whole of its own.',
  })
  parent(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { parentId }: ResourceRow,
  ): Promise<Resource | null> | null {
    return parentId === null ? null : loadResource(this.db, loaders, viewer, parentId);
  }
}

/** A resource by its id in the API, together with all the others of this request. */
export function loadResource(
  db: DataSource,
  loaders: Loaders,
  viewer: Viewer,
  id: string,
): Promise<ResourceRow | null> {
  return load(
    loaders,
    'resource',
    id,
    (ids) => resourcesById(db, viewer, ids.map((one) => keyOf('Resource', one))),
    (resource) => resource.id,
  );
}
