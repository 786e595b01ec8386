import { Field, ObjectType } from '@nestjs/graphql';
import { CollectionRun } from './data-source.graphql.js';

@ObjectType({ description: 'A run that has ended.' })
export class CollectionRunEvent {
  @Field({ description: 'What `afterSequence` takes to go on after this event.' }) sequence: string;
  @Field(() => Date) happenedAt: Date;
  @Field(() => CollectionRun, { nullable: true, description: 'Null when its source has been deleted since.' }) run?: CollectionRun | null;
}
