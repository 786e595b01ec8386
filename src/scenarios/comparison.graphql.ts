import { Field, Float, ObjectType } from '@nestjs/graphql';
import { Budget, BudgetStatus, ForecastTotal } from '../budgets/index.js';
import { CurrencyCodeScalar, Money, Period } from '../platform/index.js';
import { Resource } from '../resources/index.js';
import { UsageMetric } from '../usage/index.js';
import { Scenario } from './scenario.graphql.js';

@ObjectType({ description: 'Demand in a month, or in the part of one that is forecast.' })
export class ScenarioDemandMonth {
  @Field(() => Period) period: Period;
  @Field(() => Float, { description: 'Of the days of the month.' }) mean: number;
  @Field(() => Float, { description: 'Half of the paths stay below it on every day of the month.' }) peak: number;
  @Field(() => Float, { description: 'Nine in ten do.' }) highPeak: number;
}

@ObjectType({ description: 'How the demand for a resource goes on.' })
export class ScenarioDemand {
  @Field(() => Resource) resource: Resource;
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field() unit: string;
  @Field(() => [ScenarioDemandMonth]) months: ScenarioDemandMonth[];
}

@ObjectType({ description: 'When a resource runs out, as an exhaustion says it.' })
export class ScenarioExhaustion {
  @Field(() => Resource) resource: Resource;
  @Field(() => UsageMetric) metric: UsageMetric;
  @Field(() => Float, { description: 'Chance that it happens within the time compared.' }) probability: number;
  @Field(() => Date, { nullable: true, description: 'One path in ten has passed it by then. Null if not within the time compared.' }) p10At: Date | null;
  @Field(() => Date, { nullable: true, description: 'Half of them. Null if not within it.' }) p50At: Date | null;
  @Field(() => Date, { nullable: true, description: 'Nine in ten. Null if not within it.' }) p90At: Date | null;
  @Field(() => Date, { nullable: true, description: 'p10At less the lead time. Null when p10At is.' }) orderBy: Date | null;
  @Field(() => Float, { description: 'Units to order, as in an exhaustion.' }) unitsNeeded: number;
  @Field(() => Money, { nullable: true, description: 'Per month. Null when the price of a unit is unknown.' }) costOfUnitsNeeded: Money | null;
}

@ObjectType({ description: 'Cost in a month, or in the part of one that is forecast.' })
export class ScenarioCostMonth {
  @Field(() => Period) period: Period;
  @Field(() => ForecastTotal) total: ForecastTotal;
}

@ObjectType({ description: 'Effective cost of the scope, month by month.' })
export class ScenarioCost {
  @Field(() => CurrencyCodeScalar) currency: string;
  @Field(() => [ScenarioCostMonth]) months: ScenarioCostMonth[];
  @Field(() => ForecastTotal, { description: 'Of all these months.' }) total: ForecastTotal;
}

@ObjectType({ description: 'How a budget ends.' })
export class ScenarioBudget {
  @Field(() => Budget) budget: Budget;
  @Field(() => ForecastTotal, { nullable: true, description: 'Null without a forecast.' }) forecastTotal: ForecastTotal | null;
  @Field(() => Float, { nullable: true, description: 'Null without a forecast.' }) overrunProbability: number | null;
  @Field(() => BudgetStatus) status: BudgetStatus;
}

@ObjectType({ description: 'What follows from one scenario, or from none.' })
export class ScenarioOutlook {
  @Field(() => Scenario, { nullable: true, description: 'Null for what is expected without any.' }) scenario: Scenario | null;
  @Field(() => [ScenarioDemand], { description: 'Of everything that has a limit or is changed, by name.' }) demand: ScenarioDemand[];
  @Field(() => [ScenarioExhaustion], { description: 'What may run out, soonest first.' }) exhaustions: ScenarioExhaustion[];
  @Field(() => ScenarioCost, { nullable: true, description: 'Null where it cannot be said; `gaps` says why.' }) cost: ScenarioCost | null;
  @Field(() => [ScenarioBudget], { description: 'Of budgets wholly within the scope that end later than now. Empty where costs cannot be said.' }) budgets: ScenarioBudget[];
  @Field(() => [String], { description: 'What is not in these figures, and why: a price that is unknown is not 0.' }) gaps: string[];
}

@ObjectType({ description: 'Scenarios beside what is expected without any, all from the same forecasts, the latest there are.' })
export class ScenarioComparison {
  @Field(() => Period) period: Period;
  @Field(() => ScenarioOutlook) base: ScenarioOutlook;
  @Field(() => [ScenarioOutlook], { description: 'In the order they were asked for.' }) outlooks: ScenarioOutlook[];
}
