import { dailyCharges, days, focusCsv, TestApp } from '../support/index.js';

const november = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };
interface Point {
  period: { start: string; end: string };
  planned: { amount: string };
  actual: { amount: string } | null;
  isSettled: boolean;
  forecast: { mean: number; lower: number; upper: number; level: number } | null;
}

describe('a budget day by day', () => {
  let app: TestApp;
  const burn = async (input: object): Promise<{ burn: Point[]; forecastTotal: Point['forecast'] }> => {
    const { budgetCreate } = await app.data(`mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { userErrors { message } budget { forecastTotal { mean lower upper level }
      burn { period { start end } planned { amount } actual { amount } isSettled forecast { mean lower upper level } } } } }`, { input: { name: `${Math.random()}`, period: november, amount: { amount: '600', currency: 'USD' }, ...input } });
    expect(budgetCreate.userErrors).toEqual([]);
    return budgetCreate.budget;
  };
  const at = (points: Point[], day: string) => points.find(({ period }) => period.start.startsWith(day))!;

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-24T09:00:00Z' });
    const noisy = days('2026-09-01', 83).map((day, number) => dailyCharges([day], `${10 + (number % 5)}`, { SubAccountId: 'noisy' })).flat();
    await app.importFocus([await app.file('bill.csv', focusCsv([
      ...dailyCharges(days('2026-09-01', 83), '10', { SubAccountId: 'steady' }),
      ...noisy,
      // 300 for November, charged on its first day.
      ...['2026-09', '2026-10', '2026-11'].flatMap((month) => dailyCharges([`${month}-01T00:00:00Z`], '300', { SubAccountId: 'monthly' }).map((row) => ({ ...row, ChargePeriodEnd: row.BillingPeriodEnd! }))),
      ...dailyCharges(days('2026-11-20', 2), '7', { SubAccountId: 'new' }),
    ]))]);
  });
  afterAll(() => app.stop());

  it('is planned in a straight line, and charged day by day up to where charges are delivered', async () => {
    const { burn: points } = await burn({ scope: { subAccountIds: ['steady'] } });
    expect(points).toHaveLength(30);
    // 600 over 30 days; settled up to the 21st, delivered up to the 23rd.
    expect(at(points, '2026-11-01')).toMatchObject({ planned: { amount: '20' }, actual: { amount: '10' }, isSettled: true, forecast: null });
    expect(at(points, '2026-11-20')).toMatchObject({ planned: { amount: '400' }, actual: { amount: '200' }, isSettled: true, forecast: null });
    expect(at(points, '2026-11-21')).toMatchObject({ planned: { amount: '420' }, actual: { amount: '210' }, isSettled: false, forecast: { mean: expect.closeTo(210, 4) } });
    expect(at(points, '2026-11-22')).toMatchObject({ actual: { amount: '220' }, isSettled: false });
    expect(at(points, '2026-11-30')).toMatchObject({ planned: { amount: '600' }, actual: null, isSettled: false, forecast: { mean: expect.closeTo(300, 4) } });
  });

  it('ends as its outlook says, and its interval grows up to there', async () => {
    const { burn: points, forecastTotal } = await burn({ scope: { subAccountIds: ['noisy'] } });
    const forecasts = points.flatMap(({ forecast }) => forecast ?? []);
    expect(forecasts).toHaveLength(10);
    const last = forecasts.at(-1)!;
    for (const key of ['mean', 'lower', 'upper', 'level'] as const) expect(last[key]).toBeCloseTo(forecastTotal![key], 6);
    const widths = forecasts.map(({ lower, upper }) => upper - lower);
    expect(widths.at(-1)).toBeGreaterThan(widths[0]!);
    for (const [index, { mean }] of forecasts.entries()) if (index > 0) expect(mean).toBeGreaterThan(forecasts[index - 1]!.mean);
  });

  it('is planned by the steps of its plan', async () => {
    const plan = [{ start: november.start, amount: '100' }, { start: '2026-11-11T00:00:00Z', amount: '500' }];
    const { burn: points } = await burn({ scope: { subAccountIds: ['steady', 'x'] }, plan });
    // 100 over ten days, 500 over twenty.
    expect(['2026-11-01', '2026-11-10', '2026-11-11', '2026-11-30'].map((day) => at(points, day).planned.amount)).toEqual(['10', '100', '125', '600']);
  });

  it('accrues a charge of a month over its days, and leaves cash on the day it is due', async () => {
    const scope = { subAccountIds: ['monthly'] };
    const { burn: accrued } = await burn({ scope });
    expect(['2026-11-01', '2026-11-15', '2026-11-22'].map((day) => at(accrued, day).actual!.amount)).toEqual(['10', '150', '220']);
    const { burn: billed } = await burn({ scope, metric: 'BILLED_COST' });
    expect(['2026-11-01', '2026-11-22'].map((day) => at(billed, day).actual!.amount)).toEqual(['300', '300']);
  });

  it('has no forecast where there is none, and days of part of a day at its ends', async () => {
    const { burn: points } = await burn({ scope: { subAccountIds: ['new'] }, period: { start: '2026-11-20T12:00:00Z', end: '2026-11-22T06:00:00Z' }, amount: { amount: '42', currency: 'USD' } });
    expect(points.map(({ period, planned, actual, forecast }) => [period.start, period.end, planned.amount, actual?.amount, forecast])).toEqual([
      // 42 hours; the charge of the 20th began before the period.
      ['2026-11-20T12:00:00Z', '2026-11-21T00:00:00Z', '12', '0', null],
      ['2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', '36', '7', null],
      ['2026-11-22T00:00:00Z', '2026-11-22T06:00:00Z', '42', '7', null],
    ]);
  });
});
