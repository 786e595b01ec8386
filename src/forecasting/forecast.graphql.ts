import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostMetric } from '../costs/index.js';
import { Granularity, Node, Period } from '../platform/index.js';
import { UsageMetric } from '../usage/index.js';

export enum DailyStatistic {
  MAXIMUM = 'MAXIMUM',
  MEAN = 'MEAN',
  SUM = 'SUM',
}
registerEnumType(DailyStatistic, {
  name: 'DailyStatistic',
  description: 'What a point is of its day.',
  valuesMap: {
    MAXIMUM: { description: 'The most that was observed: of what a resource can run out of.' },
    SUM: { description: 'All of it: of costs.' },
  },
});

@ObjectType({ description: 'A model, and its part in the mean.' })
export class ForecastModelWeight {
  @Field() model: string;
  @Field(() => Float) weight: number;
}

@ObjectType({ description: 'Where the value lies with a chance of `level` percent.' })
export class PredictionInterval {
  @Field(() => Float, { description: 'Nominal coverage in percent: 80, 95.' }) level: number;
  @Field(() => Float) lower: number;
  @Field(() => Float) upper: number;
}

@ObjectType({ description: 'What is expected of one step.' })
export class ForecastPoint {
  @Field(() => Period) period: Period;
  @Field(() => Float) mean: number;
  @Field(() => [PredictionInterval]) intervals: PredictionInterval[];
}

@ObjectType({ description: 'Time-series cross-validation, averaged over origins and steps.' })
export class ForecastAccuracy {
  @Field(() => Int) origins: number;
  @Field(() => Float) mae: number;
  @Field(() => Float) rmse: number;
  @Field(() => Float, {
    nullable: true,
    description: 'Mean absolute error over all steps, as a multiple of what one season ahead by seasonal naive is off within the history. Null where that is never wrong, on a constant series.',
  })
  mase: number | null;
  @Field(() => Float) winklerScore: number;
  @Field(() => Float, { description: 'Share of actuals inside the 95 % interval; well calibrated is near 0.95.' })
  coverage95: number;
}

@ObjectType({ description: 'What is known in advance to move the values, such as holidays or the first day of a month, and by how much it did in the past.' })
export class KnownEffect {
  @Field() name: string;
  @Field(() => Float, { description: 'In the unit of the forecast; or, when relative, a fraction of what there would be otherwise: -0.3 is 30 % less.' })
  size: number;
  @Field() isRelative: boolean;
  @Field(() => Float, { description: 'How far the size may be off the next time, in the unit of the size.' })
  standardDeviation: number;
}

@ObjectType({ implements: () => [Node], description: 'What is expected of a resource or a cost, and how sure that is.' })
export class Forecast extends Node {
  @Field(() => UsageMetric, { nullable: true, description: 'The usage metric forecast. Null for cost forecasts.' })
  metric: UsageMetric | null;
  @Field(() => CostMetric, { nullable: true, description: 'The cost forecast. Null for usage forecasts.' })
  costMetric: CostMetric | null;
  @Field(() => Int, { description: 'Frozen: a later run makes a new version and leaves this one to be scored.' })
  version: number;
  @Field(() => [ForecastModelWeight], { description: 'What went into the forecast, heaviest first.' })
  models: ForecastModelWeight[];
  @Field(() => [KnownEffect], { description: 'What the calendar puts on top of the models. It is in the points; only what the history bears out is here.' })
  knownEffects: KnownEffect[];
  @Field(() => Float, { description: 'Fraction of the observed days at the limit, where that hides how much more was asked for; 0 where nothing was hidden.' })
  censoredShare: number;
  @Field({ description: 'Unit of every value; the billing currency for costs.' }) unit: string;
  @Field(() => DailyStatistic) statistic: DailyStatistic;
  @Field(() => Granularity) granularity: Granularity;
  @Field(() => Date, { description: 'End of the last observation used; the first point begins here.' }) origin: Date;
  @Field(() => Int, { description: 'Steps ahead, counted in granularity.' }) horizon: number;
  @Field(() => Period) trainingPeriod: Period;
  @Field(() => [ForecastPoint]) points: ForecastPoint[];
  @Field(() => ForecastAccuracy, {
    nullable: true,
    description: 'Rolling-origin accuracy on history. Null when history is too short to backtest.',
  })
  accuracy: ForecastAccuracy | null;
  @Field(() => Date) createdAt: Date;
}
