import { Field, ObjectType } from '@nestjs/graphql';
import { Forecast } from './forecast.graphql.js';

@ObjectType({ description: 'A new version of a forecast.' })
export class ForecastEvent {
  @Field({ description: 'What `afterSequence` takes to go on after this event.' }) sequence: string;
  @Field(() => Date) happenedAt: Date;
  @Field(() => Forecast, { nullable: true, description: 'Null when you may not see it any more.' }) forecast?: Forecast | null;
}
