import { randomUUID } from 'node:crypto';
import { administrator } from '../../src/access/index.js';
import { BudgetPeriods, BudgetsService } from '../../src/budgets/index.js';
import { Jobs } from '../../src/platform/index.js';
import { connect } from '../../src/platform/database/connect.js';
import { createApp } from '../../src/serve.js';
import { askAs, dailyCharges, focusCsv, TestApp, testSecretKey, viewerOf } from '../support/index.js';

const month = (start: string, end: string) => ({ start: `${start}-01T00:00:00Z`, end: `${end}-01T00:00:00Z` });
const november = month('2026-11', '2026-12');
const usd = (amount: string) => ({ amount, currency: 'USD' });
const fields = `id name period { start end } amount { amount currency } plannedAmount { amount } carriedOver { amount } recurrence fiscalYearStartMonth
  plan { start amount } rollover { unused overspent cap } parent { name period { start } } previous { period { start } } allocated { amount } isOverAllocated actual { amount } status`;

describe('budgets that are planned', () => {
  let app: TestApp;
  const create = async (input: object) =>
    (await app.data(`mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { budget { ${fields} } userErrors { code field message } } }`, {
      input: { name: `budget ${randomUUID()}`, period: november, amount: usd('1000'), scope: { subAccountIds: [randomUUID()] }, ...input },
    })).budgetCreate;
  const update = async (id: string, input: object) =>
    (await app.data(`mutation ($id: ID!, $input: BudgetUpdateInput!) { budgetUpdate(id: $id, input: $input) { budget { ${fields} } userErrors { code field message } } }`, { id, input })).budgetUpdate;
  const named = async (nameContains: string) => (await app.data(`query ($nameContains: String!) { budgets(first: 200, filter: { nameContains: $nameContains }) { nodes { ${fields} } } }`, { nameContains })).budgets.nodes;
  const makeDue = (of = app.app) => of.get(BudgetPeriods).makeDue(administrator);
  const bill = async (account: string, day: string, amount: string) =>
    app.importFocus([await app.file('bill.csv', focusCsv(dailyCharges([`${day}T00:00:00Z`], amount, { SubAccountId: account })))], { source: `${account} ${day.slice(0, 7)}` });
  const starts = (budgets: { period: { start: string } }[]) => budgets.map(({ period }) => period.start.slice(0, 10));

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-24T09:00:00Z' });
  });
  afterEach(() => app.clock.moveTo('2026-11-24T09:00:00Z'));
  afterAll(() => app.stop());

  it.each([
    ['a month that is none', { recurrence: 'MONTHLY', period: { start: '2026-11-02T00:00:00Z', end: november.end } }, ['period'], '2026-11-01T00:00:00.000Z to 2026-12-01T00:00:00.000Z'],
    ['a quarter of another fiscal year', { recurrence: 'QUARTERLY', fiscalYearStartMonth: 2, period: month('2026-10', '2027-01') }, ['period'], '2026-08-01T00:00:00.000Z to 2026-11-01T00:00:00.000Z'],
    ['a thirteenth month', { recurrence: 'YEARLY', fiscalYearStartMonth: 13 }, ['fiscalYearStartMonth'], 'a month from 1 to 12, got 13'],
    ['rollover into nothing', { rollover: { unused: true } }, ['rollover'], 'rollover needs a recurrence'],
    ['a cap below nothing', { recurrence: 'MONTHLY', rollover: { unused: true, cap: '-1' } }, ['rollover', 'cap'], 'cap needs to be 0 or more, got -1'],
    ['a plan that adds up to something else', { plan: [{ start: november.start, amount: '0.1' }, { start: '2026-11-16T00:00:00Z', amount: '0.2' }], amount: usd('0.31') }, ['plan'], 'plan adds up to 0.3 in this period, and amount is 0.31'],
    ['a plan that begins late', { plan: [{ start: '2026-11-16T00:00:00Z', amount: '1000' }] }, ['plan'], 'plan needs to begin with the period'],
    ['a plan of a time that does not come', { plan: [{ start: '2026-12-01T00:00:00Z', amount: '1000' }] }, ['plan'], 'within the period of a budget that does not recur'],
    ['a plan out of order', { recurrence: 'MONTHLY', plan: [{ start: november.end, amount: '1' }, { start: november.start, amount: '1000' }] }, ['plan'], 'plan needs starts that follow one another'],
  ])('refuse %s', async (_, input, field, message) => {
    expect(await create(input)).toEqual({ budget: null, userErrors: [{ code: 'INVALID', field, message: expect.stringContaining(message) }] });
  });

  it('come again when their period ends, with what is planned of it', async () => {
    const { budget, userErrors } = await create({ name: 'monthly', recurrence: 'MONTHLY', plan: [{ start: '2027-01-01T00:00:00Z', amount: '700' }, { start: '2027-01-20T00:00:00Z', amount: '800' }] });
    expect(userErrors).toEqual([]);
    expect(budget).toMatchObject({ recurrence: 'MONTHLY', fiscalYearStartMonth: 1, previous: null, rollover: { unused: false, overspent: false, cap: null } });
    await makeDue();
    expect(starts(await named('monthly'))).toEqual(['2026-11-01']);
    app.clock.moveTo('2026-12-01T00:00:00Z');
    await makeDue();
    expect(starts(await named('monthly'))).toEqual(['2026-11-01', '2026-12-01']);
    // After a rest of months every one of them is made.
    app.clock.moveTo('2027-02-10T00:00:00Z');
    await makeDue();
    const all = await named('monthly');
    expect(all.map(({ period: { start }, amount: { amount }, plan, previous }: { period: { start: string }; amount: { amount: string }; plan: unknown[]; previous: object | null }) => [start.slice(0, 7), amount, plan.length, previous])).toEqual([
      ['2026-11', '1000', 2, null],
      ['2026-12', '1000', 2, { period: { start: '2026-11-01T00:00:00Z' } }],
      ['2027-01', '1500', 2, { period: { start: '2026-12-01T00:00:00Z' } }],
      ['2027-02', '1000', 0, { period: { start: '2027-01-01T00:00:00Z' } }],
    ]);
    // A new amount holds from then on; one that ends, or is deleted, is followed by none.
    await update(all.at(-1).id, { amount: usd('1200') });
    app.clock.moveTo('2027-03-01T00:00:00Z');
    await makeDue();
    const march = (await named('monthly')).at(-1);
    expect(march).toMatchObject({ period: month('2027-03', '2027-04'), amount: usd('1200') });
    await app.data('mutation ($id: ID!) { budgetDelete(id: $id) { userErrors { message } } }', { id: march.id });
    app.clock.moveTo('2027-06-01T00:00:00Z');
    await makeDue();
    expect((await named('monthly')).at(-1).period).toEqual(month('2027-02', '2027-03'));
  });

  it('follow fiscal years that begin in any month', async () => {
    await create({ name: 'fiscal year', recurrence: 'YEARLY', fiscalYearStartMonth: 4, period: month('2026-04', '2027-04') });
    await create({ name: 'fiscal quarter', recurrence: 'QUARTERLY', fiscalYearStartMonth: 2, period: month('2026-11', '2027-02') });
    app.clock.moveTo('2027-05-02T00:00:00Z');
    await makeDue();
    expect(starts(await named('fiscal year'))).toEqual(['2026-04-01', '2027-04-01']);
    expect(starts(await named('fiscal quarter'))).toEqual(['2026-11-01', '2027-02-01', '2027-05-01']);
  });

  it('leave a period to who has set a budget for it', async () => {
    const scope = { subAccountIds: ['taken'] };
    const { budget } = await create({ name: 'taken', recurrence: 'MONTHLY', scope });
    await create({ name: 'by hand', period: month('2026-12', '2027-01'), scope });
    app.clock.moveTo('2026-12-02T00:00:00Z');
    expect(await makeDue()).not.toContain(budget.id);
    expect(starts(await named('taken'))).toEqual(['2026-11-01']);
  });

  it('come again once, however many replicas see that they are due', async () => {
    await create({ name: 'replicated', recurrence: 'MONTHLY' });
    const db = await connect(app.databaseUrl);
    const other = await createApp({ adminKey: null, country: null, secretKey: testSecretKey, sampleMonths: 13, metricsLimit: 500 }, db, app.clock);
    try {
      await other.init();
      app.clock.moveTo('2026-12-02T00:00:00Z');
      await Promise.all([makeDue(), makeDue(other), makeDue(), makeDue(other)]);
      expect(starts(await named('replicated'))).toEqual(['2026-11-01', '2026-12-01']);
    } finally {
      await other.close();
      await db.destroy();
    }
  });

  it('come again by a job', async () => {
    await create({ name: 'by a job', recurrence: 'MONTHLY' });
    app.clock.moveTo('2026-12-02T00:00:00Z');
    await app.app.get(Jobs).enqueue(app.db, 'budget-periods', {});
    await app.work();
    const deadline = Date.now() + 20_000;
    while ((await named('by a job')).length < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(starts(await named('by a job'))).toEqual(['2026-11-01', '2026-12-01']);
  });

  describe('and roll over', () => {
    /** 600 of 1,000 in November, 1,300 in December. */
    const spend = async (name: string, rollover: object) => {
      await create({ name, recurrence: 'MONTHLY', rollover, scope: { subAccountIds: [name] } });
      await bill(name, '2026-11-10', '600');
      app.clock.moveTo('2027-01-10T00:00:00Z');
      await bill(name, '2026-12-10', '1300');
      await app.app.get(BudgetsService).forecastAll(administrator);
      return (await named(name)).map(({ amount, carriedOver }: { amount: { amount: string }; carriedOver: { amount: string } }) => [amount.amount, carriedOver.amount]);
    };

    it('nothing, unless it is asked for', async () => {
      expect(await spend('none', {})).toEqual([['1000', '0'], ['1000', '0'], ['1000', '0']]);
    });

    it('what was not spent, and not what was spent too much', async () => {
      // 400 are left of November, so that December may cost 1,400, and leaves 100.
      expect(await spend('unused', { unused: true })).toEqual([['1000', '0'], ['1400', '400'], ['1100', '100']]);
    });

    it('what was spent too much', async () => {
      expect(await spend('overspent', { overspent: true })).toEqual([['1000', '0'], ['1000', '0'], ['700', '-300']]);
    });

    it('no more than the cap, either way', async () => {
      // 250 of 400; then 1,250 less 1,300.
      expect(await spend('capped', { unused: true, overspent: true, cap: '250' })).toEqual([['1000', '0'], ['1250', '250'], ['950', '-50']]);
    });

    it('anew when a bill is restated, and a debt of more than an amount into the period after it', async () => {
      await spend('debt', { unused: true, overspent: true });
      app.clock.moveTo('2027-02-10T00:00:00Z');
      await bill('debt', '2026-12-10', '4000');
      await app.app.get(BudgetsService).forecastAll(administrator);
      // 1,400 less 4,000 is a debt of 2,600: January has nothing, and February begins with what is left of it.
      expect((await named('debt')).map(({ amount, carriedOver, status }: { amount: { amount: string }; carriedOver: { amount: string }; status: string }) => [amount.amount, carriedOver.amount, status === 'OVER'])).toEqual([
        ['1000', '0', false], ['1400', '400', true], ['0', '-2600', false], ['0', '-1600', false],
      ]);
    });
  });

  describe('as parts of another', () => {
    const department = (...teams: string[]) => ({ tags: [{ key: 'team', values: teams }] });

    it('are added up, and what is allocated too much is shown', async () => {
      const { budget: whole } = await create({ name: 'department A', scope: department('a1', 'a2'), amount: usd('1000') });
      expect(whole).toMatchObject({ allocated: null, isOverAllocated: false, parent: null });
      const { budget: one } = await create({ name: 'team a1', scope: department('a1'), amount: usd('600.50'), parentId: whole.id });
      expect(one.parent).toEqual({ name: 'department A', period: { start: november.start } });
      const { budget: other } = await create({ name: 'team a2', scope: department('a2'), amount: usd('399.50'), parentId: whole.id });
      const [full] = await named('department A');
      expect(full).toMatchObject({ allocated: { amount: '1000.00' }, isOverAllocated: false });
      expect((await update(other.id, { amount: usd('399.51') })).userErrors).toEqual([]);
      expect((await named('department A'))[0]).toMatchObject({ allocated: { amount: '1000.01' }, isOverAllocated: true });
      const { budgets } = await app.data('query ($parentId: ID!) { budgets(filter: { parentId: $parentId }) { nodes { name } } }', { parentId: whole.id });
      expect(budgets.nodes.map(({ name }: { name: string }) => name)).toEqual(['team a1', 'team a2']);
    });

    it('are refused where they are none', async () => {
      const { budget: whole } = await create({ name: 'department B', scope: department('b1', 'b2') });
      const part = { scope: department('b1'), parentId: whole.id };
      const refused = (code: string, message: string) => ({ budget: null, userErrors: [{ code, field: ['parentId'], message: expect.stringContaining(message) }] });
      expect(await create({ ...part, metric: 'BILLED_COST' })).toEqual(refused('INVALID', 'a part needs the metric EFFECTIVE_COST, as that is the one of budget "department B"'));
      expect(await create({ ...part, amount: { amount: '1', currency: 'EUR' } })).toEqual(refused('INVALID', 'a part needs the currency USD'));
      expect(await create({ ...part, period: month('2026-11', '2027-01') })).toEqual(refused('INVALID', 'the period of a part needs to lie within the period of budget "department B"'));
      expect(await create({ ...part, scope: department('b3') })).toEqual(refused('INVALID', 'the scope of a part needs to lie within the scope of budget "department B"'));
      const none = `Budget:${randomUUID()}`;
      expect(await create({ ...part, parentId: none })).toEqual(refused('NOT_FOUND', `nothing has the id "${none}"`));
      await create({ ...part, name: 'team b1' });
      expect(await update(whole.id, { scope: department('b2') })).toEqual(refused('INVALID', 'the scope of a part needs to lie within the scope of this budget, whose part "team b1" is'));
    });

    it('are never parts of themselves', async () => {
      const scope = department('c');
      const { budget: top } = await create({ name: 'c top', scope });
      const middle = await create({ name: 'c middle', scope, parentId: top.id });
      // One scope is one budget at a time, so that parts are of a narrower one.
      expect(middle.userErrors).toMatchObject([{ code: 'CONFLICT', field: ['period'] }]);
      const { budget: below } = await create({ name: 'c below', scope: { ...scope, serviceNames: ['s'] }, parentId: top.id });
      const { budget: last } = await create({ name: 'c last', scope: { ...scope, serviceNames: ['s'], providerNames: ['p'] }, parentId: below.id });
      for (const parentId of [below.id, last.id]) expect((await update(top.id, { parentId })).userErrors).toEqual([{ code: 'CONFLICT', field: ['parentId'], message: expect.stringContaining('is a part of this one already') }]);
      expect((await update(top.id, { parentId: top.id })).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['parentId'] }]);
    });

    it('come again as parts of the period of the whole', async () => {
      const { budget: whole } = await create({ name: 'department D', scope: department('d1', 'd2'), recurrence: 'QUARTERLY', period: month('2026-10', '2027-01') });
      await create({ name: 'team d1', scope: department('d1'), recurrence: 'MONTHLY', parentId: whole.id });
      app.clock.moveTo('2027-01-02T00:00:00Z');
      await makeDue();
      expect((await named('team d1')).map(({ parent }: { parent: { period: { start: string } } }) => parent?.period.start.slice(0, 7))).toEqual(['2026-10', '2026-10', '2027-01']);
    });

    it('are shown to who may see them, and the whole to nobody else', async () => {
      const { budget: whole } = await create({ name: 'department E', scope: department('e1', 'e2') });
      await create({ name: 'team e1', scope: department('e1'), parentId: whole.id });
      const { data, errors } = await askAs(app, viewerOf(department('e1')), '{ budgets { nodes { name parent { name } } } }');
      expect({ data, errors }).toEqual({ data: { budgets: { nodes: [{ name: 'team e1', parent: null }] } }, errors: undefined });
      expect((await askAs(app, viewerOf({ tags: [{ key: 'team', values: ['e1'] }] }), 'mutation ($id: ID!) { budgetCreate(input: { name: "sly", parentId: $id, amount: { amount: "1", currency: "USD" }, period: { start: "2026-11-01T00:00:00Z", end: "2026-11-02T00:00:00Z" }, scope: { tags: [{ key: "team", values: ["e1"] }] } }) { userErrors { code field } } }', { id: whole.id })).data.budgetCreate.userErrors.map(({ code }: { code: string }) => code)).not.toEqual([]);
    });
  });
});
