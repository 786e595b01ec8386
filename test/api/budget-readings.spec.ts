import type { Logger } from 'typeorm';
import sql from 'sql-template-tag';
import { administrator } from '../../src/access/index.js';
import { budgetStandings, BudgetsService } from '../../src/budgets/index.js';
import { query } from '../../src/platform/index.js';
import { dailyCharges, days, focusCsv, TestApp } from '../support/index.js';

const november = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };
const october = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };
const usd = (amount: string) => ({ amount, currency: 'USD' });
const fields = `id name actual { amount currency } settledActual { amount currency } unsettledActual { amount currency } unconverted { amount currency }
  amount { amount currency } forecastTotal { mean lower upper level } overrunProbability status outlookAsOf forecast { origin }`;

describe('budgets that are read', () => {
  let app: TestApp;
  const list = async () => (await app.data(`{ budgets(first: 200) { nodes { ${fields} } } }`)).budgets.nodes;
  const find = async (name: string) => (await list()).find((budget: { name: string }) => budget.name === name);
  const derive = () => app.app.get(BudgetsService).forecastAll(administrator);
  const bill = async (amount: string, { month = '2026-11-01', of = 20, currency = 'USD', account = 'team' } = {}) =>
    app.importFocus([await app.file('bill.csv', focusCsv(dailyCharges(days(month, of), amount, { SubAccountId: account, BillingCurrency: currency })))], { source: `bill ${account}` });
  const create = async (name: string, period = november, amount = '1000', account = 'team') => {
    const input = { name, period, amount: usd(amount), scope: { subAccountIds: [account] } };
    const { budgetCreate } = await app.data(`mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { budget { ${fields} } userErrors { message } } }`, { input });
    expect(budgetCreate.userErrors).toEqual([]);
    return budgetCreate.budget;
  };

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-24T09:00:00Z' });
    await bill('10', { month: '2026-10-01', of: 31 });
    await bill('10');
    await create('now');
    await create('ended', october);
  });
  afterAll(() => app.stop());

  it('take one statement for the page, whatever is asked of it', async () => {
    const statements: string[] = [];
    const before = app.db.logger;
    const listening = { logQuery: (statement: string) => void statements.push(statement), logQueryError: () => undefined, logQuerySlow: () => undefined, logSchemaBuild: () => undefined, logMigration: () => undefined, log: () => undefined };
    app.db.logger = listening satisfies Logger;
    try {
      await app.data(`{ budgets(first: 200) { nodes { name status overrunProbability actual { amount } settledActual { amount } forecastTotal { mean lower upper } unconverted { amount } } } }`);
    } finally {
      app.db.logger = before;
    }
    expect(statements).toHaveLength(1);
  });

  it('see charges that came since they were derived, and say as of when the forecast is', async () => {
    const before = await find('now');
    // 20 settled days of 10: what was loaded on the 24th is settled up to the 21st.
    expect(before).toMatchObject({ actual: usd('200'), settledActual: usd('200'), unsettledActual: usd('0'), status: 'ON_TRACK', outlookAsOf: '2026-11-24T09:00:00Z' });
    app.clock.moveTo('2026-11-25T09:00:00Z');
    await bill('60');
    const seen = await find('now');
    expect(seen).toEqual({ ...before, actual: usd('1200'), unsettledActual: usd('1000'), status: 'OVER' });
    await derive();
    expect(await find('now')).toMatchObject({ actual: usd('1200'), settledActual: usd('1200'), unsettledActual: usd('0'), status: 'OVER', outlookAsOf: '2026-11-25T09:00:00Z', overrunProbability: 1 });
  });

  it('see what came in another currency since then', async () => {
    await bill('3', { of: 2, currency: 'EUR', account: 'abroad' });
    const { id } = await create('abroad', november, '1000', 'abroad');
    expect(await find('abroad')).toMatchObject({ id, actual: usd('0'), unconverted: [{ amount: '6', currency: 'EUR' }] });
    await bill('4', { of: 2, currency: 'EUR', account: 'abroad' });
    expect(await find('abroad')).toMatchObject({ actual: usd('0'), unconverted: [{ amount: '8', currency: 'EUR' }] });
    await derive();
    expect(await find('abroad')).toMatchObject({ actual: usd('0'), unconverted: [{ amount: '8', currency: 'EUR' }] });
  });

  it('follow the restated bill of a period that has ended', async () => {
    expect(await find('ended')).toMatchObject({ actual: usd('310'), status: 'ON_TRACK' });
    await bill('50', { month: '2026-10-01', of: 31 });
    expect(await find('ended')).toMatchObject({ actual: usd('1550'), unsettledActual: usd('1240'), status: 'OVER' });
    await derive();
    expect(await find('ended')).toMatchObject({ actual: usd('1550'), settledActual: usd('1550'), unsettledActual: usd('0'), status: 'OVER' });
  });

  it('split the actual exactly into what is settled and what is not', async () => {
    // Three days of 0.1 are settled, of five; the month's 100 is by two thirds of its 30 days.
    await app.importFocus([await app.file('split.csv', focusCsv([
      ...dailyCharges(days('2026-11-18', 5), '0.1', { SubAccountId: 'split' }),
      ...dailyCharges(['2026-11-01T00:00:00Z'], '100', { SubAccountId: 'split' }).map((row) => ({ ...row, ChargePeriodEnd: row.BillingPeriodEnd! })),
    ]))], { source: 'split' });
    app.clock.moveTo('2026-11-24T09:00:00Z');
    const { actual, settledActual, unsettledActual, forecast } = await create('split', november, '1000', 'split');
    expect(forecast.origin).toBe('2026-11-22T00:00:00Z');
    // 4 days of 0.1, and 21 days of 100 / 30.
    expect({ actual, settledActual, unsettledActual }).toEqual({ actual: usd('100.5'), settledActual: usd('70.4'), unsettledActual: usd('30.1') });
  });

  it('are never of a scope or period that is no longer theirs, whoever derives meanwhile', async () => {
    const { id } = await create('moved', october, '1000', 'elsewhere');
    const move = (account: string) => app.data('mutation ($id: ID!, $input: BudgetUpdateInput!) { budgetUpdate(id: $id, input: $input) { userErrors { message } } }', { id, input: { scope: { subAccountIds: [account, 'nowhere'] } } });
    for (const account of ['abroad', 'split', 'nobody', 'team']) await Promise.all([move(account), derive(), derive()]);
    const stored = await find('moved');
    expect(stored).toMatchObject({ actual: usd('1550') });
    await query(app.db, sql`UPDATE budget_outlook SET counted_loads = '{}', load_costs = '[]'`);
    expect(await find('moved')).toEqual(stored);
    await derive();
    expect(await find('moved')).toEqual(stored);
  });

  it('are told to alerts as they were derived, ended ones for a while too', async () => {
    const standings = await budgetStandings(app.db, app.clock.now());
    const listed = await list();
    expect(standings.map(({ id }) => id).toSorted()).toEqual(listed.map(({ id }: { id: string }) => id).toSorted());
    for (const { id, actual, settledActual, unsettledActual, overrunProbability, status } of standings) {
      const { actual: shown, settledActual: settled, ...budget } = listed.find((one: { id: string }) => one.id === id);
      expect({ actual, settledActual, overrunProbability, status }).toEqual({ actual: shown.amount, settledActual: settled.amount, overrunProbability: budget.overrunProbability, status: budget.status });
      expect(Number(settledActual) + Number(unsettledActual)).toBeCloseTo(Number(actual), 9);
    }
    expect(await budgetStandings(app.db, new Date('2026-12-20T00:00:00Z'))).not.toContainEqual(expect.objectContaining({ name: 'ended' }));
  });
});
