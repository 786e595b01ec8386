import { readFileSync } from 'node:fs';
import { describeWith, exact, exactSum, focusCsv, realFile, recordsOf, TestApp, totals } from '../support/index.js';

const sample = realFile('focus', 'FOCUS-Sample-Data_1.0_focus_sample_1000.csv');
const metrics = [
  { metric: 'BILLED_COST', column: 'BilledCost' },
  { metric: 'EFFECTIVE_COST', column: 'EffectiveCost' },
  { metric: 'CONTRACTED_COST', column: 'ContractedCost' },
  { metric: 'LIST_COST', column: 'ListCost' },
] as const;

describeWith(sample, 'a real bill', () => {
  let app: TestApp;
  const rows = () => recordsOf(readFileSync(sample, 'utf8'));
  const stated = (amounts: string[]) => amounts.filter((amount) => amount !== '' && amount !== 'NULL');
  beforeAll(async () => {
    app = await TestApp.start();
    await app.importFocus([sample]);
  });
  afterAll(() => app.stop());

  it.each(metrics)('adds $metric up to the last digit', async ({ metric, column }) => {
    const amounts = rows().map((row) => row[column]!);
    const { costReport } = await app.data(
      `query ($metric: CostMetric!) { costReport(metric: $metric, filter: {
         period: { start: "2024-09-01T00:00:00Z", end: "2024-11-01T00:00:00Z" } }) {
         total { amount currency } unstatedChargeCount groups { points { cost { amount } } } } }`,
      { metric },
    );
    expect({ amount: exact(costReport.total.amount), currency: costReport.total.currency }).toEqual({
      amount: exactSum(stated(amounts)),
      currency: 'USD',
    });
    expect(costReport.unstatedChargeCount).toBe(amounts.length - stated(amounts).length);
    // The days of the one group are the same money once more.
    const points = costReport.groups[0].points as { cost: { amount: string } }[];
    expect(points).toHaveLength(30);
    expect(exactSum(points.map(({ cost }) => cost.amount))).toBe(exact(costReport.total.amount));
  });

  it('adds each provider up to the last digit', async () => {
    const { costReport } = await app.data(`{ costReport(metric: BILLED_COST, granularity: MONTH, groupBy: [{ dimension: PROVIDER }], filter: {
      period: { start: "2024-09-01T00:00:00Z", end: "2024-11-01T00:00:00Z" } }) { groups { key total { amount } } } }`);
    const groups = costReport.groups as { key: string[]; total: { amount: string } }[];
    const expected = ['AWS', 'Microsoft', 'Oracle'].map((provider) => {
      const ofProvider = rows().filter(({ ProviderName }) => ProviderName === provider);
      return [provider, exactSum(ofProvider.map(({ BilledCost }) => BilledCost!))];
    });
    expect(Object.fromEntries(groups.map(({ key, total }) => [key[0], exact(total.amount)]))).toEqual(Object.fromEntries(expected));
  });
});

describe('a cost report', () => {
  let app: TestApp;
  let files = 0;
  /** One delivery of a provider of its own, so that no test sees the money of another. */
  const deliver = async (csv: string) => app.importFocus([await app.file(`${(files += 1)}.csv`, csv)]);
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('loses nothing of thousands of tiny amounts, not even beside a huge one', async () => {
    const tiny = Array.from({ length: 5000 }, () => ({ ProviderName: 'Tiny', BilledCost: '0.0000012345' }));
    await deliver(focusCsv([...tiny, { ProviderName: 'Tiny', BilledCost: '98765432109876.01' }]));
    // 5000 × 0.0000012345 = 0.0061725; no double holds twenty digits.
    expect(await totals(app, { scope: { providerNames: ['Tiny'] } })).toEqual({ USD: '98765432109876.0161725' });
  });

  it('adds amounts of every spelling a FOCUS file may use', async () => {
    const amounts = ['1.5e-7', '2E3', '+0.25', '-7.00', '.5', '3.', '$1,234.50 ', '($0.75)'];
    await deliver(focusCsv(amounts.map((BilledCost) => ({ ProviderName: 'Spellings', BilledCost }))));
    // 0.00000015 + 2000 + 0.25 − 7 + 0.5 + 3 + 1234.5 − 0.75
    expect(await totals(app, { scope: { providerNames: ['Spellings'] } })).toEqual({ USD: '3230.50000015' });
  });

  it('never adds amounts of several currencies', async () => {
    await deliver(
      focusCsv([
        { ProviderName: 'Mixed', BillingCurrency: 'USD', BilledCost: '20.20' },
        { ProviderName: 'Mixed', BillingCurrency: 'EUR', BilledCost: '10.10' },
        { ProviderName: 'Mixed', BillingCurrency: 'EUR', BilledCost: '0.05' },
        { ProviderName: 'Mixed', BillingCurrency: 'JPY', BilledCost: '0' },
      ]),
    );
    const { costReport } = await app.data(`{ costReport(metric: BILLED_COST, filter: {
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }, scope: { providerNames: ["Mixed"] } }) {
      total { amount } groups { key total { amount currency } points { cost { currency } } } } }`);
    expect(costReport).toEqual({
      total: null,
      groups: [
        { key: [], total: { amount: '10.15', currency: 'EUR' }, points: [{ cost: { currency: 'EUR' } }] },
        { key: [], total: { amount: '0', currency: 'JPY' }, points: [{ cost: { currency: 'JPY' } }] },
        { key: [], total: { amount: '20.20', currency: 'USD' }, points: [{ cost: { currency: 'USD' } }] },
      ],
    });
  });

  it('refuses to pass an amount off as one of another currency, naming the month that has no rate', async () => {
    await deliver(
      focusCsv([
        { ProviderName: 'Foreign', BillingCurrency: 'EUR' },
        {
          ProviderName: 'Foreign',
          BillingCurrency: 'USD',
          ChargePeriodStart: '2026-09-30T23:00:00Z',
          ChargePeriodEnd: '2026-10-01T00:00:00Z',
        },
      ]),
    );
    const ask = (start: string) =>
      app.ask(
        `query ($start: DateTime!) { costReport(currency: "EUR", filter: { scope: { providerNames: ["Foreign"] }
           period: { start: $start, end: "2026-11-01T00:00:00Z" } }) { total { amount currency } } }`,
        { start },
      );
    const { data, errors } = await ask('2026-09-01T00:00:00Z');
    expect(data.costReport).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('"EUR" needs an exchange rate from USD for 2026-09') as string,
        extensions: { code: 'INVALID', field: ['currency'] },
      }),
    ]);
    // Where all charges are in it already, nothing has to be converted.
    await deliver(focusCsv([{ ProviderName: 'Domestic', BillingCurrency: 'EUR', BilledCost: '3.00', BillingAccountId: 'other' }]));
    const domestic = await app.data(`{ costReport(currency: "EUR", metric: BILLED_COST, filter: { scope: { providerNames: ["Domestic"] }
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" } }) { total { amount currency } } }`);
    expect(domestic.costReport.total).toEqual({ amount: '3.00', currency: 'EUR' });
  });

  it('counts charges whose provider states no such cost, and does not take them for free', async () => {
    await deliver(
      focusCsv([
        { ProviderName: 'Silent', ListCost: '4.00' },
        { ProviderName: 'Silent', ListCost: 'NULL' },
        { ProviderName: 'Silent', ListCost: '' },
        { ProviderName: 'Silent', ListCost: '0', ServiceName: 'Gift' },
        { ProviderName: 'Silent', ListCost: 'null', ServiceName: 'Unpriced' },
      ]),
    );
    const { costReport } = await app.data(`{ costReport(metric: LIST_COST, groupBy: [{ dimension: SERVICE }], filter: {
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }, scope: { providerNames: ["Silent"] } }) {
      total { amount } unstatedChargeCount groups { key total { amount } points { cost { amount } } } } }`);
    expect(costReport).toEqual({
      total: { amount: '4.00' },
      unstatedChargeCount: 3,
      groups: [
        { key: ['Amazon EC2'], total: { amount: '4.00' }, points: [{ cost: { amount: '4.00' } }] },
        { key: ['Gift'], total: { amount: '0' }, points: [{ cost: { amount: '0' } }] },
        // Nothing is stated of it, so there is no point; its total says that nothing is in the sum.
        { key: ['Unpriced'], total: { amount: '0' }, points: [] },
      ],
    });
  });

  it('splits charges by column and by tag, and keeps those without a value together', async () => {
    await deliver(
      focusCsv([
        { ProviderName: 'Tagged', BilledCost: '5', Tags: '{"team":"search"}', RegionId: 'eu' },
        { ProviderName: 'Tagged', BilledCost: '2', Tags: '{"team":"search"}', RegionId: 'us' },
        { ProviderName: 'Tagged', BilledCost: '1', Tags: '{"Team":"search"}', RegionId: 'eu' },
        { ProviderName: 'Tagged', BilledCost: '3', Tags: 'NULL', RegionId: '' },
      ]),
    );
    const { costReport } = await app.data(`{ costReport(metric: BILLED_COST, groupBy: [{ tag: "team" }, { dimension: REGION }], filter: {
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }, scope: { providerNames: ["Tagged"] } }) {
      total { amount } groups { key total { amount } } } }`);
    expect(costReport).toEqual({
      total: { amount: '11' },
      groups: [
        { key: ['search', 'eu'], total: { amount: '5' } },
        { key: [null, null], total: { amount: '3' } },
        { key: ['search', 'us'], total: { amount: '2' } },
        { key: [null, 'eu'], total: { amount: '1' } },
      ],
    });
  });

  it('counts a charge in the period it begins in, the start included and the end not', async () => {
    const charge = (start: string, end: string, BilledCost: string) => ({
      ProviderName: 'Edges', ChargePeriodStart: start, ChargePeriodEnd: end, BilledCost,
    });
    await deliver(
      focusCsv([
        charge('2026-09-09T23:59:59Z', '2026-09-10T00:00:00Z', '1'),
        charge('2026-09-10 00:00:00', '2026-09-10 01:00:00', '10'),
        charge('2026-09-11T01:30:00+02:00', '2026-09-11T02:00:00+02:00', '100'),
        charge('2026-09-11T00:00:00Z', '2026-09-11T01:00:00Z', '1000'),
      ]),
    );
    const day = { start: '2026-09-10T00:00:00Z', end: '2026-09-11T00:00:00Z', scope: { providerNames: ['Edges'] } };
    expect(await totals(app, day)).toEqual({ USD: '110' });
  });

  it('gives what one resource cost: exactly, not at all, or in which currencies', async () => {
    const charge = (ResourceId: string, EffectiveCost: string, BillingCurrency = 'USD') => ({ ProviderName: 'Parts', ResourceId, EffectiveCost, BillingCurrency });
    await deliver(
      focusCsv([charge('disk', '0.1'), charge('disk', '0.2'), charge('disk', '-0.00000001'), charge('mixed', '1'), charge('mixed', '1', 'EUR')]),
    );
    const ask = (name: string, month: string) =>
      app.ask(
        `query ($name: String!, $start: DateTime!, $end: DateTime!) { resources(filter: { providerNames: ["Parts"], nameContains: $name }) {
           nodes { effectiveCost(period: { start: $start, end: $end }) { amount currency } } } }`,
        { name, start: `2026-${month}-01T00:00:00Z`, end: `2026-${month}-28T00:00:00Z` },
      );
    expect((await ask('disk', '09')).data.resources.nodes).toEqual([{ effectiveCost: { amount: '0.29999999', currency: 'USD' } }]);
    expect((await ask('disk', '10')).data.resources.nodes).toEqual([{ effectiveCost: null }]);
    const { data, errors } = await ask('mixed', '09');
    expect(data.resources.nodes).toEqual([{ effectiveCost: null }]);
    expect(errors![0]!.message).toMatch(/is billed in EUR and USD in this period: ask costReport for each$/);
  });

  it('refuses a report of too many points rather than leave some out', async () => {
    // 50,000 resources with a list cost and one without make one point too many; none may be dropped unseen.
    const rows = Array.from({ length: 50_001 }, (_, index) => ({
      ProviderName: 'Wide', ResourceId: `r-${index}`, ListCost: index % 2 === 0 ? '1' : 'NULL',
    }));
    await deliver(focusCsv(rows));
    const { data, errors } = await app.ask(`{ costReport(metric: LIST_COST, groupBy: [{ dimension: RESOURCE }], filter: {
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }, scope: { providerNames: ["Wide"] } }) { total { amount } } }`);
    expect(data.costReport).toBeNull();
    expect(errors![0]!.message).toMatch(/^a report may have at most 50000 points/);
  });
});
