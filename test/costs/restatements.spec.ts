import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { focusCsv, TestApp, totals, type FocusRow } from '../support/index.js';

describe('a restated bill', () => {
  let app: TestApp;
  let files = 0;
  const deliver = async (rows: FocusRow[], options: { source?: string } = {}) =>
    app.importFocus([await app.file(`${(files += 1)}.csv`, focusCsv(rows))], options);
  const september = { start: '2026-09-01T00:00:00Z', end: '2026-10-01T00:00:00Z' };
  const inOctober = {
    BillingPeriodStart: '2026-10-01T00:00:00Z',
    BillingPeriodEnd: '2026-11-01T00:00:00Z',
    ChargePeriodStart: '2026-10-05T00:00:00Z',
    ChargePeriodEnd: '2026-10-06T00:00:00Z',
  };
  beforeEach(async () => {
    app = await TestApp.start({ now: '2026-10-10T09:00:00Z' });
  });
  afterEach(() => app.stop());

  it('replaces its billing period whole and leaves the others as they are', async () => {
    await deliver([
      { BilledCost: '10', SkuId: 'kept' },
      { BilledCost: '7', SkuId: 'vanished' },
      { ...inOctober, BilledCost: '500' },
    ]);
    app.clock.moveTo('2026-10-12T09:00:00Z');
    const report = await deliver([{ BilledCost: '11.5', SkuId: 'kept' }]);

    expect(report.periods).toEqual([
      {
        billingPeriodStart: new Date('2026-09-01T00:00:00Z'),
        billingPeriodEnd: new Date('2026-10-01T00:00:00Z'),
        revision: 2,
        isChanged: true,
        chargeCount: 1,
        previousChargeCount: 2,
        money: [{ billingCurrency: 'USD', billedCost: '11.5', effectiveCost: '1.00' }],
        previousMoney: [{ billingCurrency: 'USD', billedCost: '17', effectiveCost: '2.00' }],
      },
    ]);
    const { charges } = await app.data(`{ charges(filter: { period: { start: "2026-09-01T00:00:00Z", end: "2026-11-01T00:00:00Z" } }) {
      nodes { skuId billedCost { amount } } } }`);
    expect(charges.nodes).toEqual([
      { skuId: 'kept', billedCost: { amount: '11.5' } },
      { skuId: 'sku-1', billedCost: { amount: '500' } },
    ]);
  });

  it('leaves the numbers of before to be read as of their day', async () => {
    await deliver([{ BilledCost: '10' }, { BilledCost: '7' }]);
    app.clock.moveTo('2026-10-12T09:00:00Z');
    await deliver([{ BilledCost: '11.5' }]);
    app.clock.moveTo('2026-11-03T09:00:00Z');
    await deliver([{ BilledCost: '12' }]);

    const asOf = (instant: string) => totals(app, { asOf: instant });
    expect(await asOf('2026-10-10T08:59:59Z')).toEqual({});
    expect(await asOf('2026-10-10T09:00:00Z')).toEqual({ USD: '17' });
    expect(await asOf('2026-10-12T08:59:59.999Z')).toEqual({ USD: '17' });
    expect(await asOf('2026-10-12T09:00:00Z')).toEqual({ USD: '11.5' });
    expect(await asOf('2026-11-03T09:00:00Z')).toEqual({ USD: '12' });
    expect(await totals(app)).toEqual({ USD: '12' });
  });

  it('says which revision its numbers are of', async () => {
    await deliver([{ BilledCost: '10' }]);
    app.clock.moveTo('2026-10-12T09:00:00Z');
    await deliver([{ BilledCost: '11' }]);
    app.clock.moveTo('2026-12-01T00:00:00Z');
    const ask = (asOf?: string) =>
      app.data(
        `query ($asOf: DateTime) { costReport(asOf: $asOf, filter: {
           period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" } }) { asOf } }`,
        { asOf },
      );
    expect((await ask()).costReport.asOf).toBe('2026-10-12T09:00:00Z');
    expect((await ask('2026-10-11T00:00:00Z')).costReport.asOf).toBe('2026-10-10T09:00:00Z');
  });

  it('says how much of its period is settled: delivered, and three days old', async () => {
    const settled = async () => (await app.data(`{ costReport(filter: {
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" } }) { settled } }`)).costReport.settled as number;
    const until = (day: string) => ({ ChargePeriodStart: '2026-09-01T00:00:00Z', ChargePeriodEnd: `2026-09-${day}T00:00:00Z` });
    expect(await settled()).toBe(0);
    app.clock.moveTo('2026-09-12T00:00:00Z');
    // On the 12th, days up to the 9th are three days old: 8 of 30.
    await deliver([until('11')]);
    expect(await settled()).toBeCloseTo(8 / 30, 9);
    // On the 20th, days up to the 17th are, and those up to the 15th are delivered: 14 of 30.
    app.clock.moveTo('2026-09-20T00:00:00Z');
    await deliver([until('15')]);
    expect(await settled()).toBeCloseTo(14 / 30, 9);
    // Three days after the month ends all of it is settled, though nothing was charged for its last days.
    app.clock.moveTo('2026-10-04T00:00:00Z');
    await deliver([until('16')]);
    expect(await settled()).toBe(1);
  });

  it('is one revision at every instant, also when the clock was set back between two deliveries', async () => {
    await deliver([{ BilledCost: '1' }]);
    app.clock.moveTo('2026-10-10T11:00:00Z');
    await deliver([{ BilledCost: '20' }]);
    app.clock.moveTo('2026-10-10T10:00:00Z');
    await deliver([{ BilledCost: '300' }]);

    for (const [asOf, billed] of [
      ['2026-10-10T09:30:00Z', '1'],
      ['2026-10-10T10:30:00Z', '1'],
      ['2026-10-10T11:00:00Z', '300'],
    ] as const) {
      expect([asOf, await totals(app, { asOf })]).toEqual([asOf, { USD: billed }]);
    }
  });

  it('takes a corrected end of the billing period for a change', async () => {
    await deliver([{ BillingPeriodEnd: '2026-09-30T00:00:00Z' }]);
    const report = await deliver([{ BillingPeriodEnd: '2026-10-01T00:00:00Z' }]);
    expect(report).toMatchObject({ isChanged: true, periods: [{ revision: 2 }] });
    const { charges } = await app.data(`{ charges(filter: { period: { start: "2026-09-01T00:00:00Z", end: "2026-11-01T00:00:00Z" } }) {
      nodes { billingPeriod { end } } } }`);
    expect(charges.nodes).toEqual([{ billingPeriod: { end: '2026-10-01T00:00:00Z' } }]);
  });

  it('leaves the bill of another cloud alone', async () => {
    await deliver([{ BilledCost: '10' }]);
    await deliver([{ ProviderName: 'Microsoft', BillingAccountId: 'tenant', BilledCost: '100' }]);
    await deliver([{ BilledCost: '12' }]);

    expect(await totals(app, september)).toEqual({ USD: '112' });
    const { dataSources } = await app.data(`{ dataSources { nodes { name collector runs { nodes { status chargeCount } } } } }`);
    expect(dataSources.nodes).toEqual([
      {
        name: 'AWS 4711',
        collector: 'focus',
        runs: { nodes: [{ status: 'SUCCEEDED', chargeCount: 1 }, { status: 'SUCCEEDED', chargeCount: 1 }] },
      },
      { name: 'Microsoft tenant', collector: 'focus', runs: { nodes: [{ status: 'SUCCEEDED', chargeCount: 1 }] } },
    ]);
  });

  it('keeps an account that joins a bill in the source of that bill', async () => {
    await deliver([{ BilledCost: '10' }]);
    const report = await deliver([{ BilledCost: '10' }, { BillingAccountId: '4712', BilledCost: '5' }]);
    expect(report).toMatchObject({ dataSource: 'AWS 4711', periods: [{ revision: 2 }] });
    expect(await totals(app)).toEqual({ USD: '15' });
  });

  it('refuses a file of two sources, unless told whose it is', async () => {
    const aws = { BilledCost: '10' };
    const microsoft = { ProviderName: 'Microsoft', BillingAccountId: 'tenant', BilledCost: '100' };
    await deliver([aws]);
    await deliver([microsoft]);

    await expect(deliver([aws, microsoft])).rejects.toThrow(
      'these charges belong to 2 sources, "AWS 4711" and "Microsoft tenant": import the files of each by themselves, or name one with --source',
    );
    expect(await totals(app)).toEqual({ USD: '110' });

    const report = await deliver([aws, { ...microsoft, BilledCost: '90' }], { source: 'Microsoft tenant' });
    expect(report).toMatchObject({ dataSource: 'Microsoft tenant', isChanged: true });
    // 10 of the source AWS 4711, and 10 + 90 of the one that was named.
    expect(await totals(app)).toEqual({ USD: '110' });
  });

  it('refuses a source that has no name, or is of another kind', async () => {
    await expect(deliver([{}], { source: ' ' })).rejects.toThrow('a source needs a name, got " "');
    const usage = await app.file('usage.csv', 'timestamp,resource,metric,value\n2026-09-01T00:00:00Z,pool,CPU,1\n');
    await app.importUsage(usage, { source: 'cluster' });
    await expect(deliver([{}], { source: 'cluster' })).rejects.toThrow(
      'source "cluster" is read by usage-csv, and this delivery is of focus: choose another name',
    );
    // The refusal is of nothing that this source brought, and leaves no mark on it.
    const { dataSources } = await app.data(`{ dataSources { nodes { name runs { nodes { status } } } } }`);
    expect(dataSources.nodes).toEqual([{ name: 'cluster', runs: { nodes: [{ status: 'SUCCEEDED' }] } }]);
  });

  it('refuses a billing period that ends at two different instants', async () => {
    await expect(deliver([{}, { BillingPeriodEnd: '2026-10-02T00:00:00Z' }])).rejects.toThrow(
      'billing period 2026-09-01T00:00:00Z ends both at 2026-10-01T00:00:00Z and at 2026-10-02T00:00:00Z',
    );
    const [{ loads }] = (await query(app.db, sql`SELECT count(*)::int AS loads FROM charge_load`)) as [{ loads: number }];
    expect(loads).toBe(0);
  });
});
