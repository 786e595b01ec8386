import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { Node, NodeTypes } from '../platform/index.js';
import { CurrentViewer } from './request.js';
import type { Viewer } from './viewer.js';

@Resolver(() => Node)
export class NodeResolver {
  constructor(private readonly nodes: NodeTypes) {}

  @Query(() => Node, { nullable: true, description: 'Any object by its id. Refused with NOT_FOUND when you may see none that has it.' })
  node(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return this.nodes.find(viewer, id);
  }
}
