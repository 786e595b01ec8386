import { Args, ID, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { DataSource as Database } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { afterSequence, EventStream, theEvent, type StoredEvent } from '../events/index.js';
import { keyOf, load, NodeTypes, type Loaders } from '../platform/index.js';
import { CollectionRun } from './data-source.graphql.js';
import { runs } from './data-source.queries.js';
import { CollectionRunEvent } from './run-events.graphql.js';
import { runFinished } from './run-finished.js';

@Resolver(() => CollectionRunEvent)
export class CollectionRunEventsResolver {
  constructor(
    private readonly db: Database,
    private readonly events: EventStream,
    private readonly nodes: NodeTypes,
  ) {}

  @Subscription(() => CollectionRunEvent, { description: 'Every run of a source as it ends, well or not.', resolve: theEvent })
  async [runFinished](
    @CurrentViewer() viewer: Viewer,
    @Args('dataSourceId', { type: () => ID, nullable: true, description: 'Of all sources when left out.' }) dataSourceId: string | null | undefined,
    @Args('afterSequence', afterSequence) sequence: string | null | undefined,
  ) {
    if (dataSourceId) await this.nodes.find(viewer, dataSourceId);
    const subjectKey = dataSourceId ? keyOf('DataSource', dataSourceId, ['dataSourceId']) : undefined;
    return this.events.subscribe({ kind: runFinished, viewer, afterSequence: sequence, subjectKey });
  }

  @ResolveField(() => CollectionRun, { nullable: true })
  run(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { payload }: StoredEvent) {
    const { runKey } = payload as { runKey: string };
    return load(loaders, 'finishedRun', runKey, ([key]) => runs(this.db, viewer, { runKey: key! }), () => runKey);
  }
}
