import { createUnionType, Field, Float, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Budget } from '../budgets/index.js';
import { DataSource } from '../collection/index.js';
import { connectionOf, Node, PeriodInput, UserError } from '../platform/index.js';
import { Resource } from '../resources/index.js';
import { AlertSeverity } from './alert-rule.graphql.js';
import { AlertState } from './life.js';

registerEnumType(AlertState, {
  name: 'AlertState',
  description: 'What an alert is in.',
  valuesMap: { ACKNOWLEDGED: { description: 'Somebody takes care of it; it is not over.' }, RESOLVED: { description: 'Its cause is gone.' } },
});

export const AlertSubject = createUnionType({
  name: 'AlertSubject',
  description: 'What an alert is of.',
  types: () => [Budget, Resource, DataSource] as const,
  resolveType: ({ id }: Node) => ({ Budget, Resource, DataSource })[id.slice(0, id.indexOf(':'))],
});

@ObjectType({ description: 'One thing that is known of an alert: how sure it is, what to do.' })
export class AlertDetail {
  @Field() name: string;
  @Field() value: string;
}

@ObjectType({ implements: () => [Node], description: 'A cause that a rule has met, from when it came until it was gone: one for a cause and a period.' })
export class Alert extends Node {
  @Field(() => AlertState) state: AlertState;
  @Field(() => AlertSeverity) severity: AlertSeverity;
  @Field({ description: 'What happened, in one sentence.' }) summary: string;
  @Field(() => [AlertDetail], { description: 'How sure it is, and what to do.' }) details: AlertDetail[];
  @Field(() => Float) observed: number;
  @Field(() => Float) threshold: number;
  @Field({ description: 'Of the observed value and the threshold.' }) unit: string;
  @Field() firedAt: Date;
  @Field(() => Date, { nullable: true, description: 'Null until somebody takes care of it.' }) acknowledgedAt: Date | null;
  @Field(() => String, { nullable: true, description: 'Null until somebody takes care of it.' }) acknowledgedBy: string | null;
  @Field(() => String, { nullable: true, description: 'What was said when it was acknowledged. Null when nothing was.' }) note: string | null;
  @Field(() => Date, { nullable: true, description: 'Null while it is not over.' }) resolvedAt: Date | null;
}

@ObjectType({ description: 'One page of alerts.' })
export class AlertConnection extends connectionOf('Alert', () => Alert) {}

@InputType({ description: 'Fields combine with AND, values with OR; what is left out or empty is any.' })
export class AlertFilter {
  @Field(() => [AlertState], { nullable: true, description: 'Any of these.' }) states?: AlertState[] | null;
  @Field(() => [AlertSeverity], { nullable: true, description: 'Any of these.' }) severities?: AlertSeverity[] | null;
  @Field(() => [ID], { nullable: true, description: 'Any of these.' }) ruleIds?: string[] | null;
  @Field(() => PeriodInput, { nullable: true, description: 'When they fired.' }) firedDuring?: PeriodInput | null;
}

@InputType({ description: 'Which changes of alerts. Fields combine with AND, values with OR; what is left out or empty is any.' })
export class AlertEventFilter {
  @Field(() => [AlertState], { nullable: true, description: 'What they change to, any of these.' }) states?: AlertState[] | null;
  @Field(() => [AlertSeverity], { nullable: true, description: 'Any of these.' }) severities?: AlertSeverity[] | null;
  @Field(() => [ID], { nullable: true, description: 'Any of these.' }) ruleIds?: string[] | null;
}

@ObjectType({ description: 'The alert as it is now, or why it was refused.' })
export class AlertAcknowledgePayload {
  @Field(() => Alert, { nullable: true, description: 'Null when it was refused.' }) alert?: Alert;
  @Field(() => [UserError]) userErrors: UserError[];
}
