/** The columns of a complete FOCUS 1.0 export, in no special order. */
const defaults = {
  BilledCost: '1.00',
  BillingAccountId: '4711',
  BillingAccountName: 'Acme',
  BillingCurrency: 'USD',
  BillingPeriodStart: '2026-09-01T00:00:00Z',
  BillingPeriodEnd: '2026-10-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargeClass: '',
  ChargeDescription: 'one hour of one machine',
  ChargeFrequency: 'Usage-Based',
  ChargePeriodStart: '2026-09-01T00:00:00Z',
  ChargePeriodEnd: '2026-09-02T00:00:00Z',
  CommitmentDiscountId: '',
  CommitmentDiscountStatus: '',
  ConsumedQuantity: '24',
  ConsumedUnit: 'Hours',
  ContractedCost: '1.00',
  EffectiveCost: '1.00',
  InvoiceIssuerName: 'AWS',
  ListCost: '1.25',
  PricingCategory: 'Standard',
  PricingQuantity: '24',
  PricingUnit: 'Hours',
  ProviderName: 'AWS',
  PublisherName: 'AWS',
  RegionId: 'eu-central-1',
  ResourceId: 'i-1',
  ResourceName: '',
  ResourceType: 'instance',
  ServiceCategory: 'Compute',
  ServiceName: 'Amazon EC2',
  SkuId: 'sku-1',
  SkuPriceId: 'sku-1.1',
  SubAccountId: 'team-a',
  Tags: '{"team":"research"}',
};

export type FocusRow = Partial<Record<keyof typeof defaults, string>>;

/** The row with all columns: what it does not say is as above. */
export function completeFocusRow(row: FocusRow): Record<keyof typeof defaults, string> {
  return { ...defaults, ...row };
}

/** A FOCUS file of these rows; what a row does not say is as above. */
export function focusCsv(rows: readonly FocusRow[], { without = [] as (keyof typeof defaults)[] } = {}): string {
  const columns = (Object.keys(defaults) as (keyof typeof defaults)[]).filter((column) => !without.includes(column));
  const cell = (value: string) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? defaults[column])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}
