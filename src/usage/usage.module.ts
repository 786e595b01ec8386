import { Module } from '@nestjs/common';
import { DropSamplesJob } from './drop-samples.job.js';
import { UsageResolver } from './usage.resolver.js';

@Module({ providers: [UsageResolver, DropSamplesJob], exports: [DropSamplesJob] })
export class UsageModule {}
