import { Big } from 'big.js';
import { dailyCharges, days, focusCsv, guideBlocks, TestApp } from '../support/index.js';

describe('the guide for budgets', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
    await app.importFocus([await app.file('bill.csv', focusCsv(['research', 'product'].flatMap((team) => dailyCharges(days('2026-09-01', 80), '30', { Tags: `{"team":"${team}"}`, ResourceId: team }))))]);
  });
  afterAll(() => app.stop());

  it('leads from a budget to why it cost more, by queries that answer', async () => {
    const [createDepartment, createTeam, list, burn, variance, ...more] = await guideBlocks('budgets.md', 'graphql');
    expect(more).toEqual([]);
    const { budgetCreate: created } = await app.data(createDepartment!);
    expect(created).toEqual({ budget: { id: expect.any(String), status: 'ON_TRACK' }, userErrors: [] });
    expect((await app.data(createTeam!, { department: created.budget.id })).budgetCreate.userErrors).toEqual([]);

    const { nodes } = (await app.data(list!)).budgets;
    // 50 days of twice 30 since October, of 9,000 a quarter; 19 of them in November, of 1,000.
    expect(nodes).toMatchObject([
      { name: 'Department', amount: { amount: '9000', currency: 'USD' }, actual: { amount: '3000' }, allocated: { amount: '1000' }, isOverAllocated: false, parent: null },
      { name: 'Research', amount: { amount: '1000' }, carriedOver: { amount: '0' }, actual: { amount: '570' }, parent: { name: 'Department' } },
    ]);

    const [department] = (await app.data(burn!)).budgets.nodes;
    expect(department.burn).toHaveLength(92);
    // 2,500 in October, half of 3,000 by the 15th of November.
    expect(department.burn.find(({ period }: { period: { start: string } }) => period.start.startsWith('2026-11-15'))).toMatchObject({ planned: { amount: '4000' }, actual: { amount: '2760' }, isSettled: true });
    expect(department.burn.at(-1)).toMatchObject({ planned: { amount: '9000' }, actual: null, forecast: { mean: expect.closeTo(nodes[0].forecastTotal.mean, 6) } });

    const { costVariance } = await app.data(variance!);
    // A day more of twice 30.
    expect(costVariance).toMatchObject({ base: { amount: '1800' }, compared: { amount: '1860' }, total: { amount: '60', currency: 'USD' } });
    expect(costVariance.parts.find(({ cause }: { cause: string }) => cause === 'USAGE').amount.amount).toBe('60');
    expect(costVariance.parts.reduce((sum: Big, { amount }: { amount: { amount: string } }) => sum.plus(amount.amount), Big(0)).toFixed()).toBe('60');
  });
});
