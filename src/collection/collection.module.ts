import { Module } from '@nestjs/common';
import { CollectionRunsResolver, DataSourcesResolver } from './data-sources.resolver.js';
import { Ingest } from './ingest.js';

@Module({ providers: [Ingest, DataSourcesResolver, CollectionRunsResolver], exports: [Ingest] })
export class CollectionModule {}
