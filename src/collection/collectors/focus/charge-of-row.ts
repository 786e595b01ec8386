import { ServiceCategory } from '../../../access/index.js';
import { chargeCategories, type Charge, type ChargeCategory } from '../../../costs/index.js';
import { FileRefused } from '../../csv/file-refused.js';
import type { FocusColumn, FocusLayout } from './focus-columns.js';
import { decimal, instant, tagsJson, textOrNull } from './focus-values.js';
import { Memory } from './memory.js';

/** ISO 4217's code for "no currency": an amount whose currency nobody names is in none, not in dollars. */
const noCurrency = 'XXX';
const unnamed = 'unknown';

const categoryOf = new Map<string, ChargeCategory>(chargeCategories.map((name) => [name.toLowerCase(), name]));
const serviceCategoryOf = new Map<string, string>(Object.values(ServiceCategory).map((name) => [name.toLowerCase(), name]));
const pricingCategoryOf = new Map(['Standard', 'Dynamic', 'Committed', 'Other'].map((name) => [name.toLowerCase(), name]));
const commitmentStatusOf = new Map(['Used', 'Unused'].map((name) => [name.toLowerCase(), name]));

/** JSON writes these in another way; everything else stands in quotes as it is. */
const escapedInJson = /["\\\p{Cc}]/u;

/** What a file's currency is where it has no such column. */
export interface FocusDefaults {
  currency?: string;
}

/** What the rows of a file are counted in, for whoever looks for one: a quoted value may go over several lines. */
export type RowUnit = 'line' | 'row';

/**
 * Reads the rows of one FOCUS file as charges.
 *
 * @returns a function of a row and its number, in this unit; it throws FileRefused naming the column
 */
export function chargeReader(file: string, layout: FocusLayout, defaults: FocusDefaults, unit: RowUnit = 'line'): (row: string[], number: number) => Charge {
  const { at, extra } = layout;
  const extraKeys = extra.map(({ name, index }) => ({ key: `${JSON.stringify(name)}:`, index }));
  const instants = new Memory();
  const tagSets = new Memory();
  let row: string[];
  let number: number;

  const refuse = (column: string, reason: string): never => {
    throw new FileRefused(file, reason, { [unit]: number, column });
  };
  const shown = (text: string | null) => (text === null ? 'nothing' : JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text));

  const text = (column: FocusColumn): string | null => {
    const value = row[at[column]];
    return value === undefined ? null : textOrNull(value);
  };
  const needed = (column: FocusColumn): string => text(column) ?? refuse(column, 'needs a value, got nothing');

  const amountOrNull = (column: FocusColumn): string | null => {
    const value = text(column);
    if (value === null) return null;
    return decimal(value) ?? refuse(column, `needs an exact decimal, got ${shown(value)}`);
  };
  const amount = (column: FocusColumn): string => amountOrNull(column) ?? refuse(column, 'needs an exact decimal, got nothing');

  const time = (column: FocusColumn): string => {
    const value = row[at[column]]!;
    const known = instants.get(value);
    if (known !== undefined) return known;
    const parsed = instant(value.trim()) ?? refuse(column, `needs an instant such as 2026-09-01T00:00:00Z, got ${shown(textOrNull(value))}`);
    return instants.set(value, parsed);
  };

  const tags = (): string | null => {
    const value = text('Tags');
    if (value === null) return null;
    const known = tagSets.get(value);
    if (known !== undefined) return known;
    const parsed = tagsJson(value);
    if ('reason' in parsed) return refuse('Tags', `${parsed.reason}, got ${shown(value)}`);
    return tagSets.set(value, parsed.json);
  };

  const currency = (): string => {
    if (at.BillingCurrency < 0) return defaults.currency ?? noCurrency;
    const value = needed('BillingCurrency').toUpperCase();
    return /^[A-Z]{3}$/.test(value) ? value : refuse('BillingCurrency', `needs an ISO 4217 code such as USD, got ${shown(value)}`);
  };

  /** A value of a closed list. One that the list does not have is kept in `extra`, where nothing is lost. */
  const choice = (column: FocusColumn, choices: Map<string, string>, others: string[]): string | null => {
    const value = text(column);
    if (value === null) return null;
    const known = choices.get(value.toLowerCase());
    if (known === undefined) others.push(`${JSON.stringify(column)}:${JSON.stringify(value)}`);
    return known ?? null;
  };

  const everythingElse = (others: string[]): string | null => {
    let members = others.join(',');
    for (const { key, index } of extraKeys) {
      const value = textOrNull(row[index]!);
      if (value === null) continue;
      const json = escapedInJson.test(value) ? JSON.stringify(value) : `"${value}"`;
      members += members === '' ? `${key}${json}` : `,${key}${json}`;
    }
    return members === '' ? null : `{${members}}`;
  };

  return (currentRow, currentNumber) => {
    row = currentRow;
    number = currentNumber;
    const chargeCategory = needed('ChargeCategory');
    const others: string[] = [];
    const charge: Charge = {
      billingPeriodStart: time('BillingPeriodStart'),
      billingPeriodEnd: time('BillingPeriodEnd'),
      chargePeriodStart: time('ChargePeriodStart'),
      chargePeriodEnd: time('ChargePeriodEnd'),
      billingAccountId: at.BillingAccountId < 0 ? unnamed : needed('BillingAccountId'),
      chargeCategory:
        categoryOf.get(chargeCategory.toLowerCase()) ??
        refuse('ChargeCategory', `needs one of ${chargeCategories.join(', ')}, got ${shown(chargeCategory)}`),
      chargeClass: choice('ChargeClass', correction, others) as Charge['chargeClass'],
      chargeDescription: text('ChargeDescription'),
      chargeFrequency: text('ChargeFrequency'),
      billingCurrency: currency(),
      billedCost: amount('BilledCost'),
      effectiveCost: amount('EffectiveCost'),
      listCost: amountOrNull('ListCost'),
      contractedCost: amountOrNull('ContractedCost'),
      providerName: at.ProviderName < 0 ? unnamed : needed('ProviderName'),
      serviceName: text('ServiceName') ?? unnamed,
      serviceCategory: choice('ServiceCategory', serviceCategoryOf, others) ?? ServiceCategory.OTHER,
      subAccountId: text('SubAccountId'),
      regionId: text('RegionId'),
      resourceId: text('ResourceId'),
      resourceName: text('ResourceName'),
      resourceType: text('ResourceType'),
      skuId: text('SkuId'),
      skuPriceId: text('SkuPriceId'),
      pricingCategory: choice('PricingCategory', pricingCategoryOf, others),
      pricingQuantity: amountOrNull('PricingQuantity'),
      pricingUnit: text('PricingUnit'),
      consumedQuantity: amountOrNull('ConsumedQuantity'),
      consumedUnit: text('ConsumedUnit'),
      commitmentDiscountId: text('CommitmentDiscountId'),
      commitmentDiscountStatus: choice('CommitmentDiscountStatus', commitmentStatusOf, others),
      tags: tags(),
      extra: null,
    };
    charge.extra = everythingElse(others);
    if (charge.billingPeriodEnd <= charge.billingPeriodStart) {
      refuse('BillingPeriodEnd', `needs to be after BillingPeriodStart ${charge.billingPeriodStart}, got ${charge.billingPeriodEnd}`);
    }
    if (charge.chargePeriodEnd < charge.chargePeriodStart) {
      refuse('ChargePeriodEnd', `needs to be after ChargePeriodStart ${charge.chargePeriodStart}, got ${charge.chargePeriodEnd}`);
    }
    return charge;
  };
}

const correction = new Map([['correction', 'Correction']]);
