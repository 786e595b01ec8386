import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { CollectDueJob, CollectJob } from './collect.job.js';
import { DataSourcesService } from './data-sources.service.js';
import { ReconciliationsResolver } from './reconciliations.resolver.js';
import { SourceRunner } from './source-runner.js';
import { CollectionRunsResolver, DataSourcesResolver } from './data-sources.resolver.js';
import { CollectionRunEventsResolver } from './run-events.resolver.js';
import { Ingest } from './ingest.js';

@Module({
  imports: [EventsModule],
  providers: [Ingest, SourceRunner, DataSourcesService, CollectJob, CollectDueJob, DataSourcesResolver, CollectionRunsResolver, CollectionRunEventsResolver, ReconciliationsResolver],
  exports: [Ingest, SourceRunner, DataSourcesService, CollectDueJob],
})
export class CollectionModule {}
