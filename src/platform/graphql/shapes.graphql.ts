import { Field, Float, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { InvalidInput } from '../errors.js';
import { CurrencyCodeScalar, DecimalScalar } from './scalars.js';

@ObjectType({ description: 'From start (inclusive) to end (exclusive).' })
export class Period {
  @Field(() => Date) start: Date;
  @Field(() => Date) end: Date;
}

@InputType({ description: 'From start (inclusive) to end (exclusive), which has to be later.' })
export class PeriodInput {
  @Field(() => Date) start: Date;
  @Field(() => Date) end: Date;
}

/** A period that has a length. @throws InvalidInput */
export function checkPeriod(period: PeriodInput, field: readonly string[] = ['period']): PeriodInput {
  if (period.start >= period.end) {
    throw new InvalidInput(
      `period needs a start before its end, got ${period.start.toISOString()} to ${period.end.toISOString()}`,
      field,
    );
  }
  return period;
}

@ObjectType({ description: 'An exact amount.' })
export class Money {
  @Field(() => DecimalScalar) amount: string;
  @Field(() => CurrencyCodeScalar) currency: string;
}

@InputType({ description: 'An exact amount.' })
export class MoneyInput {
  @Field(() => DecimalScalar) amount: string;
  @Field(() => CurrencyCodeScalar) currency: string;
}

@ObjectType({ description: 'A number with its unit, spelled as FOCUS UnitFormat: "GB-Hours", "GPUs".' })
export class Quantity {
  @Field(() => Float) value: number;
  @Field() unit: string;
}

@ObjectType({ description: 'A tag as the provider gives it.' })
export class Tag {
  @Field() key: string;
  @Field(() => String, { nullable: true, description: 'Null for a tag that has a key only.' }) value: string | null;
}

export enum OrderDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
registerEnumType(OrderDirection, { name: 'OrderDirection', description: 'Smallest or earliest first, or last.' });

export enum Granularity {
  HOUR = 'HOUR',
  DAY = 'DAY',
  MONTH = 'MONTH',
}
registerEnumType(Granularity, { name: 'Granularity', description: 'How long a step is, in UTC.' });
