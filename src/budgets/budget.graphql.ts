import { createUnionType, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostScope, CostScopeInput } from '../access/index.js';
import { CostMetric } from '../costs/index.js';
import { Forecast } from '../forecasting/index.js';
import { connectionOf, DateScalar, DecimalScalar, Money, MoneyInput, Node, Period, PeriodInput, UserError } from '../platform/index.js';
import { Resource } from '../resources/index.js';
import { UsageMetric } from '../usage/index.js';
import { BudgetRecurrence } from './fiscal-period.js';

export enum BudgetStatus {
  ON_TRACK = 'ON_TRACK',
  AT_RISK = 'AT_RISK',
  OVER = 'OVER',
  DATA_INCOMPLETE = 'DATA_INCOMPLETE',
}
registerEnumType(BudgetStatus, {
  name: 'BudgetStatus',
  description: 'How a budget stands. Equal to the amount is not over it.',
  valuesMap: {
    ON_TRACK: { description: 'The chance to end over the amount is below 20 %.' },
    AT_RISK: { description: 'The chance to end over the amount is 20 % or more.' },
    OVER: { description: 'What was charged so far is over the amount already.' },
    DATA_INCOMPLETE: { description: 'There is no forecast, or no settled data of late; nobody is paged for that.' },
  },
});

@ObjectType({ description: 'What a period is expected to add up to, with an interval of `level` percent.' })
export class ForecastTotal {
  @Field(() => Float) mean: number;
  @Field(() => Float) lower: number;
  @Field(() => Float) upper: number;
  @Field(() => Float) level: number;
}

registerEnumType(BudgetRecurrence, {
  name: 'BudgetRecurrence',
  description: 'How long the periods of a budget are that follow one another.',
  valuesMap: {
    ONCE: { description: 'None follows: one period, of any length.' },
    MONTHLY: { description: 'A calendar month.' },
    QUARTERLY: { description: 'A quarter of the fiscal year.' },
    YEARLY: { description: 'A fiscal year.' },
  },
});

@ObjectType({ description: 'What is planned from an instant on, up to the next one of the plan or the end of the period.' })
export class BudgetPlanStep {
  @Field(() => Date) start: Date;
  @Field(() => DecimalScalar, { description: 'In the currency of the budget.' }) amount: string;
}

@ObjectType({ description: 'A budget at the end of a day of its period: all up to then, added up.' })
export class BudgetBurnPoint {
  @Field(() => Period) period: Period;
  @Field(() => Money, { description: 'The amount by then, in the shape of the plan; in a straight line where there is none.' }) planned: Money;
  @Field(() => Money, { nullable: true, description: 'Charged by then, a charge of several days day by day. Null for days that no delivery covers yet.' }) actual: Money | null;
  @Field({ description: 'Whether the actual is of settled days alone.' }) isSettled: boolean;
  @Field(() => ForecastTotal, { nullable: true, description: 'Settled actual and what is expected of the days after it, with its 80 % interval. Null for settled days, and without a forecast.' })
  forecast: ForecastTotal | null;
}

@ObjectType({ description: 'What of a period goes over into the next.' })
export class BudgetRollover {
  @Field() unused: boolean;
  @Field() overspent: boolean;
  @Field(() => DecimalScalar, { nullable: true, description: 'The most of it, either way, in the currency of the budget. Null is all.' }) cap: string | null;
}

@ObjectType({ implements: () => [Node], description: 'What a scope may cost over a period.' })
export class Budget extends Node {
  @Field() name: string;
  @Field(() => CostScope) scope: CostScope;
  @Field(() => Period) period: Period;
  @Field(() => Money, { description: 'What it may cost: planned, and what was carried over; at least 0.' }) amount: Money;
  @Field(() => Money, { description: 'Of that what was planned of this period.' }) plannedAmount: Money;
  @Field(() => Money, { description: 'What the period before left over, or overspent when negative. It follows the bills of that period.' }) carriedOver: Money;
  @Field(() => BudgetRecurrence) recurrence: BudgetRecurrence;
  @Field(() => Int, { description: 'The month that its years and quarters are counted from; 1 is January.' }) fiscalYearStartMonth: number;
  @Field(() => [BudgetPlanStep], { description: 'Of this period and of those to come. Empty when every period is planned alike, day by day.' }) plan: BudgetPlanStep[];
  @Field(() => BudgetRollover) rollover: BudgetRollover;
  @Field(() => Money, { nullable: true, description: 'What was planned of its parts, added up. Null when it has none.' }) allocated: Money | null;
  @Field({ description: 'Whether its parts may cost more than was planned of it.' }) isOverAllocated: boolean;
  @Field(() => CostMetric) metric: CostMetric;
  @Field(() => Money, { description: 'What the settled and unsettled days so far add up to.' }) actual: Money;
  @Field(() => Money, { description: 'The part of the actual that will hardly change: of settled days, with which the forecast begins.' }) settledActual: Money;
  @Field(() => Money, { description: 'The rest of the actual: of days that are still open, or not in the outlook yet.' }) unsettledActual: Money;
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
  @Field(() => Date, {
    nullable: true,
    description: 'The last delivery that the forecast total and the chance are of. What came after it is in the actual already. Null before any.',
  })
  outlookAsOf: Date | null;
}

@InputType({ description: 'Which budgets. Fields combine with AND.' })
export class BudgetFilter {
  @Field(() => DateScalar, { nullable: true, description: 'Those whose period contains a part of this day, UTC. Any when left out.' }) activeOn?: string | null;
  @Field(() => String, { nullable: true, description: 'Part of the name, in any case. Any when left out.' }) nameContains?: string | null;
  @Field(() => ID, { nullable: true, description: 'Parts of this budget. Any when left out.' }) parentId?: string | null;
}

@InputType({ description: 'What is planned from an instant on, up to the next one of the plan or the end of the period.' })
export class BudgetPlanStepInput {
  @Field(() => Date) start: Date;
  @Field(() => DecimalScalar, { description: 'In the currency of the budget.' }) amount: string;
}

@InputType({ description: 'What of a period goes over into the next.' })
export class BudgetRolloverInput {
  @Field({ defaultValue: false, description: 'What was not spent.' }) unused: boolean;
  @Field({ defaultValue: false, description: 'What was spent above the amount.' }) overspent: boolean;
  @Field(() => DecimalScalar, { nullable: true, description: 'The most of it, either way, in the currency of the budget. All when left out.' }) cap?: string | null;
}

@InputType({ description: 'A new budget.' })
export class BudgetCreateInput {
  @Field() name: string;
  @Field(() => CostScopeInput, { nullable: true, description: 'Everything you may see when left out.' }) scope?: CostScopeInput | null;
  @Field(() => CostMetric, { defaultValue: CostMetric.EFFECTIVE_COST }) metric: CostMetric;
  @Field(() => PeriodInput) period: PeriodInput;
  @Field(() => MoneyInput) amount: MoneyInput;
  @Field(() => BudgetRecurrence, { defaultValue: BudgetRecurrence.ONCE, description: 'Makes the next period when this one ends, from its month, quarter or fiscal year.' }) recurrence: BudgetRecurrence;
  @Field(() => Int, { defaultValue: 1, description: 'The month that years and quarters are counted from, 1 to 12; January is 1.' }) fiscalYearStartMonth: number;
  @Field(() => [BudgetPlanStepInput], { nullable: true, description: 'Amounts from instants on. Those within this period begin with it and add up to the amount; later ones are of periods to come.' }) plan?: BudgetPlanStepInput[] | null;
  @Field(() => BudgetRolloverInput, { nullable: true, description: 'What goes over into the next period; nothing when it was never set.' }) rollover?: BudgetRolloverInput | null;
  @Field(() => ID, { nullable: true, description: 'The budget that this is a part of: of the same metric and currency, and of a scope and period around these.' }) parentId?: string | null;
}

@InputType({ description: 'What to change of a budget. What is left out or null stays as it is.' })
export class BudgetUpdateInput {
  @Field(() => String, { nullable: true, description: 'The new name.' }) name?: string | null;
  @Field(() => CostScopeInput, { nullable: true, description: 'The new scope, whole.' }) scope?: CostScopeInput | null;
  @Field(() => PeriodInput, { nullable: true, description: 'The new period.' }) period?: PeriodInput | null;
  @Field(() => MoneyInput, { nullable: true, description: 'The new amount, without what is carried over; of periods to come too.' }) amount?: MoneyInput | null;
  @Field(() => BudgetRecurrence, { nullable: true, description: 'Makes the next period when this one ends, from its month, quarter or fiscal year. ONCE ends that.' }) recurrence?: BudgetRecurrence | null;
  @Field(() => Int, { nullable: true, description: 'The month that years and quarters are counted from, 1 to 12; January is 1.' }) fiscalYearStartMonth?: number | null;
  @Field(() => [BudgetPlanStepInput], { nullable: true, description: 'Amounts from instants on. Those within this period begin with it and add up to the amount; later ones are of periods to come.' }) plan?: BudgetPlanStepInput[] | null;
  @Field(() => BudgetRolloverInput, { nullable: true, description: 'What goes over into the next period; nothing when it was never set.' }) rollover?: BudgetRolloverInput | null;
  @Field(() => ID, { nullable: true, description: 'The budget that this is a part of: of the same metric and currency, and of a scope and period around these.' }) parentId?: string | null;
}

@InputType({ description: 'What to forecast.' })
export class ForecastCreateInput {
  @Field(() => ID, { description: 'A resource or a budget.' }) subjectId: string;
  @Field(() => UsageMetric, { nullable: true, description: 'Required for resources, refused for budgets.' })
  metric?: UsageMetric | null;
  @Field(() => Int, { description: 'Days ahead, at least: a version of the same data that looks further is given as it is.' }) horizon: number;
}

@ObjectType({ description: 'The budget, or why it was refused.' })
export class BudgetCreatePayload {
  @Field(() => Budget, { nullable: true, description: 'Null when it was refused.' }) budget?: Budget;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The budget as it is now, or why the change was refused.' })
export class BudgetUpdatePayload {
  @Field(() => Budget, { nullable: true, description: 'Null when it was refused.' }) budget?: Budget;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The id that names nothing any more, or why it stays.' })
export class BudgetDeletePayload {
  @Field(() => ID, { nullable: true, description: 'Null when it was refused.' }) deletedBudgetId?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The version, or why there is none.' })
export class ForecastCreatePayload {
  @Field(() => Forecast, { nullable: true, description: 'Null when it was refused.' }) forecast?: Forecast;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'One page of budgets.' })
export class BudgetConnection extends connectionOf('Budget', () => Budget) {}

/** What a forecast is of. A budget's forecast is that of the cost of its scope, which budgets may share. */
export const ForecastSubject = createUnionType({
  name: 'ForecastSubject',
  description: 'What a forecast is of: the usage of a resource, or the cost of a scope, which budgets may share.',
  types: () => [Resource, CostScope] as const,
  resolveType: (value: Resource | CostScope) => ('id' in value ? Resource : CostScope),
});
