import { Args, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { connection, found, keyOf, load, NodeTypes, PageArgs, type Loaders } from '../platform/index.js';
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

  @Query(() => Resource, { nullable: true, description: 'One resource. Refused with NOT_FOUND when you may see none that has this id.' })
  async resource(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [resource] = await resourcesById(this.db, viewer, [keyOf('Resource', id, ['id'])]);
    return found(resource, id);
  }

  @Query(() => ResourceConnection, { nullable: true, description: 'What is used, may fill up, and costs money; by name when no order is given.' })
  async resources(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => ResourceFilter, nullable: true, description: 'All you may see when left out.' }) filter: ResourceFilter | undefined,
    @Args('orderBy', { type: () => ResourceOrder, nullable: true, description: 'By name when left out.' }) orderBy: ResourceOrder | undefined,
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
