import { FileRefused } from '../../csv/file-refused.js';

/**
 * The columns FOCUS 1.0 makes mandatory, which 1.1 to 1.3 keep, two of them under other names. ServiceCategory is one of them, but
 * the specification's own examples leave it out; a charge without it is of category Other.
 */
const mandatoryColumns = [
  'BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart',
  'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargePeriodEnd', 'ChargePeriodStart', 'ContractedCost',
  'EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName',
  'ServiceName',
];

/** What even an excerpt needs: the amounts, when they were charged, and for what kind of thing. */
const leastColumns = [
  'BilledCost', 'EffectiveCost', 'BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd', 'ChargeCategory',
] as const;

/** Columns that say who bills. A file with any of them is an export, and has to be a complete one. */
const identityColumns = ['BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'ProviderName', 'InvoiceIssuerName', 'PublisherName'];

/** Columns stored under their own name; every other one is kept in `extra`. */
const storedColumns = [
  ...leastColumns, 'BillingAccountId', 'BillingCurrency', 'ProviderName', 'ServiceName', 'ServiceCategory', 'ChargeClass',
  'ChargeDescription', 'ChargeFrequency', 'ListCost', 'ContractedCost', 'SubAccountId', 'RegionId', 'ResourceId',
  'ResourceName', 'ResourceType', 'SkuId', 'SkuPriceId', 'PricingCategory', 'PricingQuantity', 'PricingUnit',
  'ConsumedQuantity', 'ConsumedUnit', 'CommitmentDiscountId', 'CommitmentDiscountStatus', 'Tags',
] as const;

export type FocusColumn = (typeof storedColumns)[number];

/** FOCUS 1.3 renames them, and lets exports have the old ones beside the new; the meaning stays. */
const renamed = new Map([['ServiceProviderName', 'ProviderName'], ['HostProviderName', 'PublisherName']]);

/** Where each column of a FOCUS file stands. */
export interface FocusLayout {
  /** Position of a stored column; -1 where the file has none. */
  at: Record<FocusColumn, number>;
  /** Columns that are kept as they are. */
  extra: { name: string; index: number }[];
  /** Whether the file is an excerpt that does not say who bills or in which currency. */
  isExcerpt: boolean;
}

/**
 * Finds the columns of a FOCUS file; names may vary in case.
 *
 * @throws FileRefused naming the mandatory column that is missing
 */
export function readLayout(file: string, header: readonly string[]): FocusLayout {
  const positions = new Map(header.map((name, index) => [name.toLowerCase(), index]));
  for (const [name, before] of renamed) {
    const position = positions.get(name.toLowerCase());
    if (position !== undefined) positions.set(before.toLowerCase(), position);
  }
  const has = (name: string) => positions.has(name.toLowerCase());
  const isExcerpt = !identityColumns.some(has);
  const needed: readonly string[] = isExcerpt ? leastColumns : mandatoryColumns;
  const missing = needed.find((name) => !has(name));
  if (missing) {
    throw new FileRefused(file, 'is missing, and FOCUS makes it mandatory', { line: 1, column: missing });
  }
  const at = Object.fromEntries(storedColumns.map((name) => [name, positions.get(name.toLowerCase()) ?? -1])) as Record<FocusColumn, number>;
  const stored = new Set(Object.values(at));
  const extra = header.flatMap((name, index) => (stored.has(index) ? [] : [{ name, index }]));
  return { at, extra, isExcerpt };
}
