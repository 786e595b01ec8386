import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, Node, Period } from '../platform/index.js';

export enum CollectionStatus {
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
}
registerEnumType(CollectionStatus, { name: 'CollectionStatus', description: 'How a delivery ended.' });

@ObjectType({ implements: () => [Node], description: 'Where observations come from, read by one collector.' })
export class DataSource extends Node {
  @Field() name: string;
  @Field() collector: string;
  @Field(() => Date, {
    nullable: true,
    description: 'End of the last period observed. Null before the first success.',
  })
  collectedUntil: Date | null;
}

@ObjectType({ implements: () => [Node], description: 'One delivery: stored whole, or refused whole.' })
export class CollectionRun extends Node {
  @Field(() => Period, { nullable: true, description: 'Null when it failed before its period was known.' })
  period: Period | null;
  @Field(() => CollectionStatus) status: CollectionStatus;
  @Field(() => Date) startedAt: Date;
  @Field(() => Date) finishedAt: Date;
  @Field(() => Int) usageSampleCount: number;
  @Field(() => Int) chargeCount: number;
  @Field(() => String, { nullable: true, description: 'Why it failed. Null unless status is FAILED.' })
  failure: string | null;
}

@ObjectType({ description: 'One page of sources.' })
export class DataSourceConnection extends connectionOf('DataSource', () => DataSource) {}

@ObjectType({ description: 'One page of runs.' })
export class CollectionRunConnection extends connectionOf('CollectionRun', () => CollectionRun) {}
