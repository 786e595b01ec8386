import { Args, ID, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { afterSequence, EventStream, theEvent, type StoredEvent } from '../events/index.js';
import { keyOf, NodeTypes, type Loaders } from '../platform/index.js';
import { ForecastEvent } from './forecast-events.graphql.js';
import { Forecast } from './forecast.graphql.js';
import { forecastCreated } from './forecaster.js';
import { loadForecast } from './forecasting.resolver.js';

@Resolver(() => ForecastEvent)
export class ForecastEventsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly events: EventStream,
    private readonly nodes: NodeTypes,
  ) {}

  @Subscription(() => ForecastEvent, { description: 'Every new version of a forecast, of usage and of costs.', resolve: theEvent })
  async [forecastCreated](
    @CurrentViewer() viewer: Viewer,
    @Args('subjectId', { type: () => ID, nullable: true, description: 'The resource whose usage is forecast; every forecast you may see when left out.' })
    subjectId: string | null | undefined,
    @Args('afterSequence', afterSequence) sequence: string | null | undefined,
  ) {
    if (subjectId) await this.nodes.find(viewer, subjectId);
    const subjectKey = subjectId ? keyOf('Resource', subjectId, ['subjectId']) : undefined;
    return this.events.subscribe({ kind: forecastCreated, viewer, afterSequence: sequence, subjectKey });
  }

  @ResolveField(() => Forecast, { nullable: true })
  forecast(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { payload }: StoredEvent) {
    return loadForecast(this.db, loaders, viewer, (payload as { forecastId: string }).forecastId);
  }
}
