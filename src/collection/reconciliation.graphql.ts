import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Money, Period } from '../platform/index.js';

@ObjectType({ description: 'One delivery of one billing period: a revision of it.' })
export class ChargeLoad {
  @Field(() => Int, { description: 'From 1.' }) revision: number;
  @Field(() => Date) loadedAt: Date;
  @Field(() => Int, { description: 'Charges in every currency.' }) chargeCount: number;
  @Field(() => Money) billedCost: Money;
  @Field(() => Money, { nullable: true, description: 'What it is more than the revision before: what the restatement changed. Null for the first.' })
  change: Money | null;
  @Field(() => Date, { nullable: true, description: 'Null while it is in force.' }) supersededAt: Date | null;
}

@ObjectType({ description: "What is stored of a billing period against the provider's own total, in one currency." })
export class Reconciliation {
  @Field(() => Period) billingPeriod: Period;
  @Field(() => Money, { description: 'Billed cost of the revision in force.' }) stored: Money;
  @Field(() => Money, { nullable: true, description: 'Null when the provider gives no total.' }) provider: Money | null;
  @Field(() => Money, { nullable: true, description: "The provider's total less what is stored. Null when the provider gives none." })
  difference: Money | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether they differ by 0.01 at most. Null when the provider gives no total.' })
  isReconciled: boolean | null;
  @Field(() => [ChargeLoad], { description: 'All deliveries of the period, oldest first.' }) revisions: ChargeLoad[];
}
