import { createUnionType, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostScope, CostScopeInput } from '../access/index.js';
import { connectionOf, Node, UserError } from '../platform/index.js';
import { UsageMetric } from '../usage/index.js';
import { BudgetBasis } from './conditions/budget/budget.js';

export enum AlertSeverity {
  INFORMATION = 'INFORMATION',
  WARNING = 'WARNING',
  CRITICAL = 'CRITICAL',
}
registerEnumType(AlertSeverity, { name: 'AlertSeverity', description: 'How soon somebody has to look.' });
registerEnumType(BudgetBasis, {
  name: 'BudgetBasis',
  description: 'What of a budget is held against its amount.',
  valuesMap: {
    ACTUAL: { description: 'What was charged on settled days. Told once in a period.' },
    FORECAST: { description: 'What the whole period is expected to cost.' },
    OVERRUN_PROBABILITY: { description: 'The chance that the period ends over the amount.' },
  },
});

@ObjectType({ description: 'Actual or expected cost, or the chance of an overrun, reaches a share.' })
export class BudgetCondition {
  @Field(() => ID, { nullable: true, description: 'Null is every budget.' }) budgetId: string | null;
  @Field(() => BudgetBasis) basis: BudgetBasis;
  @Field(() => Float, { description: '1.0 is the whole budget, or certainty.' }) share: number;
}

@ObjectType({ description: 'Capacity runs out within so many days with at least this probability.' })
export class ExhaustionCondition {
  @Field(() => CostScope) resources: CostScope;
  @Field(() => UsageMetric, { nullable: true, description: 'Null is all that has a limit.' }) metric: UsageMetric | null;
  @Field(() => Int) withinDays: number;
  @Field(() => Float) probability: number;
}

@ObjectType({ description: 'Usage stays above a share of the limit.' })
export class UsageCondition {
  @Field(() => CostScope) resources: CostScope;
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field(() => Float) share: number;
  @Field(() => Int) forMinutes: number;
}

@ObjectType({ description: 'A source has not delivered for this long.' })
export class StalenessCondition {
  @Field(() => ID, { nullable: true, description: 'Null is every source.' }) dataSourceId: string | null;
  @Field(() => Int, { nullable: true, description: 'Null is as long as each source may take by its own interval.' }) minutes: number | null;
}

export const AlertCondition = createUnionType({
  name: 'AlertCondition',
  description: 'What a rule watches.',
  types: () => [BudgetCondition, ExhaustionCondition, UsageCondition, StalenessCondition] as const,
  resolveType: ({ kind }: { kind: string }) => ({ budget: BudgetCondition, exhaustion: ExhaustionCondition, usage: UsageCondition, staleness: StalenessCondition })[kind],
});

@InputType({ description: 'Actual or expected cost, or the chance of an overrun, reaches a share.' })
export class BudgetConditionInput {
  @Field(() => ID, { nullable: true, description: 'Every budget when left out.' }) budgetId?: string | null;
  @Field(() => BudgetBasis) basis: BudgetBasis;
  @Field(() => Float, { description: 'Above 0, 1.0 is the whole budget; of a probability at most 1.' }) share: number;
}

@InputType({ description: 'Capacity runs out within so many days with at least this probability.' })
export class ExhaustionConditionInput {
  @Field(() => CostScopeInput, { nullable: true, description: 'All when left out.' }) resources?: CostScopeInput | null;
  @Field(() => UsageMetric, { nullable: true, description: 'All that has a limit when left out.' }) metric?: UsageMetric | null;
  @Field(() => Int, { description: '1 to 365.' }) withinDays: number;
  @Field(() => Float, { defaultValue: 0.5, description: 'Above 0, at most 1.' }) probability: number;
}

@InputType({ description: 'Usage stays above a share of the limit.' })
export class UsageConditionInput {
  @Field(() => CostScopeInput, { nullable: true, description: 'All when left out.' }) resources?: CostScopeInput | null;
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field(() => Float, { description: 'Of the limit, above 0.' }) share: number;
  @Field(() => Int, { description: '1 to 1440.' }) forMinutes: number;
}

@InputType({ description: 'A source has not delivered for this long.' })
export class StalenessConditionInput {
  @Field(() => ID, { nullable: true, description: 'Every source when left out.' }) dataSourceId?: string | null;
  @Field(() => Int, { nullable: true, description: 'At least 1; as long as each source may take by its own interval when left out.' }) minutes?: number | null;
}

@InputType({ isOneOf: true, description: 'One kind of condition.' })
export class AlertConditionInput {
  @Field(() => BudgetConditionInput, { nullable: true, description: 'This, or another.' }) budget?: BudgetConditionInput;
  @Field(() => ExhaustionConditionInput, { nullable: true, description: 'This, or another.' }) exhaustion?: ExhaustionConditionInput;
  @Field(() => UsageConditionInput, { nullable: true, description: 'This, or another.' }) usage?: UsageConditionInput;
  @Field(() => StalenessConditionInput, { nullable: true, description: 'This, or another.' }) staleness?: StalenessConditionInput;
}

@ObjectType({ implements: () => [Node], description: 'What somebody wants to be told of.' })
export class AlertRule extends Node {
  @Field() name: string;
  @Field(() => AlertSeverity) severity: AlertSeverity;
  @Field() enabled: boolean;
}

@ObjectType({ description: 'One page of rules.' })
export class AlertRuleConnection extends connectionOf('AlertRule', () => AlertRule) {}

@InputType({ description: 'What to watch, how bad it is, and who is told.' })
export class AlertRuleCreateInput {
  @Field() name: string;
  @Field(() => AlertConditionInput) condition: AlertConditionInput;
  @Field(() => AlertSeverity) severity: AlertSeverity;
  @Field(() => [ID], { nullable: true, description: 'Who is told: every channel that is enabled when left out.' }) channelIds?: string[] | null;
}

@InputType({ description: 'What changes; what is left out stays.' })
export class AlertRuleUpdateInput {
  @Field(() => String, { nullable: true, description: 'Stays when left out.' }) name?: string | null;
  @Field(() => AlertConditionInput, { nullable: true, description: 'Stays when left out.' }) condition?: AlertConditionInput | null;
  @Field(() => AlertSeverity, { nullable: true, description: 'Stays when left out.' }) severity?: AlertSeverity | null;
  @Field(() => [ID], { nullable: true, description: 'Null is every channel.' }) channelIds?: string[] | null;
  @Field(() => Boolean, { nullable: true, description: 'A rule that is not enabled has its open alerts resolved.' }) enabled?: boolean | null;
}

@ObjectType({ description: 'The rule, or why it was refused.' })
export class AlertRuleCreatePayload {
  @Field(() => AlertRule, { nullable: true, description: 'Null when it was refused.' }) alertRule?: AlertRule;
  @Field(() => [UserError]) userErrors: UserError[];
}
@ObjectType({ description: 'The rule as it is now, or why the change was refused.' })
export class AlertRuleUpdatePayload {
  @Field(() => AlertRule, { nullable: true, description: 'Null when it was refused.' }) alertRule?: AlertRule;
  @Field(() => [UserError]) userErrors: UserError[];
}
@ObjectType({ description: 'The id that names nothing any more, or why it stays.' })
export class AlertRuleDeletePayload {
  @Field(() => ID, { nullable: true, description: 'Null when it was refused.' }) deletedAlertRuleId?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ implements: () => [Node], description: 'A time in which nobody is told that something fires. What still fires at its end is told then.' })
export class AlertSilence extends Node {
  @Field() startsAt: Date;
  @Field() endsAt: Date;
  @Field() reason: string;
  @Field() createdBy: string;
}

@InputType({ description: 'When nobody is told, and why.' })
export class AlertSilenceCreateInput {
  @Field(() => ID, { nullable: true, description: 'Every rule when left out.' }) ruleId?: string | null;
  @Field(() => Date, { nullable: true, description: 'Now when left out.' }) startsAt?: Date | null;
  @Field(() => Date, { description: 'At most 90 days after its start.' }) endsAt: Date;
  @Field() reason: string;
}

@ObjectType({ description: 'The silence, or why it was refused.' })
export class AlertSilenceCreatePayload {
  @Field(() => AlertSilence, { nullable: true, description: 'Null when it was refused.' }) alertSilence?: AlertSilence;
  @Field(() => [UserError]) userErrors: UserError[];
}
@ObjectType({ description: 'The id that names nothing any more, or why it stays.' })
export class AlertSilenceDeletePayload {
  @Field(() => ID, { nullable: true, description: 'Null when it was refused.' }) deletedAlertSilenceId?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}
