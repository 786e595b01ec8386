import { Field, Float, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostScopeInput, ServiceCategory } from '../access/index.js';
import { connectionOf, Money, Node, Period, PeriodInput, Quantity, Tag } from '../platform/index.js';

/** FOCUS ChargeCategory; the values are FOCUS's spelling, as stored. */
export enum ChargeCategoryType {
  USAGE = 'Usage',
  PURCHASE = 'Purchase',
  TAX = 'Tax',
  CREDIT = 'Credit',
  ADJUSTMENT = 'Adjustment',
}
registerEnumType(ChargeCategoryType, { name: 'ChargeCategory', description: 'What a charge is for (FOCUS ChargeCategory).' });

export enum ChargeClass {
  CORRECTION = 'Correction',
}
registerEnumType(ChargeClass, { name: 'ChargeClass', description: 'Whether a charge amends another (FOCUS ChargeClass).' });

export enum PricingCategory {
  STANDARD = 'Standard',
  DYNAMIC = 'Dynamic',
  COMMITTED = 'Committed',
  OTHER = 'Other',
}
registerEnumType(PricingCategory, { name: 'PricingCategory', description: 'How the price came about (FOCUS PricingCategory).' });

export enum CommitmentDiscountStatus {
  USED = 'Used',
  UNUSED = 'Unused',
}
registerEnumType(CommitmentDiscountStatus, {
  name: 'CommitmentDiscountStatus',
  description: 'Whether a commitment was used (FOCUS CommitmentDiscountStatus).',
});

export enum CostMetric {
  BILLED_COST = 'BILLED_COST',
  EFFECTIVE_COST = 'EFFECTIVE_COST',
  CONTRACTED_COST = 'CONTRACTED_COST',
  LIST_COST = 'LIST_COST',
}
registerEnumType(CostMetric, {
  name: 'CostMetric',
  description: 'Which cost of a charge. They are alternatives: never add one to another.',
  valuesMap: {
    BILLED_COST: { description: 'Cash basis: what the invoice says.' },
    EFFECTIVE_COST: { description: 'Accrual basis: discounts applied and prepaid purchases amortized.' },
  },
});

export enum CostDimension {
  PROVIDER = 'PROVIDER',
  BILLING_ACCOUNT = 'BILLING_ACCOUNT',
  SUB_ACCOUNT = 'SUB_ACCOUNT',
  SERVICE_CATEGORY = 'SERVICE_CATEGORY',
  SERVICE = 'SERVICE',
  REGION = 'REGION',
  RESOURCE = 'RESOURCE',
  CHARGE_CATEGORY = 'CHARGE_CATEGORY',
}
registerEnumType(CostDimension, { name: 'CostDimension', description: 'A FOCUS column to group charges by.' });

@InputType({ isOneOf: true, description: 'Either a FOCUS column or a tag key.' })
export class CostDimensionInput {
  @Field(() => CostDimension, { nullable: true, description: 'This, or a tag.' }) dimension?: CostDimension;
  @Field(() => String, { nullable: true, description: 'This, or a dimension.' }) tag?: string;
}

@InputType({ description: 'Which charges: those whose charge period begins within the period.' })
export class CostFilter {
  @Field(() => PeriodInput) period: PeriodInput;
  @Field(() => CostScopeInput, { nullable: true, description: 'All you may see when left out.' }) scope?: CostScopeInput | null;
  @Field(() => [ChargeCategoryType], { nullable: true, description: 'Any when left out or empty.' }) chargeCategories?: ChargeCategoryType[] | null;
}

@ObjectType({ description: 'What one step cost.' })
export class CostPoint {
  @Field(() => Period) period: Period;
  @Field(() => Money) cost: Money;
}

@ObjectType({ description: 'One series of a report, in one currency.' })
export class CostGroup {
  @Field(() => [String], {
    nullable: 'items',
    description: 'One value per requested dimension, in the same order. Null collects charges without a value.',
  })
  key: (string | null)[];
  @Field(() => Money) total: Money;
  @Field(() => [CostPoint], { description: 'Periods in which nothing was charged are left out.' }) points: CostPoint[];
}

@ObjectType({ description: 'Charges added up, exactly.' })
export class CostReport {
  @Field(() => CostMetric) metric: CostMetric;
  @Field(() => Date, { description: 'Last revision that is in these numbers.' }) asOf: Date;
  @Field(() => Float, { description: 'Share of the period that is settled, 0 to 1.' }) settled: number;
  @Field(() => Period) period: Period;
  @Field(() => Money, {
    nullable: true,
    description: 'Null when nothing was charged, and when charges are in several currencies: those are never added.',
  })
  total: Money | null;
  @Field(() => Int, {
    description: 'Charges for which the provider states no cost of this metric; they are in no sum.',
  })
  unstatedChargeCount: number;
  @Field(() => [CostGroup], { description: 'Dearest first, one currency after the other.' }) groups: CostGroup[];
}

export enum CostVarianceCause {
  PRICE = 'PRICE',
  USAGE = 'USAGE',
  MIX = 'MIX',
  COMMITMENT = 'COMMITMENT',
  CREDIT = 'CREDIT',
  CURRENCY = 'CURRENCY',
  RESTATEMENT = 'RESTATEMENT',
}
registerEnumType(CostVarianceCause, {
  name: 'CostVarianceCause',
  description: 'Why something cost more or less than before.',
  valuesMap: {
    PRICE: { description: 'Other prices for the same items; fees and taxes that are charged in both.' },
    USAGE: { description: 'More or less of a service, at the average price that it had.' },
    MIX: { description: 'Dearer or cheaper items of the same service and unit.' },
    COMMITMENT: { description: 'Commitments bought, left unused, and what they save against contracted prices.' },
    CREDIT: { description: 'Credits.' },
    CURRENCY: { description: 'Another exchange rate from the currency of the price, where the bill states both.' },
    RESTATEMENT: { description: 'Corrections of periods that were invoiced before.' },
  },
});

@ObjectType({ description: 'What one cause makes of the difference.' })
export class CostVariancePart {
  @Field(() => CostVarianceCause) cause: CostVarianceCause;
  @Field(() => Money) amount: Money;
}

@ObjectType({ description: 'Why charges cost more or less than others.' })
export class CostVariance {
  @Field(() => CostMetric) metric: CostMetric;
  @Field(() => Money, { description: 'What the base cost.' }) base: Money;
  @Field(() => Money, { description: 'What is compared with it cost.' }) compared: Money;
  @Field(() => Money, { description: 'Compared less base.' }) total: Money;
  @Field(() => [CostVariancePart], { description: 'Every cause, also one of 0. They add up to the total exactly.' }) parts: CostVariancePart[];
  @Field(() => Int, { description: 'Charges for which the provider states no cost of this metric; they are in no sum.' }) unstatedChargeCount: number;
}

@ObjectType('Charge', { implements: () => [Node], description: 'One row of a FOCUS dataset.' })
export class ChargeType extends Node {
  @Field(() => ChargeCategoryType) chargeCategory: ChargeCategoryType;
  @Field(() => ChargeClass, {
    nullable: true,
    description: 'CORRECTION when it amends a period already invoiced, otherwise null.',
  })
  chargeClass: ChargeClass | null;
  @Field(() => String, { nullable: true, description: 'Null when the provider describes nothing.' })
  chargeDescription: string | null;
  @Field(() => Period) chargePeriod: Period;
  @Field(() => Period) billingPeriod: Period;
  @Field() billingAccountId: string;
  @Field(() => String, { nullable: true, description: 'Null for charges of the billing account itself.' })
  subAccountId: string | null;
  @Field() providerName: string;
  @Field() serviceName: string;
  @Field(() => ServiceCategory) serviceCategory: ServiceCategory;
  @Field(() => String, { nullable: true, description: 'Null for charges without a SKU, such as tax.' })
  skuId: string | null;
  @Field(() => String, { nullable: true, description: 'Null for charges that belong to no region.' })
  regionId: string | null;
  @Field(() => Quantity, { nullable: true, description: 'Null unless the charge category is USAGE.' })
  consumedQuantity: Quantity | null;
  @Field(() => Quantity, { nullable: true, description: 'Null for charges without a price, such as tax.' })
  pricingQuantity: Quantity | null;
  @Field(() => PricingCategory, { nullable: true, description: 'Null for charges without a price.' })
  pricingCategory: PricingCategory | null;
  @Field(() => Money, { description: 'Cash basis: what the invoice says.' }) billedCost: Money;
  @Field(() => Money, { description: 'Accrual basis: discounts applied and prepaid purchases amortized.' })
  effectiveCost: Money;
  @Field(() => Money, { nullable: true, description: 'Null when the provider states none.' }) listCost: Money | null;
  @Field(() => Money, { nullable: true, description: 'Null when the provider states none.' })
  contractedCost: Money | null;
  @Field(() => String, { nullable: true, description: 'Null when no commitment discount is involved.' })
  commitmentDiscountId: string | null;
  @Field(() => CommitmentDiscountStatus, {
    nullable: true,
    description: 'Null when no commitment discount is involved.',
  })
  commitmentDiscountStatus: CommitmentDiscountStatus | null;
  @Field(() => [Tag]) tags: Tag[];
}

@ObjectType({ description: 'One page of charges.' })
export class ChargeConnection extends connectionOf('Charge', () => ChargeType) {}
