import { createUnionType, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostScope, CostScopeInput } from '../access/index.js';
import { CostMetric } from '../costs/index.js';
import { Forecast } from '../forecasting/index.js';
import { connectionOf, DateScalar, Money, MoneyInput, Node, Period, PeriodInput, UserError } from '../platform/index.js';
import { Resource } from '../resources/index.js';
import { UsageMetric } from '../usage/index.js';

export enum BudgetStatus {
  ON_TRACK = 'ON_TRACK',
  AT_RISK = 'AT_RISK',
  OVER = 'OVER',
  DATA_INCOMPLETE = 'DATA_INCOMPLETE',
}
registerEnumType(BudgetStatus, {
  name: 'BudgetStatus',
  valuesMap: {
    AT_RISK: { description: 'The chance to end over the amount is 20 % or more.' },
    OVER: { description: 'What was charged so far is over the amount already.' },
    DATA_INCOMPLETE: { description: 'There is no forecast, or no settled data of late; nobody is paged for that.' },
  },
});

@ObjectType()
export class ForecastTotal {
  @Field(() => Float) mean: number;
  @Field(() => Float) lower: number;
  @Field(() => Float) upper: number;
  @Field(() => Float) level: number;
}

@ObjectType({ implements: () => [Node], description: 'What a scope may cost over a period.' })
export class Budget extends Node {
  @Field() name: string;
  @Field(() => CostScope) scope: CostScope;
  @Field(() => Period) period: Period;
  @Field(() => Money) amount: Money;
  @Field(() => CostMetric) metric: CostMetric;
  @Field(() => Money, { description: 'What the settled and unsettled days so far add up to.' }) actual: Money;
  @Field(() => [Money], {
    description: 'Charges of the scope and period in other currencies: in no other figure here, as there is no exchange rate.',
  })
  unconverted: Money[];
  @Field(() => ForecastTotal, {
    nullable: true,
    description: 'Settled actual plus the forecast of the rest, with its 80 % interval. Null without a forecast.',
  })
  forecastTotal: ForecastTotal | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Chance that the period ends over the amount. Null without a forecast.',
  })
  overrunProbability: number | null;
  @Field(() => BudgetStatus) status: BudgetStatus;
}

@InputType()
export class BudgetFilter {
  @Field(() => DateScalar, { nullable: true }) activeOn?: string | null;
  @Field(() => String, { nullable: true }) nameContains?: string | null;
}

@InputType()
export class BudgetCreateInput {
  @Field() name: string;
  @Field(() => CostScopeInput, { nullable: true, description: 'Everything when left out.' }) scope?: CostScopeInput | null;
  @Field(() => CostMetric, { defaultValue: CostMetric.EFFECTIVE_COST }) metric: CostMetric;
  @Field(() => PeriodInput) period: PeriodInput;
  @Field(() => MoneyInput) amount: MoneyInput;
}

@InputType()
export class BudgetUpdateInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => CostScopeInput, { nullable: true }) scope?: CostScopeInput | null;
  @Field(() => PeriodInput, { nullable: true }) period?: PeriodInput | null;
  @Field(() => MoneyInput, { nullable: true }) amount?: MoneyInput | null;
}

@InputType()
export class ForecastCreateInput {
  @Field(() => ID, { description: 'A resource or a budget.' }) subjectId: string;
  @Field(() => UsageMetric, { nullable: true, description: 'Required for resources, refused for budgets.' })
  metric?: UsageMetric | null;
  @Field(() => Int, { description: 'Days ahead.' }) horizon: number;
}

@ObjectType()
export class BudgetCreatePayload {
  @Field(() => Budget, { nullable: true }) budget?: Budget;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType()
export class BudgetUpdatePayload {
  @Field(() => Budget, { nullable: true }) budget?: Budget;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType()
export class BudgetDeletePayload {
  @Field(() => ID, { nullable: true }) deletedBudgetId?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType()
export class ForecastCreatePayload {
  @Field(() => Forecast, { nullable: true }) forecast?: Forecast;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType()
export class BudgetConnection extends connectionOf('Budget', () => Budget) {}

/** What a forecast is of. A budget's forecast is that of the cost of its scope, which budgets may share. */
export const ForecastSubject = createUnionType({
  name: 'ForecastSubject',
  types: () => [Resource, CostScope] as const,
  resolveType: (value: Resource | CostScope) => ('id' in value ? Resource : CostScope),
});
