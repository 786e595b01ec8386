import { randomUUID } from 'node:crypto';
import { administrator } from '../../src/access/index.js';
import { BudgetsService } from '../../src/budgets/index.js';
import { dailyCharges, days, focusCsv, TestApp, type FocusRow } from '../support/index.js';

const november = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };
const october = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };
const january = { start: '2027-01-01T00:00:00Z', end: '2027-02-01T00:00:00Z' };

const fields = `id name scope { subAccountIds tags { key values } } period { start end } amount { amount currency } metric
  actual { amount currency } unconverted { amount currency } forecast { version origin unit costMetric }
  forecastTotal { mean lower upper level } overrunProbability status`;

interface BudgetInput {
  name?: string;
  scope?: object | null;
  metric?: string;
  period?: { start: string; end: string };
  amount?: { amount: string; currency: string };
}

describe('budgets', () => {
  let app: TestApp;
  const create = async (input: BudgetInput) =>
    (await app.data(`mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { budget { ${fields} } userErrors { code field message } } }`, {
      input: { name: `budget ${randomUUID()}`, period: november, amount: { amount: '1000', currency: 'USD' }, ...input },
    })).budgetCreate;
  const update = async (id: string, input: object) =>
    (await app.data(`mutation ($id: ID!, $input: BudgetUpdateInput!) { budgetUpdate(id: $id, input: $input) { budget { ${fields} } userErrors { code field message } } }`, { id, input })).budgetUpdate;
  const remove = async (id: string) =>
    (await app.data('mutation ($id: ID!) { budgetDelete(id: $id) { deletedBudgetId userErrors { code field message } } }', { id })).budgetDelete;
  const find = async (id: string) => (await app.data(`query ($id: ID!) { budget(id: $id) { ${fields} } }`, { id })).budget;
  const of = (...subAccountIds: string[]) => ({ subAccountIds });
  const usd = (amount: string) => ({ amount, currency: 'USD' });

  beforeAll(async () => {
    // What was loaded now is settled up to 72 hours ago: up to 21 November.
    app = await TestApp.start({ now: '2026-11-24T09:00:00Z' });
    const account = (SubAccountId: string, row: FocusRow = {}): FocusRow => ({ SubAccountId, ResourceId: '', Tags: '', ...row });
    const settled = days('2026-09-01', 81);
    await app.importFocus([
      await app.file('bill.csv', focusCsv([
        // 10 a day; of 21 and 22 November half is delivered, of the 23rd nothing.
        ...dailyCharges(settled, '10', account('steady')),
        ...dailyCharges(['2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'], '5', account('steady')),
        // 300 a month, charged on its first day for all of its days.
        ...dailyCharges(['2026-09-01T00:00:00Z', '2026-11-01T00:00:00Z'], '300', account('monthly', { ChargePeriodEnd: '2026-12-01T00:00:00Z' }))
          .map((row) => ({ ...row, ChargePeriodEnd: row.BillingPeriodEnd! })),
        ...dailyCharges(['2026-10-01T00:00:00Z'], '310', account('monthly')).map((row) => ({ ...row, ChargePeriodEnd: row.BillingPeriodEnd! })),
        ...dailyCharges(days('2026-10-01', 3), '0.1', account('dimes')),
        ...dailyCharges(settled, '1', account('mixed')),
        ...dailyCharges(settled, '2', account('mixed', { BillingCurrency: 'EUR' })),
        ...dailyCharges(days('2026-11-19', 2), '7', account('new')),
      ])),
    ]);
  });
  afterAll(() => app.stop());

  it('hold what was charged exactly, and forecast the days that are not settled instead of counting them twice', async () => {
    const { budget, userErrors } = await create({ scope: of('steady') });
    expect(userErrors).toEqual([]);
    // 20 settled days of 10, and twice the half of one.
    expect(budget.actual).toEqual(usd('210'));
    expect(budget.forecast).toEqual({ version: 1, origin: '2026-11-21T00:00:00Z', unit: 'USD', costMetric: 'EFFECTIVE_COST' });
    // 200 settled and 10 days forecast at 10, not 210 and 10 days.
    expect(budget.forecastTotal).toEqual({ mean: expect.closeTo(300, 6), lower: expect.closeTo(300, 0), upper: expect.closeTo(300, 0), level: 80 });
    expect(budget).toMatchObject({ overrunProbability: 0, status: 'ON_TRACK', unconverted: [] });
  });

  it('spread a charge over its days, as the forecast has it', async () => {
    const { budget } = await create({ scope: of('monthly') });
    expect(budget.actual).toEqual(usd('300'));
    // 20 of 30 days of 300 are settled, 10 days of 10 are to come; the whole 300 and those would be 400.
    expect(budget.forecastTotal.mean).toBeCloseTo(300, 6);
  });

  it.each([
    { status: 'ON_TRACK', chance: 0, amount: '1000', period: november, that: 'is far above what is expected' },
    { status: 'ON_TRACK', chance: 0, amount: '303', period: november, that: 'is above what is expected' },
    { status: 'AT_RISK', chance: 0.5, amount: '300', period: november, that: 'is just what is expected' },
    { status: 'AT_RISK', chance: 1, amount: '297', period: november, that: 'is below what is expected' },
    { status: 'AT_RISK', chance: 1, amount: '210', period: november, that: 'is reached already, not passed' },
    { status: 'OVER', chance: 1, amount: '209.999999999999999999', period: november, that: 'is passed already' },
    { status: 'ON_TRACK', chance: 0, amount: '310', period: october, that: 'was reached when the period ended' },
    { status: 'OVER', chance: 1, amount: '309.99', period: october, that: 'was passed when the period ended' },
    { status: 'ON_TRACK', chance: 0, amount: '330', period: january, that: 'is enough for a period that has not begun' },
    { status: 'AT_RISK', chance: 1, amount: '290', period: january, that: 'is too little for a period that has not begun' },
  ])('are $status with an amount of $amount that $that', async ({ status, chance, amount, period }) => {
    const { budget } = await create({ scope: { ...of('steady'), serviceNames: ['Amazon EC2'] }, period, amount: usd(amount) });
    expect({ status: budget.status, chance: budget.overrunProbability }).toEqual({ status, chance: expect.closeTo(chance, 1) });
    expect(await remove(budget.id)).toEqual({ deletedBudgetId: budget.id, userErrors: [] });
    expect(await app.ask('query ($id: ID!) { budget(id: $id) { id } }', { id: budget.id })).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it('expect of a period that has not begun what it will cost', async () => {
    const { budget } = await create({ scope: of('steady'), period: january });
    expect(budget.actual).toEqual(usd('0'));
    expect(budget.forecastTotal.mean).toBeCloseTo(310, 6);
  });

  it('compare decimals, not floating-point numbers', async () => {
    // 0.1 + 0.1 + 0.1 is above 0.3 for a computer that counts in halves.
    const { budget } = await create({ scope: of('dimes'), period: october, amount: usd('0.3') });
    expect(budget.actual).toEqual(usd('0.3'));
    expect(budget.status).toBe('ON_TRACK');
    const { budget: smaller } = await update(budget.id, { amount: usd('0.299999999999999999999999999999') });
    expect(smaller.status).toBe('OVER');
  });

  it('never add currencies: what is in another one is beside every figure', async () => {
    const { budget } = await create({ scope: of('mixed') });
    expect(budget.actual).toEqual(usd('20'));
    expect(budget.unconverted).toEqual([{ amount: '40', currency: 'EUR' }]);
    expect(budget.forecastTotal.mean).toBeCloseTo(30, 6);
    const { budget: euros } = await create({ scope: of('mixed'), amount: { amount: '1000', currency: 'EUR' } });
    expect(euros).toMatchObject({ actual: { amount: '40', currency: 'EUR' }, unconverted: [{ amount: '20', currency: 'USD' }], forecast: { unit: 'EUR' } });
    expect(euros.forecastTotal.mean).toBeCloseTo(60, 6);
  });

  it('say that data are incomplete where there is too little to forecast from', async () => {
    for (const scope of [of('new'), of('nobody')]) {
      const { budget, userErrors } = await create({ scope });
      expect(userErrors).toEqual([]);
      expect(budget).toMatchObject({ forecast: null, forecastTotal: null, overrunProbability: null, status: 'DATA_INCOMPLETE' });
    }
  });

  it('say that data are incomplete when none came for long, and are over all the same when they are', async () => {
    const { budget } = await create({ scope: of('steady'), metric: 'BILLED_COST' });
    const { budget: over } = await create({ scope: of('steady'), metric: 'LIST_COST', amount: usd('209') });
    const status = async (id: string) => (await find(id)).status;
    app.clock.moveTo('2026-12-01T00:00:00Z');
    expect(await status(budget.id)).toBe('ON_TRACK');
    // Ten days after the last settled one.
    app.clock.moveTo('2026-12-01T00:00:01Z');
    expect(await status(budget.id)).toBe('ON_TRACK');
    const { budget: december } = await create({ scope: of('steady'), period: { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' } });
    expect(december.status).toBe('DATA_INCOMPLETE');
    expect(await status(over.id)).toBe('OVER');
    app.clock.moveTo('2026-11-24T09:00:00Z');
    expect((await find(december.id)).status).toBe('ON_TRACK');
  });

  it('change what is asked to change, and nothing else', async () => {
    const { budget } = await create({ name: ' Platform ', scope: of('dimes') });
    expect(budget.name).toBe('Platform');
    const { budget: renamed } = await update(budget.id, { name: 'Platform II' });
    expect(renamed).toEqual({ ...budget, name: 'Platform II' });
    const { budget: moved } = await update(budget.id, { period: january, amount: usd('5.50'), scope: { ...of('mixed', 'dimes', 'mixed'), tags: [{ key: 'a', values: ['2', '1', '2'] }] } });
    expect(moved).toMatchObject({
      name: 'Platform II', period: january, amount: usd('5.50'),
      // A scope is a set: its order and repetitions are none of its.
      scope: { subAccountIds: ['dimes', 'mixed'], tags: [{ key: 'a', values: ['1', '2'] }] },
    });
    expect(await update(budget.id, {})).toEqual({ budget: moved, userErrors: [] });
    expect(await update(budget.id, { name: null, scope: null, period: null, amount: null })).toEqual({ budget: moved, userErrors: [] });
  });

  describe('that are refused', () => {
    let known: { id: string; name: string };
    beforeAll(async () => {
      known = (await create({ name: 'Platform 2027', scope: of('known'), period: { start: '2027-01-01T00:00:00Z', end: '2028-01-01T00:00:00Z' } })).budget;
    });

    const h1 = { start: '2027-01-01T00:00:00Z', end: '2027-07-01T00:00:00Z' };
    const overlap = { code: 'CONFLICT', field: ['period'], message: 'period overlaps budget "Platform 2027"' };
    it.each([
      ['overlapping another of the same scope', { scope: of('known'), period: h1 }, overlap],
      ['overlapping by a second', { scope: of('known'), period: { start: '2026-01-01T00:00:00Z', end: '2027-01-01T00:00:01Z' } }, overlap],
      ['overlapping, the scope spelled otherwise', { scope: { subAccountIds: ['known', 'known'], tags: [], serviceNames: null }, period: h1 }, overlap],
      ['of the same name and beginning', { name: ' Platform 2027 ', scope: of('other'), period: h1 }, { code: 'CONFLICT', field: ['name'], message: 'budget "Platform 2027" begins at that time already' }],
      ['without a name', { name: ' ' }, { code: 'INVALID', field: ['name'], message: 'name needs 1 to 200 characters, got 0' }],
      ['with too long a name', { name: 'n'.repeat(201) }, { code: 'INVALID', field: ['name'], message: 'name needs 1 to 200 characters, got 201' }],
      ['with a name no database keeps', { name: 'a\0b', scope: of('other') }, { code: 'INVALID', field: null, message: 'text may not contain the character U+0000' }],
      ['with a negative amount', { amount: usd('-0.01') }, { code: 'INVALID', field: ['amount'], message: 'amount needs to be 0 or more, got -0.01' }],
      ['with a period reversed', { period: { start: h1.end, end: h1.start } }, { code: 'INVALID', field: ['period'], message: 'period needs a start before its end, got 2027-07-01T00:00:00.000Z to 2027-01-01T00:00:00.000Z' }],
      ['with a period of no length', { period: { start: h1.start, end: h1.start } }, { code: 'INVALID', field: ['period'], message: expect.stringContaining('period needs a start before its end') }],
    ] as const)('%s', async (_, input, error) => {
      expect(await create(input as BudgetInput)).toEqual({ budget: null, userErrors: [error] });
      // And by a change all the same.
      const { budget } = await create({ scope: of('elsewhere'), period: { start: '2030-01-01T00:00:00Z', end: '2031-01-01T00:00:00Z' } });
      expect(await update(budget.id, input)).toEqual({ budget: null, userErrors: [error] });
      expect(await find(budget.id)).toEqual(budget);
      await remove(budget.id);
    });

    it('are taken where nothing overlaps: beside it in time, of another scope, cost or currency', async () => {
      for (const input of [
        { scope: of('known'), period: { start: '2028-01-01T00:00:00Z', end: '2029-01-01T00:00:00Z' } },
        { scope: of('known', 'too'), period: h1 },
        { scope: of('known'), metric: 'BILLED_COST', period: h1 },
        { scope: of('known'), amount: { amount: '1', currency: 'EUR' }, period: h1 },
      ]) {
        expect((await create(input)).userErrors).toEqual([]);
      }
      // Over its own period a budget may move.
      expect((await update(known.id, { period: { start: '2027-02-01T00:00:00Z', end: '2028-01-01T00:00:00Z' } })).userErrors).toEqual([]);
    });

    it('with the id of nothing', async () => {
      for (const id of [`Budget:${randomUUID()}`, 'Budget:1', known.id.replace('Budget', 'Resource'), '']) {
        const refusal = { code: 'NOT_FOUND', field: ['id'], message: `nothing has the id "${id}"` };
        expect(await update(id, { name: 'x' })).toEqual({ budget: null, userErrors: [refusal] });
        expect(await remove(id)).toEqual({ deletedBudgetId: null, userErrors: [refusal] });
      }
    });

    it('one of two that come at the same moment', async () => {
      const twins = await Promise.all(Array.from({ length: 4 }, () => create({ scope: of('twins'), period: h1 })));
      expect(twins.filter(({ budget }) => budget !== null)).toHaveLength(1);
      for (const { budget, userErrors } of twins) if (budget === null) expect(userErrors).toMatchObject([{ code: 'CONFLICT' }]);
      const namesakes = await Promise.all(Array.from({ length: 4 }, (_, index) => create({ name: 'Namesake', scope: of(`namesake ${index}`), period: h1 })));
      expect(namesakes.map(({ userErrors }) => userErrors[0]?.code ?? 'created').toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'created']);
    });
  });

  it('follow a restated bill, and forecast anew what it changes', async () => {
    const { budget } = await create({ scope: of('restated') });
    expect(budget.status).toBe('DATA_INCOMPLETE');
    const charges = (amount: string) => app.file('restated.csv', focusCsv(dailyCharges(days('2026-11-01', 20), amount, { SubAccountId: 'restated', ProviderName: 'OCI' })));
    await app.importFocus([await charges('1')]);
    await app.app.get(BudgetsService).forecastAll(administrator);
    const first = await find(budget.id);
    expect(first).toMatchObject({ actual: usd('20'), forecast: { version: 1 } });
    expect(first.forecastTotal.mean).toBeCloseTo(30, 6);
    await app.app.get(BudgetsService).forecastAll(administrator);
    expect(await find(budget.id)).toEqual(first);
    await app.importFocus([await charges('2')]);
    await app.app.get(BudgetsService).forecastAll(administrator);
    const second = await find(budget.id);
    expect(second).toMatchObject({ actual: usd('40'), forecast: { version: 2 } });
    expect(second.forecastTotal.mean).toBeCloseTo(60, 6);
  });
});
