import { Big } from 'big.js';
import fc from 'fast-check';
import { focusCsv, monthOf, TestApp, type FocusRow } from '../support/index.js';

const september = { start: '2026-09-01T00:00:00Z', end: '2026-10-01T00:00:00Z' };
const october = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };

/** A charge, with what its price is in where that is another currency. */
type PricedRow = FocusRow & { PricingCurrency?: string; PricingCurrencyEffectiveCost?: string };
interface Part { cause: string; amount: { amount: string; currency: string } }

describe('a cost variance', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
  });
  afterAll(() => app.stop());

  /** Imports the charges of two months as those of one account. */
  const deliver = async (account: string, base: PricedRow[], compared: PricedRow[]) => {
    const dated = (rows: PricedRow[], start: string): PricedRow[] => rows.map((row) => ({ ChargePeriodStart: start, ChargePeriodEnd: `${start.slice(0, 9)}2T00:00:00Z`, ...monthOf(start), SubAccountId: account, BillingAccountId: account, ...row }));
    const rows = [...dated(base, september.start), ...dated(compared, october.start)];
    const [head, ...lines] = focusCsv(rows).trimEnd().split('\n');
    const csv = [`${head},PricingCurrency,PricingCurrencyEffectiveCost`, ...lines.map((line, index) => `${line},${rows[index]!.PricingCurrency ?? ''},${rows[index]!.PricingCurrencyEffectiveCost ?? ''}`)].join('\n');
    await app.importFocus([await app.file(`${account}.csv`, `${csv}\n`)], { source: account });
  };
  const filters = (account: string) => ({ base: { period: september, scope: { subAccountIds: [account] } }, compared: { period: october, scope: { subAccountIds: [account] } } });
  const ask = (variables: object) =>
    app.ask(`query ($base: CostFilter!, $compared: CostFilter!, $metric: CostMetric, $currency: CurrencyCode) { costVariance(base: $base, compared: $compared, metric: $metric, currency: $currency) {
      metric base { amount } compared { amount } total { amount currency } parts { cause amount { amount currency } } unstatedChargeCount } }`, { metric: 'EFFECTIVE_COST', ...variables });
  const explain = async (variables: object) => {
    const { data, errors } = await ask(variables);
    expect(errors).toBeUndefined();
    return data.costVariance;
  };
  const amounts = (parts: Part[]) => Object.fromEntries(parts.map(({ cause, amount }) => [cause, amount.amount]));
  const cost = (amount: string, row: PricedRow = {}): PricedRow => ({ BilledCost: amount, EffectiveCost: amount, ContractedCost: amount, ListCost: amount, ...row });
  const used = (item: string, quantity: string, amount: string, row: PricedRow = {}) => cost(amount, { SkuId: item, PricingQuantity: quantity, ...row });
  const none = { PricingQuantity: '', PricingUnit: '', ConsumedQuantity: '', ConsumedUnit: '' };

  it('tells price, usage, mix, commitment, credit, currency and restatement apart, as worked by hand', async () => {
    await deliver('by hand', [
      used('a', '100', '200'), used('b', '100', '400'),
      used('d', '10', '100', { ServiceName: 'committed' }),
      used('e', '10', '110', { ServiceName: 'abroad', PricingCurrency: 'EUR', PricingCurrencyEffectiveCost: '100' }),
      cost('-10', { ChargeCategory: 'Credit', ...none }),
      cost('20', { ChargeCategory: 'Tax', SkuId: '', ChargeDescription: 'tax', ...none }),
      used('gone', '5', '50', { ServiceName: 'ended' }),
    ], [
      // 200 hours as before, which cost 3 each: no usage. 20 of b became a, and 20 an item of 10 each; a costs 2.50 instead of 2.
      used('a', '120', '300'), used('b', '60', '240'), used('c', '20', '200'),
      // A commitment of 45 saves 30 of 100.
      used('d', '10', '100', { ServiceName: 'committed', EffectiveCost: '70', CommitmentDiscountId: 'plan', CommitmentDiscountStatus: 'Used' }),
      cost('45', { ChargeCategory: 'Purchase', ServiceName: 'committed', ...none }),
      // 100 EUR at 1.20 and no longer at 1.10.
      used('e', '10', '120', { ServiceName: 'abroad', PricingCurrency: 'EUR', PricingCurrencyEffectiveCost: '100' }),
      cost('-50', { ChargeCategory: 'Credit', ...none }),
      cost('26', { ChargeCategory: 'Tax', SkuId: '', ChargeDescription: 'tax', ...none }),
      cost('7', { ChargeClass: 'Correction' }),
    ]);
    const variance = await explain(filters('by hand'));
    expect(variance).toMatchObject({ metric: 'EFFECTIVE_COST', base: { amount: '870' }, compared: { amount: '958' }, total: { amount: '88', currency: 'USD' }, unstatedChargeCount: 0 });
    expect(amounts(variance.parts)).toEqual({
      PRICE: '66', // 120 hours of a at 0.50 more, and 6 of tax
      USAGE: '-50', // the service that ended
      MIX: '80', // 20 of b at 4 instead of a at 2 …, 680 at the prices of before, less 600
      COMMITMENT: '15', // 45 paid, 30 saved
      CREDIT: '-40',
      CURRENCY: '10',
      RESTATEMENT: '7',
    });
  });

  it('is of usage alone where there is more of everything, and of price alone where everything is dearer', async () => {
    await deliver('more', [used('a', '10', '20'), used('b', '10', '40')], [used('a', '15', '30'), used('b', '15', '60')]);
    expect(amounts((await explain(filters('more'))).parts)).toEqual({ PRICE: '0', USAGE: '30', MIX: '0', COMMITMENT: '0', CREDIT: '0', CURRENCY: '0', RESTATEMENT: '0' });
    await deliver('dearer', [used('a', '10', '20'), used('b', '10', '40')], [used('a', '10', '30'), used('b', '10', '60')]);
    expect(amounts((await explain(filters('dearer'))).parts)).toEqual({ PRICE: '30', USAGE: '0', MIX: '0', COMMITMENT: '0', CREDIT: '0', CURRENCY: '0', RESTATEMENT: '0' });
  });

  it('is nothing where nothing was charged, and refused across currencies', async () => {
    expect(await explain(filters('nobody'))).toBeNull();
    await deliver('euros', [cost('1')], [cost('1', { BillingCurrency: 'EUR' })]);
    expect((await ask(filters('euros'))).errors).toMatchObject([{ message: expect.stringContaining('EUR and USD, which are never added'), extensions: { code: 'INVALID', field: ['currency'] } }]);
    expect((await ask({ ...filters('euros'), currency: 'USD' })).errors).toMatchObject([{ message: expect.stringContaining('currency "USD" needs an exchange rate from EUR for 2026-10') }]);
    const reversed = { start: october.end, end: october.start };
    expect((await ask({ base: { period: reversed }, compared: { period: october } })).errors).toMatchObject([{ extensions: { field: ['base', 'period'] } }]);
  });

  const decimal = (least: number, most: number, digits: number) => fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 0, max: 10 ** digits - 1 })).map(([whole, part]) => `${whole}.${String(part).padStart(digits, '0')}`);
  const row: fc.Arbitrary<PricedRow> = fc.record({
    SkuId: fc.constantFrom('a', 'b', 'c'),
    ServiceName: fc.constantFrom('s', 't'),
    ChargeCategory: fc.constantFrom('Usage', 'Usage', 'Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'),
    ChargeClass: fc.constantFrom('', '', '', 'Correction'),
    EffectiveCost: fc.oneof(decimal(-20, 400, 9), decimal(0, 9, 2), fc.constant('0')),
    BilledCost: decimal(-20, 400, 4),
    ContractedCost: fc.oneof(decimal(0, 400, 6), fc.constant('0')),
    ListCost: fc.oneof(decimal(0, 400, 6), fc.constant('')),
    PricingQuantity: fc.oneof(decimal(0, 90, 3), fc.constantFrom('0', '3', '7')),
    PricingUnit: fc.constantFrom('Hours', 'GB'),
    commitment: fc.constantFrom('', '', 'Used', 'Unused'),
    foreign: fc.option(decimal(1, 400, 5)),
  }).map(({ commitment, foreign, ...rest }) => ({
    ...rest,
    ...(commitment === '' ? {} : { CommitmentDiscountId: 'plan', CommitmentDiscountStatus: commitment }),
    ...(foreign === null ? {} : { PricingCurrency: 'EUR', PricingCurrencyEffectiveCost: foreign }),
  }));

  it('adds up exactly to the difference, whatever was charged, and to its opposite the other way round', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), fc.array(row, { minLength: 1, maxLength: 12 }), fc.constantFrom('EFFECTIVE_COST', 'BILLED_COST', 'CONTRACTED_COST', 'LIST_COST'), async (base, compared, metric) => {
        const account = `property ${run += 1}`;
        await deliver(account, base, compared);
        const sides = filters(account);
        const variance = await explain({ ...sides, metric });
        const sum = (variance.parts as Part[]).reduce((total, { amount }) => total.plus(amount.amount), Big(0));
        expect(sum.toFixed()).toBe(Big(variance.total.amount).toFixed());
        const { base: before, compared: after } = await app.data(`query ($base: CostFilter!, $compared: CostFilter!, $metric: CostMetric!) {
          base: costReport(filter: $base, metric: $metric) { total { amount } unstatedChargeCount } compared: costReport(filter: $compared, metric: $metric) { total { amount } unstatedChargeCount } }`, { ...sides, metric });
        const costOf = (report: { total: { amount: string } | null }) => Big(report.total?.amount ?? 0);
        expect(Big(variance.total.amount).toFixed()).toBe(costOf(after).minus(costOf(before)).toFixed());
        expect(variance.unstatedChargeCount).toBe(before.unstatedChargeCount + after.unstatedChargeCount);
        const reversed = await explain({ base: sides.compared, compared: sides.base, metric });
        expect(Big(reversed.total.amount).plus(variance.total.amount).toFixed()).toBe('0');
        expect((reversed.parts as Part[]).reduce((total, { amount }) => total.plus(amount.amount), Big(0)).toFixed()).toBe(Big(reversed.total.amount).toFixed());
      }),
      { seed: 42, numRuns: 30 },
    );
  });
});
