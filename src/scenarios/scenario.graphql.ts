import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostScope, CostScopeInput } from '../access/index.js';
import { connectionOf, CurrencyCodeScalar, Money, MoneyInput, Node, UserError } from '../platform/index.js';
import { UsageMetric } from '../usage/index.js';
import { ScenarioTarget } from './adjustment.js';

registerEnumType(ScenarioTarget, {
  name: 'ScenarioTarget',
  description: 'What an adjustment changes.',
  valuesMap: {
    DEMAND: { description: 'How much of a metric is asked for: a new model, more tokens, a migration.' },
    CAPACITY: { description: 'How much there is: GPUs that arrive, a reservation that ends.' },
    COST: { description: 'What is charged: another price, a commitment that expires.' },
  },
});

@ObjectType({ description: 'One change that a scenario supposes.' })
export class ScenarioAdjustment {
  @Field() description: string;
  @Field(() => ScenarioTarget) target: ScenarioTarget;
  @Field(() => UsageMetric, { nullable: true, description: 'Null for costs.' }) metric: UsageMetric | null;
  @Field(() => CostScope, { description: 'Of which resources, or charges, within the scope of the scenario.' }) scope: CostScope;
  @Field(() => [ID], { description: 'Just these resources; empty is all of the scope.' }) resourceIds: string[];
  @Field(() => [String], { description: 'Just GPUs of these models; empty is any resource.' }) gpuModels: string[];
  @Field(() => Date) effectiveFrom: Date;
  @Field(() => Date, { nullable: true, description: 'Null when it stays.' }) effectiveUntil: Date | null;
  @Field(() => Int, { description: 'Days over which it grows from nothing to the whole.' }) rampDays: number;
  @Field(() => Float, { nullable: true, description: '1.2 is 20 % more. Null where a shift is set.' }) factor: number | null;
  @Field(() => Float, { nullable: true, description: 'Added to each day, in the unit of the metric or the currency. Null where a factor is set.' }) shift: number | null;
  @Field(() => CurrencyCodeScalar, { nullable: true, description: 'Of a shift of costs; null for anything else.' }) currency: string | null;
  @Field(() => Money, { nullable: true, description: 'What one more unit of capacity costs. Null takes what its capacity says.' }) unitCostPerMonth: Money | null;
  @Field(() => Boolean, { description: 'Whether the cost of the resources changes as their demand does.' }) costFollowsDemand: boolean;
}

@ObjectType({ implements: () => [Node], description: 'A named set of changes to lay over forecasts.' })
export class Scenario extends Node {
  @Field() name: string;
  @Field({ description: 'Who wrote it last.' }) author: string;
  @Field(() => CostScope, { description: 'What it is about.' }) scope: CostScope;
  @Field(() => [ScenarioAdjustment], { description: 'In the order they are laid over each other.' }) adjustments: ScenarioAdjustment[];
  @Field(() => Date) createdAt: Date;
  @Field(() => Date) updatedAt: Date;
}

@InputType({ isOneOf: true, description: 'So many times as much, or so much more.' })
export class ScenarioChangeInput {
  @Field(() => Float, { nullable: true, description: '1.2 is 20 % more, 0.92 is 8 % less; 0 is nothing.' }) factor?: number | null;
  @Field(() => Float, { nullable: true, description: 'Added to each day, in the unit of the metric, or in `currency`.' }) shift?: number | null;
}

@InputType({ description: 'One change. A shift of demand or capacity needs one resource in `resourceIds`.' })
export class ScenarioAdjustmentInput {
  @Field() description: string;
  @Field(() => ScenarioTarget) target: ScenarioTarget;
  @Field(() => UsageMetric, { nullable: true, description: 'Needed for demand and capacity, refused for costs.' }) metric?: UsageMetric | null;
  @Field(() => CostScopeInput, { nullable: true, description: 'The whole scope of the scenario when left out.' }) scope?: CostScopeInput | null;
  @Field(() => [ID], { nullable: true, description: 'All resources of the scope when left out or empty.' }) resourceIds?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Any when left out or empty.' }) gpuModels?: string[] | null;
  @Field(() => Date) effectiveFrom: Date;
  @Field(() => Date, { nullable: true, description: 'It stays when left out.' }) effectiveUntil?: Date | null;
  @Field(() => Int, { defaultValue: 0, description: 'Days over which it grows from nothing to the whole.' }) rampDays: number;
  @Field(() => ScenarioChangeInput) change: ScenarioChangeInput;
  @Field(() => CurrencyCodeScalar, { nullable: true, description: 'Needed for a shift of costs, refused for anything else.' }) currency?: string | null;
  @Field(() => MoneyInput, { nullable: true, description: 'Of capacity that is added; what its capacity says when left out.' }) unitCostPerMonth?: MoneyInput | null;
  @Field(() => Boolean, { defaultValue: false, description: 'Whether the cost of the resources changes as their demand does, as it does for what is paid by use.' })
  costFollowsDemand: boolean;
}

@InputType({ description: 'A new scenario.' })
export class ScenarioCreateInput {
  @Field() name: string;
  @Field(() => CostScopeInput, { nullable: true, description: 'What it is about; everything you may see when left out.' }) scope?: CostScopeInput | null;
  @Field(() => [ScenarioAdjustmentInput], { description: 'At least one, in the order they are laid over each other.' }) adjustments: ScenarioAdjustmentInput[];
}

@InputType({ description: 'What to change of a scenario. What is left out or null stays as it is.' })
export class ScenarioUpdateInput {
  @Field(() => String, { nullable: true, description: 'The new name.' }) name?: string | null;
  @Field(() => [ScenarioAdjustmentInput], { nullable: true, description: 'The new adjustments, all of them.' }) adjustments?: ScenarioAdjustmentInput[] | null;
}

@ObjectType({ description: 'The scenario, or why it was refused.' })
export class ScenarioCreatePayload {
  @Field(() => Scenario, { nullable: true, description: 'Null when it was refused.' }) scenario?: Scenario;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The scenario as it is now, or why the change was refused.' })
export class ScenarioUpdatePayload {
  @Field(() => Scenario, { nullable: true, description: 'Null when it was refused.' }) scenario?: Scenario;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The id that names nothing any more, or why it stays.' })
export class ScenarioDeletePayload {
  @Field(() => ID, { nullable: true, description: 'Null when it was refused.' }) deletedScenarioId?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'One page of scenarios.' })
export class ScenarioConnection extends connectionOf('Scenario', () => Scenario) {}
