import { readLayout } from './focus-columns.js';

const mandatory = [
  'BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart',
  'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargePeriodEnd', 'ChargePeriodStart', 'ContractedCost',
  'EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName',
  'ServiceName',
];
const excerpt = [
  'BilledCost', 'EffectiveCost', 'BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd', 'ChargeCategory',
];

describe('the columns of a FOCUS file', () => {
  it('are found in any order and case, and the others are kept', () => {
    const { at, extra, isExcerpt } = readLayout('bill.csv', ['x_Team', 'billedcost', ...mandatory.slice(1), 'REGIONID']);
    expect(at).toMatchObject({ BilledCost: 1, BillingAccountId: 2, ServiceName: 20, RegionId: 21, Tags: -1, SkuId: -1 });
    expect(extra).toEqual([
      { name: 'x_Team', index: 0 }, { name: 'BillingAccountName', index: 3 },
      { name: 'InvoiceIssuerName', index: 14 }, { name: 'PublisherName', index: 19 },
    ]);
    expect(isExcerpt).toBe(false);
  });

  it.each(mandatory)('need %s in an export', (column) => {
    const others = mandatory.filter((name) => name !== column);
    expect(() => readLayout('bill.csv', others)).toThrow(`bill.csv, line 1, column ${column}: is missing, and FOCUS makes it mandatory`);
  });

  it('need no more than the amounts, their periods and their kind in an excerpt', () => {
    expect(readLayout('bill.csv', [...excerpt, 'ResourceId'])).toMatchObject({ isExcerpt: true, at: { BillingCurrency: -1, ResourceId: 7 } });
  });

  it.each(excerpt)('need %s even in an excerpt', (column) => {
    const others = excerpt.filter((name) => name !== column);
    expect(() => readLayout('bill.csv', others)).toThrow(`line 1, column ${column}: is missing`);
  });

  it('may have the names that FOCUS 1.3 gives the providers', () => {
    const renamed = mandatory.map((name) => ({ ProviderName: 'ServiceProviderName', PublisherName: 'HostProviderName' })[name] ?? name);
    const { at, extra } = readLayout('bill.csv', renamed);
    expect(at.ProviderName).toBe(mandatory.indexOf('ProviderName'));
    expect(extra.map(({ name }) => name)).toEqual(['BillingAccountName', 'InvoiceIssuerName', 'HostProviderName']);
  });

  it('may have the names of 1.3, alone or beside the old ones, and the new ones count', () => {
    const others = mandatory.filter((name) => name !== 'ProviderName' && name !== 'PublisherName');
    const renamed = readLayout('bill.csv', [...others, 'ServiceProviderName', 'HostProviderName']);
    expect(renamed.at.ProviderName).toBe(others.length);
    const both = readLayout('bill.csv', ['ServiceProviderName', 'HostProviderName', ...mandatory]);
    expect(both.at.ProviderName).toBe(0);
    expect(both.extra.map(({ name }) => name)).toEqual(expect.arrayContaining(['HostProviderName', 'ProviderName', 'PublisherName']));
  });
});
