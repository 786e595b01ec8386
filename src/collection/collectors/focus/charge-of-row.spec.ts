import { chargeReader, type FocusDefaults } from './charge-of-row.js';
import { readLayout } from './focus-columns.js';

const export1: Record<string, string> = {
  BilledCost: '1.20', BillingAccountId: '123', BillingAccountName: 'Payer', BillingCurrency: 'usd',
  BillingPeriodEnd: '2026-10-01 00:00:00', BillingPeriodStart: '2026-09-01 00:00:00', ChargeCategory: 'usage', ChargeClass: '',
  ChargeDescription: 'An hour', ChargePeriodEnd: '2026-09-01T01:00:00Z', ChargePeriodStart: '2026-09-01T00:00:00Z', ContractedCost: '',
  EffectiveCost: '1.10', InvoiceIssuerName: 'AWS Inc.', ListCost: 'NULL', PricingQuantity: '2', PricingUnit: 'Hours', ProviderName: 'AWS',
  PublisherName: 'AWS Inc.', ServiceName: 'EC2', ServiceCategory: 'ai and machine learning', Tags: '', x_Team: '',
};

/** The charge that a complete row makes, with these values in it. */
function chargeOf(values: Record<string, string>, { without = [] as string[], ...defaults }: FocusDefaults & { without?: string[] } = {}) {
  const row = { ...export1, ...values };
  const header = Object.keys(row).filter((name) => !without.includes(name));
  return chargeReader('bill.csv', readLayout('bill.csv', header), defaults)(header.map((name) => row[name]!), 7);
}

describe('the charge of a row', () => {
  it('has what the row says, exact, and null for what it does not say', () => {
    expect(chargeOf({})).toMatchObject({
      billingPeriodStart: '2026-09-01T00:00:00Z', chargePeriodEnd: '2026-09-01T01:00:00Z', chargeCategory: 'Usage', chargeClass: null,
      billingCurrency: 'USD', billedCost: '1.20', effectiveCost: '1.10', listCost: null, contractedCost: null, providerName: 'AWS',
      serviceCategory: 'AI and Machine Learning', resourceId: null, pricingQuantity: '2', tags: null,
    });
  });

  it('keeps every other column that has a value, as text', () => {
    const { extra } = chargeOf({ x_Team: 'a "b"\n\\', x_Empty: ' ', x_None: 'NULL' });
    expect(JSON.parse(extra!)).toEqual({ BillingAccountName: 'Payer', InvoiceIssuerName: 'AWS Inc.', PublisherName: 'AWS Inc.', x_Team: 'a "b"\n\\' });
  });

  it('keeps a value that a list of FOCUS does not have', () => {
    const charge = chargeOf({ ServiceCategory: 'Quantum', PricingCategory: 'Spot', ChargeClass: 'Correction' });
    expect(charge).toMatchObject({ serviceCategory: 'Other', pricingCategory: null, chargeClass: 'Correction' });
    expect(JSON.parse(charge.extra!)).toMatchObject({ ServiceCategory: 'Quantum', PricingCategory: 'Spot' });
  });

  it('has a column named like a part of JavaScript', () => {
    expect(chargeOf({ ['__proto__x']: 'a', constructor: 'b' }).extra).toContain('"constructor":"b"');
  });

  it('is of nobody, and in no currency, where an excerpt does not say', () => {
    const without = ['BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'ProviderName', 'InvoiceIssuerName', 'PublisherName', 'ServiceName'];
    expect(chargeOf({}, { without })).toMatchObject({ providerName: 'unknown', billingAccountId: 'unknown', billingCurrency: 'XXX', serviceName: 'unknown' });
    expect(chargeOf({}, { without, currency: 'EUR' })).toMatchObject({ billingCurrency: 'EUR' });
  });

  it('may correct: negative amounts, and a charge period of no length', () => {
    expect(chargeOf({ BilledCost: '-3', ChargePeriodEnd: '2026-09-01T00:00:00Z' })).toMatchObject({ billedCost: '-3' });
  });

  it('says the same of tags it has read before', () => {
    const header = Object.keys(export1);
    const read = chargeReader('bill.csv', readLayout('bill.csv', header), {});
    const rows = ['{"a": 1}', '{"a": 2}', '{"a": 1}'].map((Tags) => header.map((name) => ({ ...export1, Tags })[name]!));
    expect(rows.map((row, index) => read(row, index + 2).tags)).toEqual(['{"a":"1"}', '{"a":"2"}', '{"a":"1"}']);
  });

  it.each<[string, string, string]>([
    ['BilledCost', 'NaN', 'needs an exact decimal, got "NaN"'],
    ['BilledCost', '12,5', 'needs an exact decimal, got "12,5"'],
    ['EffectiveCost', '', 'needs an exact decimal, got nothing'],
    ['ListCost', 'Infinity', 'needs an exact decimal, got "Infinity"'],
    ['PricingQuantity', '1e400', 'needs an exact decimal, got "1e400"'],
    ['ChargePeriodStart', '2024-02-30', 'needs an instant such as 2026-09-01T00:00:00Z, got "2024-02-30"'],
    ['BillingPeriodStart', '', 'needs an instant such as 2026-09-01T00:00:00Z, got nothing'],
    ['BillingPeriodEnd', '2026-09-01', 'needs to be after BillingPeriodStart 2026-09-01T00:00:00Z, got 2026-09-01T00:00:00Z'],
    ['ChargeCategory', '', 'needs a value, got nothing'],
    ['ChargeCategory', 'Gift', 'needs one of Usage, Purchase, Tax, Credit, Adjustment, got "Gift"'],
    ['BillingCurrency', 'Euro', 'needs an ISO 4217 code such as USD, got "EURO"'],
    ['BillingAccountId', 'NULL', 'needs a value, got nothing'],
    ['Tags', '["a"]', 'needs a JSON object, got "[\\"a\\"]"'],
    ['Tags', '{"a":"\\u0000"}', 'holds a NUL character, got '],
  ])('is refused with its place when %s is %j', (column, value, reason) => {
    expect(() => chargeOf({ [column]: value })).toThrow(`bill.csv, line 7, column ${column}: ${reason}`);
  });

  it('quotes no more than the beginning of a long value', () => {
    expect(() => chargeOf({ BilledCost: 'x'.repeat(500) })).toThrow(new RegExp(`got "x{60}…"$`));
  });
});
