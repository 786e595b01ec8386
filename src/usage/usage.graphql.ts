import { Field, Float, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Granularity, Period } from '../platform/index.js';
import { UsageMetric } from './usage-metric.js';

export enum UsageStatistic {
  MEAN = 'MEAN',
  MAXIMUM = 'MAXIMUM',
  P50 = 'P50',
  P95 = 'P95',
  P99 = 'P99',
}
registerEnumType(UsageStatistic, { name: 'UsageStatistic', description: 'What a point is of the samples of its step.' });

@ObjectType({ description: 'One step.' })
export class UsagePoint {
  @Field(() => Period) period: Period;
  @Field(() => Float, { nullable: true, description: 'Null where nothing was observed: a gap is not zero.' })
  value: number | null;
}

@ObjectType({ description: 'One metric of one resource over time, every step of the period in it.' })
export class UsageSeries {
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field(() => UsageStatistic) statistic: UsageStatistic;
  @Field(() => Granularity) granularity: Granularity;
  @Field() unit: string;
  @Field(() => [UsagePoint]) points: UsagePoint[];
}
