import { ServiceCategory } from '../../../access/index.js';
import type { Charge, WholeBillingPeriod } from '../../../costs/index.js';
import type { CostRow } from './cost-row.js';
import type { CostExplorerSettings } from './settings.js';

export const providerName = 'AWS';
/** The value of a tag or of a cost category that somebody did not give. */
const untagged = 'untagged';

/**
 * A day of a group as a charge. Unblended cost is what is billed, amortized cost what is effective; the
 * amortized cost that is not taken is kept beside it, as is every key that has no column.
 */
export function chargeOf({ day, category, keys, amounts, currency }: CostRow, isEstimated: boolean, settings: CostExplorerSettings): Charge {
  const { effectiveCost, groupBy, billingAccountId } = settings;
  const other = effectiveCost === 'NetAmortizedCost' ? 'AmortizedCost' : 'NetAmortizedCost';
  const tags: [string, string][] = [];
  const extra: [string, string][] = [[`x_${other}`, amounts[other]], ['x_Estimated', String(isEstimated)]];
  const dimensions = new Map<string, string>();
  for (const [index, { type, key }] of groupBy.entries()) {
    const value = keys[index]!;
    if (type !== 'DIMENSION') tags.push([key, valueOfTag(key, value)]);
    else if (columns.has(key)) dimensions.set(key, value);
    else extra.push([`x_${key}`, value]);
  }
  const region = dimensions.get('REGION');
  return {
    ...periodOf(day.slice(0, 7)),
    chargePeriodStart: instantOf(day),
    chargePeriodEnd: instantOf(dayAfter(day)),
    billingAccountId,
    chargeCategory: category,
    chargeClass: null,
    chargeDescription: null,
    chargeFrequency: null,
    billingCurrency: currency,
    billedCost: amounts.UnblendedCost,
    effectiveCost: amounts[effectiveCost],
    listCost: null,
    contractedCost: null,
    providerName,
    serviceName: dimensions.get('SERVICE') || 'unknown',
    serviceCategory: ServiceCategory.OTHER,
    subAccountId: dimensions.get('LINKED_ACCOUNT') || null,
    regionId: region && region !== 'NoRegion' ? region : null,
    resourceId: null,
    resourceName: null,
    resourceType: null,
    skuId: null,
    skuPriceId: null,
    pricingCategory: null,
    pricingQuantity: null,
    pricingUnit: null,
    consumedQuantity: null,
    consumedUnit: null,
    commitmentDiscountId: null,
    commitmentDiscountStatus: null,
    tags: tags.length > 0 ? JSON.stringify(Object.fromEntries(tags)) : null,
    extra: JSON.stringify(Object.fromEntries(extra)),
  };
}

/** Dimensions that a charge has a column for; the others are kept in `extra`. */
const columns = new Set(['SERVICE', 'LINKED_ACCOUNT', 'REGION']);

/** Groups by tag are named `team$platform`, and `team$` where there is no value. */
function valueOfTag(key: string, group: string): string {
  const value = group.startsWith(`${key}$`) ? group.slice(key.length + 1) : group;
  return value === '' ? untagged : value;
}

/** The billing period of a month such as `2026-11`. */
export function periodOf(month: string): Pick<WholeBillingPeriod, 'billingPeriodStart' | 'billingPeriodEnd'> {
  return { billingPeriodStart: instantOf(`${month}-01`), billingPeriodEnd: instantOf(firstOfNextMonth(month)) };
}

/** The first day of the month after, such as `2026-12-01`. */
export function firstOfNextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return dayOf(new Date(Date.UTC(year, number, 1)));
}

export function dayAfter(day: string, days = 1): string {
  return dayOf(new Date(Date.parse(day) + days * 86_400_000));
}

export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);
export const instantOf = (day: string): string => `${day}T00:00:00Z`;
