import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, Money, Node, Period, SettingsScalar, UserError } from '../platform/index.js';

export enum CollectionStatus {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
}
registerEnumType(CollectionStatus, {
  name: 'CollectionStatus',
  description: 'How far a run is, and how it ended.',
  valuesMap: {
    QUEUED: { description: 'It waits for a worker.' },
    RUNNING: { description: 'A worker does it.' },
    SUCCEEDED: { description: 'All of it is stored.' },
    FAILED: { description: 'It ended before. Steps of its period that were stored stay.' },
  },
});

@ObjectType({ implements: () => [Node], description: 'Where observations come from, read by one collector.' })
export class DataSource extends Node {
  @Field() name: string;
  @Field() collector: string;
  @Field(() => SettingsScalar, { nullable: true, description: 'Without secrets. Null for a source that people bring by hand.' })
  settings: object | null;
  @Field(() => String, { nullable: true, description: 'How often it is read, as an ISO 8601 duration. Null for a source that people bring by hand.' })
  interval: string | null;
  @Field({ description: 'Whether it is read on its schedule.' }) enabled: boolean;
  @Field(() => Date, {
    nullable: true,
    description: 'Everything before this instant has been collected. Null before the first success.',
  })
  collectedUntil: Date | null;
  @Field(() => Date, { nullable: true, description: 'When it is read next. Null when it is not.' }) nextRunAt: Date | null;
  @Field({ description: 'Whether what is collected is older than two of its intervals can explain. Never for what people bring by hand.' })
  isStale: boolean;
  @Field(() => String, { nullable: true, description: 'What a person has to mend before it can be read. Null when there is nothing.' })
  attention: string | null;
  @Field(() => Int, { nullable: true, description: 'Series it may have; more are left out and counted. Null for what the collector says.' })
  mostSeries: number | null;
  @Field(() => Int, { nullable: true, description: 'Calls it may make in a day, UTC. Null for what the collector says.' })
  mostCallsPerDay: number | null;
}

@ObjectType({ description: 'Observations that were left out, and why.' })
export class RefusedObservations {
  @Field() reason: string;
  @Field(() => Float) count: number;
}

@ObjectType({ implements: () => [Node], description: 'One reading of a source. Each step of its period is stored whole, or not at all.' })
export class CollectionRun extends Node {
  @Field(() => Period, { nullable: true, description: 'Null before it is known, and when there was nothing to collect.' })
  period: Period | null;
  @Field(() => CollectionStatus) status: CollectionStatus;
  @Field(() => Date, { description: 'When it was asked for, and once a worker has it, when that began.' }) startedAt: Date;
  @Field(() => Date, { nullable: true, description: 'Null before it has ended.' }) finishedAt: Date | null;
  @Field(() => Date, { nullable: true, description: 'How far into its period it has stored. Null before its first step.' })
  collectedUntil: Date | null;
  @Field(() => Int) usageSampleCount: number;
  @Field(() => Int) chargeCount: number;
  @Field(() => Int, { description: 'Calls to the source.' }) callCount: number;
  @Field(() => Money, { description: 'What the provider asks for those calls.' }) cost: Money;
  @Field(() => [String], { description: 'What the source said of answers that were not complete: their time is read again.' }) warnings: string[];
  @Field(() => [String], { description: 'What is worth knowing, and needs nobody.' }) notices: string[];
  @Field(() => [RefusedObservations], { description: 'What was left out.' }) refused: RefusedObservations[];
  @Field({ description: 'Whether it failed for something that a person has to mend.' }) needsAttention: boolean;
  @Field(() => String, { nullable: true, description: 'Why it failed. Null unless status is FAILED.' })
  failure: string | null;
}

@InputType({ description: 'A new source.' })
export class DataSourceCreateInput {
  @Field() name: string;
  @Field({ description: 'The name of a plug-in of the kind COLLECTOR.' }) collector: string;
  @Field(() => SettingsScalar, { description: "As the collector's settingsSchema has them, secrets included." }) settings: object;
  @Field({ defaultValue: 'PT1H', description: 'How often to read it, an ISO 8601 duration from PT1M to P31D.' }) interval: string;
  @Field(() => Int, { nullable: true, description: 'Series it may have; what the collector says when left out.' }) mostSeries?: number | null;
  @Field(() => Int, { nullable: true, description: 'Calls it may make in a day, UTC; what the collector says when left out.' }) mostCallsPerDay?: number | null;
}

@InputType({ description: 'What to change of a source. What is left out or null stays as it is.' })
export class DataSourceUpdateInput {
  @Field(() => String, { nullable: true, description: 'The new name.' }) name?: string | null;
  @Field(() => SettingsScalar, { nullable: true, description: 'The new settings, whole. Secrets that are left out stay, unless calls would go elsewhere.' })
  settings?: object | null;
  @Field(() => String, { nullable: true, description: 'The new interval.' }) interval?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether to read it on its schedule.' }) enabled?: boolean | null;
  @Field(() => Int, { nullable: true, description: 'Series it may have.' }) mostSeries?: number | null;
  @Field(() => Int, { nullable: true, description: 'Calls it may make in a day, UTC.' }) mostCallsPerDay?: number | null;
}

@InputType({ description: 'Settings to try: those of a source, changed ones of it, or new ones.' })
export class DataSourceTestInput {
  @Field(() => ID, { nullable: true, description: 'The source whose settings are tried, or whose secrets go with new ones.' }) id?: string | null;
  @Field(() => String, { nullable: true, description: 'The collector, where there is no source yet.' }) collector?: string | null;
  @Field(() => SettingsScalar, { nullable: true, description: 'The settings; those of the source when left out.' }) settings?: object | null;
}

@ObjectType({ description: 'The source, or why it was refused.' })
export class DataSourceCreatePayload {
  @Field(() => DataSource, { nullable: true, description: 'Null when it was refused.' }) dataSource?: DataSource;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The source as it is now, or why the change was refused.' })
export class DataSourceUpdatePayload {
  @Field(() => DataSource, { nullable: true, description: 'Null when it was refused.' }) dataSource?: DataSource;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The id that names nothing any more, or why it stays.' })
export class DataSourceDeletePayload {
  @Field(() => ID, { nullable: true, description: 'Null when it was refused.' }) deletedDataSourceId?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The run that was asked for, or why there is none.' })
export class DataSourceCollectPayload {
  @Field(() => CollectionRun, { nullable: true, description: 'Null when it was refused.' }) run?: CollectionRun;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'What answered, or why nothing does.' })
export class DataSourceTestPayload {
  @Field(() => String, { nullable: true, description: 'One sentence on what answered. Null when it was refused.' }) answer?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'One page of sources.' })
export class DataSourceConnection extends connectionOf('DataSource', () => DataSource) {}

@ObjectType({ description: 'One page of runs.' })
export class CollectionRunConnection extends connectionOf('CollectionRun', () => CollectionRun) {}
