import { administrator } from '../../src/access/index.js';
import { Ingest, type Collector, type Observations } from '../../src/collection/index.js';
import { CostMetric, type Charge } from '../../src/costs/index.js';
import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { askAs, TestApp, totals, viewerOf } from '../support/index.js';

const september = { billingPeriodStart: '2026-09-01T00:00:00Z', billingPeriodEnd: '2026-10-01T00:00:00Z' };
const none = {
  chargeClass: null, chargeDescription: null, chargeFrequency: null, listCost: null, contractedCost: null, subAccountId: null, regionId: null, resourceId: null,
  resourceName: null, resourceType: null, skuId: null, skuPriceId: null, pricingCategory: null, pricingQuantity: null, pricingUnit: null, consumedQuantity: null,
  consumedUnit: null, commitmentDiscountId: null, commitmentDiscountStatus: null, tags: null, extra: null,
};
const charge = (cost: string, more: Partial<Charge> = {}): Charge => ({
  ...none, ...september, chargePeriodStart: '2026-09-05T00:00:00Z', chargePeriodEnd: '2026-09-06T00:00:00Z', billingAccountId: '4711', chargeCategory: 'Usage',
  billingCurrency: 'USD', billedCost: cost, effectiveCost: cost, providerName: 'AWS', serviceName: 'EC2', serviceCategory: 'Compute', ...more,
});

describe('a reconciliation', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await TestApp.start({ now: '2026-10-10T09:00:00Z' });
  });
  afterEach(() => app.stop());

  /** Delivers what a collector of bills would. */
  function deliver(...observations: Observations[]) {
    const bills: Collector = {
      name: 'bills',
      description: 'What this test says.',
      settingsSchema: { type: 'object', additionalProperties: false, properties: {}, examples: [{}] },
      async *collect() {
        yield* observations;
      },
    };
    return app.app.get(Ingest).deliver(administrator, bills, {}, { dataSourceName: 'bills' });
  }
  const total = (billedCost: string, billingCurrency = 'USD'): Observations => ({ kind: 'billing-periods', rows: [{ ...september, totals: [{ billingCurrency, billedCost }] }] });
  const charges = (...rows: Charge[]): Observations => ({ kind: 'charges', rows });
  const asked = `{ reconciliations(period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }) {
    dataSource { name } billingPeriod { start end } stored { amount currency } provider { amount } difference { amount } isReconciled
    revisions { revision loadedAt chargeCount billedCost { amount } change { amount } supersededAt } } }`;
  const reconciliations = async () => (await app.data(asked)).reconciliations;

  it('shows the gap between what is stored and what the provider says, exactly', async () => {
    await deliver(charges(charge('10.10'), charge('0.000000000001')), total('12.30'));
    expect(await reconciliations()).toEqual([
      {
        dataSource: { name: 'bills' },
        billingPeriod: { start: '2026-09-01T00:00:00Z', end: '2026-10-01T00:00:00Z' },
        stored: { amount: '10.100000000001', currency: 'USD' },
        provider: { amount: '12.30' },
        difference: { amount: '2.199999999999' },
        isReconciled: false,
        revisions: [{ revision: 1, loadedAt: '2026-10-10T09:00:00Z', chargeCount: 2, billedCost: { amount: '10.100000000001' }, change: null, supersededAt: null }],
      },
    ]);
  });

  it('forgives a cent, and not more', async () => {
    await deliver(charges(charge('10')), total('10.01'));
    expect((await reconciliations())[0].isReconciled).toBe(true);
    await deliver(charges(charge('10')), total('10.0101'));
    expect((await reconciliations())[0].isReconciled).toBe(false);
  });

  it('says what each restatement changed', async () => {
    await deliver(charges(charge('10')));
    app.clock.moveTo('2026-10-11T09:00:00Z');
    await deliver(charges(charge('12.5')));
    app.clock.moveTo('2026-10-12T09:00:00Z');
    await deliver(charges(charge('9')), total('9'));
    const [{ revisions, isReconciled }] = await reconciliations();
    expect(isReconciled).toBe(true);
    expect(revisions.map(({ revision, billedCost, change, supersededAt }: Record<string, { amount: string } | null>) => [revision, billedCost!.amount, change?.amount ?? null, supersededAt])).toEqual([
      [1, '10', null, '2026-10-11T09:00:00Z'],
      [2, '12.5', '2.5', '2026-10-12T09:00:00Z'],
      [3, '9', '-3.5', null],
    ]);
  });

  it('takes a period that has no charge any more for nothing, not for what was there', async () => {
    await deliver(charges(charge('10')), total('10'));
    expect(await totals(app)).toEqual({ USD: '10' });
    await deliver({ kind: 'billing-periods', rows: [{ ...september, totals: [{ billingCurrency: 'USD', billedCost: '0' }] }] });
    expect(await totals(app)).toEqual({});
    expect(await reconciliations()).toMatchObject([{ stored: { amount: '0' }, provider: { amount: '0' }, isReconciled: true, revisions: [{ change: null }, { change: { amount: '-10' }, chargeCount: 0 }] }]);
  });

  it('keeps currencies apart, and says nothing for a provider that gives no total', async () => {
    await deliver(charges(charge('10'), charge('7', { billingCurrency: 'EUR' })), total('10'));
    expect((await reconciliations()).map(({ stored, provider, isReconciled }: Record<string, unknown>) => ({ stored, provider, isReconciled }))).toEqual([
      { stored: { amount: '7', currency: 'EUR' }, provider: null, isReconciled: null },
      { stored: { amount: '10', currency: 'USD' }, provider: { amount: '10' }, isReconciled: true },
    ]);
  });

  it('is shown to nobody who may see a part only', async () => {
    await deliver(charges(charge('10')), total('10'));
    expect((await askAs(app, viewerOf({ providerNames: ['AWS'] }), asked)).data).toEqual({ reconciliations: [] });
  });

  it("keeps a provider's own forecasts beside, one of a day, and takes none for ours", async () => {
    const forecast = (mean: number): Observations => ({
      kind: 'comparison-forecasts',
      rows: [{ madeBy: 'AWS Cost Explorer', costMetric: CostMetric.BILLED_COST, billingCurrency: 'USD', periodStart: '2026-10-10T00:00:00Z', periodEnd: '2026-11-01T00:00:00Z', mean, interval: { lower: mean - 1, upper: mean + 1, level: 80 } }],
    });
    await deliver(charges(charge('10')), forecast(100));
    await deliver(charges(charge('10.5')), forecast(101));
    const stored = await query(app.db, sql`SELECT other.made_by AS "by", other.mean, other.level FROM comparison_forecast AS other`);
    expect(stored).toEqual([{ by: 'AWS Cost Explorer', mean: 101, level: 80 }]);
    expect(await query(app.db, sql`SELECT FROM forecast`)).toEqual([]);
  });
});
