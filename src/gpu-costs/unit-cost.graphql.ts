import { Field, Float, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { Scope } from '../access/index.js';
import { type Granularity, Money, Period, type PeriodInput } from '../platform/index.js';

export enum UnitCostKind {
  GPU_HOUR_ALLOCATED = 'GPU_HOUR_ALLOCATED',
  GPU_HOUR_ACTIVE = 'GPU_HOUR_ACTIVE',
  GIB_MONTH = 'GIB_MONTH',
  MILLION_TOKENS = 'MILLION_TOKENS',
  MILLION_TOKENS_SERVED = 'MILLION_TOKENS_SERVED',
}
registerEnumType(UnitCostKind, {
  name: 'UnitCostKind',
  description: 'What the cost of one is told of.',
  valuesMap: {
    GPU_HOUR_ALLOCATED: { description: 'One GPU that somebody had for an hour; idle ones and unattributed ones are in its cost.' },
    GPU_HOUR_ACTIVE: { description: 'One GPU that was active for an hour: what somebody had, weighted with its utilization.' },
    GIB_MONTH: { description: 'One GiB stored for a calendar month, of what is charged for itself.' },
    MILLION_TOKENS: { description: 'A million tokens, of models that are charged for themselves.' },
    MILLION_TOKENS_SERVED: { description: 'A million tokens of models that run on GPUs: what the GPUs cost that their namespaces had, on days with tokens. Idle GPUs are not in it.' },
  },
});

@ObjectType({ description: 'What one unit cost in one step.' })
export class UnitCostPoint {
  @Field(() => Period) period: Period;
  @Field(() => Money, { nullable: true, description: 'Of one unit, rounded to the millionth. Null, with a reason, where the number of units is not known or is none.' }) cost: Money | null;
  @Field(() => Float, { nullable: true, description: 'Units. Null where their number is not known.' }) quantity: number | null;
  @Field(() => String, { nullable: true, description: 'Why there is no cost. Null where there is one.' }) reason: string | null;
}

/** Which costs are divided by which units. */
export interface UnitCostQuestion {
  period: PeriodInput;
  granularity: Granularity;
  scope: Scope;
}

@ObjectType({ description: 'What one unit cost, step by step, in one currency.' })
export class UnitCostSeries {
  @Field(() => UnitCostKind) kind: UnitCostKind;
  @Field({ description: 'As FOCUS UnitFormat spells units.' }) unit: string;
  @Field(() => [UnitCostPoint]) points: UnitCostPoint[];
}
