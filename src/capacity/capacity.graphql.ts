import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, Money, MoneyInput, Node, Quantity, UserError } from '../platform/index.js';
import { ResourceFilter } from '../resources/index.js';
import { UsageMetric } from '../usage/index.js';

@ObjectType({
  implements: () => [Node],
  description: 'The most a resource can be used, and the level planners want to stay below.',
})
export class Capacity extends Node {
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field(() => Quantity) limit: Quantity;
  @Field(() => Float, { description: 'Fraction of the limit kept free, 0 to 1.' }) headroom: number;
  @Field(() => Int, { description: 'Days between ordering more and having it.' }) leadTimeDays: number;
  @Field(() => Money, {
    nullable: true,
    description: 'What one more unit costs per month. Null when unknown; unknown is not zero.',
  })
  unitCostPerMonth: Money | null;
  @Field(() => Date, { description: 'A future date is a planned addition or removal.' }) effectiveFrom: Date;
  @Field(() => Boolean, { description: 'Whether it was seen by a source, and not declared.' }) isObserved: boolean;
}

@InputType({ description: 'A capacity from a date on. Set again for the same instant, it is replaced.' })
export class CapacitySetInput {
  @Field(() => ID) resourceId: string;
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field(() => Float, { nullable: true, description: 'In the unit of the metric. Left out, it is what was observed or declared last.' }) limit?: number | null;
  @Field(() => Float, { defaultValue: 0.2, description: 'Fraction of the limit to keep free, from 0 to below 1.' }) headroom: number;
  @Field(() => Int, { defaultValue: 0 }) leadTimeDays: number;
  @Field(() => MoneyInput, { nullable: true, description: 'Unknown when left out, which is not free.' }) unitCostPerMonth?: MoneyInput | null;
  @Field(() => Date) effectiveFrom: Date;
}

@ObjectType({ description: 'The capacity, or why it was refused.' })
export class CapacitySetPayload {
  @Field(() => Capacity, { nullable: true, description: 'Null when it was refused.' }) capacity?: Capacity;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'When demand first passes the capacity less its headroom: a distribution, not a date.' })
export class Exhaustion {
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field(() => Date, {
    nullable: true,
    description: 'Half of the paths have passed it by then. Null if not within the horizon.',
  })
  p50At: Date | null;
  @Field(() => Date, {
    nullable: true,
    description: 'One path in ten has passed it by then: the date to plan for. Null if not within the horizon.',
  })
  p10At: Date | null;
  @Field(() => Date, { nullable: true, description: 'Nine in ten. Null if not within the horizon.' }) p90At: Date | null;
  @Field(() => Date, {
    nullable: true,
    description: 'p10At less the lead time: order by then. In the past means late. Null when p10At is.',
  })
  orderBy: Date | null;
  @Field(() => Float, {
    description: 'Units to order, now or by `orderBy`, so that from their arrival to `coveredUntil` the chance of running out stays under 10 %.',
  })
  unitsNeeded: number;
  @Field(() => Date, { description: 'When what is ordered after them could arrive: two lead times after the order, and a month after the arrival at least.' })
  coveredUntil: Date;
  @Field(() => Boolean, { description: 'Whether nothing else of the resource of this kind, such as inodes beside bytes, runs out sooner.' }) fillsFirst: boolean;
  @Field(() => Money, { nullable: true, description: 'Per month. Null when the price of a unit is unknown.' })
  costOfUnitsNeeded: Money | null;
}

@InputType({ description: 'Which exhaustions. Fields combine with AND.' })
export class ExhaustionFilter {
  @Field(() => Date, { nullable: true, description: 'Those with p10At before this instant.' }) before?: Date | null;
  @Field(() => [UsageMetric], { nullable: true, description: 'Any when left out or empty.' }) metrics?: UsageMetric[] | null;
  @Field(() => Boolean, { defaultValue: false, description: 'Also what does not fill first of its resource, such as bytes where inodes run out sooner.' }) everyMetric: boolean;
  @Field(() => ResourceFilter, { nullable: true, description: 'Any when left out.' }) resources?: ResourceFilter | null;
}

@ObjectType({ description: 'One page of exhaustions.' })
export class ExhaustionConnection extends connectionOf('Exhaustion', () => Exhaustion) {}
