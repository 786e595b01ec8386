import { Field, ObjectType } from '@nestjs/graphql';
import { Alert } from './alert.graphql.js';
import { AlertState } from './life.js';

@ObjectType({ description: 'One change of one alert, in the order in which they happened.' })
export class AlertEvent {
  @Field({ description: 'What `afterSequence` takes to go on after this event.' }) sequence: string;
  @Field(() => Date) happenedAt: Date;
  @Field(() => AlertState, { description: 'What it changed to; the alert itself may have gone on since.' }) state: AlertState;
  @Field(() => Alert, { nullable: true, description: 'As it is now. Null when you may not see it any more.' }) alert?: Alert | null;
}
