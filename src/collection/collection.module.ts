import { Module } from '@nestjs/common';
import { CollectDueJob, CollectJob } from './collect.job.js';
import { DataSourcesService } from './data-sources.service.js';
import { ReconciliationsResolver } from './reconciliations.resolver.js';
import { SourceRunner } from './source-runner.js';
import { CollectionRunsResolver, DataSourcesResolver } from './data-sources.resolver.js';
import { Ingest } from './ingest.js';

@Module({
  providers: [Ingest, SourceRunner, DataSourcesService, CollectJob, CollectDueJob, DataSourcesResolver, CollectionRunsResolver, ReconciliationsResolver],
  exports: [Ingest, SourceRunner, DataSourcesService, CollectDueJob],
})
export class CollectionModule {}
