import { Module } from '@nestjs/common';
import { DropEventsJob } from './drop-events.job.js';
import { EventStream } from './event-stream.js';

@Module({ providers: [EventStream, DropEventsJob], exports: [EventStream] })
export class EventsModule {}
