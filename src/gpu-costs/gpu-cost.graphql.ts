import { Field, Float, HideField, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostPoint } from '../costs/index.js';
import { Money, Period } from '../platform/index.js';

export enum GpuCostPart {
  WHOLE = 'WHOLE',
  MIG = 'MIG',
  TIME_SLICED = 'TIME_SLICED',
  FRACTIONAL = 'FRACTIONAL',
  ALLOCATED = 'ALLOCATED',
  IDLE = 'IDLE',
  UNATTRIBUTED = 'UNATTRIBUTED',
  UNOBSERVED = 'UNOBSERVED',
}
registerEnumType(GpuCostPart, {
  name: 'GpuCostPart',
  description: 'Which part of what GPUs cost. The parts add up to the bill.',
  valuesMap: {
    WHOLE: { description: 'Of those who had whole GPUs, or a pool of them.' },
    MIG: { description: 'Of those who had slices made in the hardware.' },
    TIME_SLICED: { description: 'Of those who had GPUs in turns with others.' },
    FRACTIONAL: { description: 'Of those who had shares that a scheduler hands out.' },
    ALLOCATED: { description: 'Of those of whom it is not known how they share.' },
    IDLE: { description: 'Observed, and nobody had it.' },
    UNATTRIBUTED: { description: 'Allocated, and nothing says to whom.' },
    UNOBSERVED: { description: 'Of hours of which nothing is known, or of GPUs whose number is not: not idle, and nobody is charged for it.' },
  },
});

export enum IdleRule {
  SHOWN = 'SHOWN',
  SPREAD_BY_ALLOCATION = 'SPREAD_BY_ALLOCATION',
  SPREAD_EVENLY = 'SPREAD_EVENLY',
}
registerEnumType(IdleRule, {
  name: 'IdleRule',
  description: 'Who pays for idle GPUs. Spread is what one resource is charged for a day, over who had any of it on that day; where nobody had, it stays idle.',
  valuesMap: {
    SHOWN: { description: 'Nobody: it is a part of its own.' },
    SPREAD_BY_ALLOCATION: { description: 'Each in proportion to the GPU-hours had.' },
    SPREAD_EVENLY: { description: 'Each as much as the other, whatever they had.' },
  },
});

export enum GpuCostDimension {
  RESOURCE = 'RESOURCE',
  SUB_ACCOUNT = 'SUB_ACCOUNT',
  CHARGED_RESOURCE = 'CHARGED_RESOURCE',
  GPU_MODEL = 'GPU_MODEL',
  PROVIDER = 'PROVIDER',
  REGION = 'REGION',
}
registerEnumType(GpuCostDimension, {
  name: 'GpuCostDimension',
  description: 'What costs of GPUs are grouped by.',
  valuesMap: {
    RESOURCE: { description: 'Who had them: the share, workload or namespace. Null for what nobody had.' },
    SUB_ACCOUNT: { description: 'The sub account of who had them. Null for what nobody had.' },
    CHARGED_RESOURCE: { description: 'The node, pool or GPU that was charged for.' },
  },
});

@InputType({ isOneOf: true, description: 'Either a dimension, or a tag of who had the GPUs.' })
export class GpuCostDimensionInput {
  @Field(() => GpuCostDimension, { nullable: true, description: 'This, or a tag.' }) dimension?: GpuCostDimension;
  @Field(() => String, { nullable: true, description: 'This, or a dimension.' }) tag?: string;
}

@ObjectType({ description: 'What one part of the GPUs cost one group, in one currency.' })
export class GpuCostGroup {
  @Field(() => [String], { nullable: 'items', description: 'One value per requested dimension, in the same order. Null where there is none.' })
  key: (string | null)[];
  @Field(() => GpuCostPart) part: GpuCostPart;
  @Field(() => Float, { nullable: true, description: 'GPUs times hours. Null where the number of GPUs is not known.' }) gpuHours: number | null;
  @Field(() => Money, { description: 'Rounded to the smallest unit of the currency, so that the groups add up to the bill.' }) total: Money;
  @Field(() => [CostPoint], { description: 'Rounded alike: they add up to the total.' }) points: CostPoint[];
  /** What all groups of the currency add up to. */
  @HideField()
  bill: Money;
}

@ObjectType({ description: 'GPUs that were used, and that no charge is for.' })
export class UnpricedGpus {
  @Field(() => String, { nullable: true, description: 'Null where the model is not known.' }) model: string | null;
  @Field({ description: 'One of the resources, by its name.' }) resourceName: string;
  @Field(() => Int) resourceCount: number;
  @Field(() => Float) gpuHours: number;
  @Field(() => Period, { description: 'From the first to the last day that has no charge.' }) period: Period;
}

@ObjectType({ description: 'What GPUs cost, by who had them.' })
export class GpuCostReport {
  @Field(() => Period) period: Period;
  @Field(() => IdleRule) idle: IdleRule;
  @Field(() => Date, { description: 'Last revision of a bill that is in these numbers.' }) asOf: Date;
  @Field(() => Float, { description: 'Share of the period that is settled, 0 to 1.' }) settled: number;
  @Field(() => [GpuCostGroup], { description: 'Dearest first, one currency after the other.' }) groups: GpuCostGroup[];
  @Field(() => [UnpricedGpus], { description: 'What is not in these numbers, as no charge is for it. Days whose bill has not come are not counted.' })
  unpriced: UnpricedGpus[];
  /** The bill in its only currency; null when there are none or several. */
  @HideField()
  bill: Money | null;
}
