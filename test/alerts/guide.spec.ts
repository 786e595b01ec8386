import { administrator } from '../../src/access/index.js';
import { AlertEvaluator } from '../../src/alerts/index.js';
import { BudgetsService } from '../../src/budgets/index.js';
import { dailyCharges, days, focusCsv, guideBlocks, Subscriber, TestApp } from '../support/index.js';

describe('the guide for alerts', () => {
  let app: TestApp;
  let subscriber: Subscriber;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
    subscriber = new Subscriber(app.url);
    await app.importFocus([await app.file('bill.csv', focusCsv(dailyCharges(days('2026-09-01', 82), '10')))]);
    await app.data(`mutation { budgetCreate(input: { name: "Research", amount: { amount: "190", currency: "USD" }
      period: { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" } }) { budget { id } } }`);
    await app.app.get(BudgetsService).forecastAll(administrator);
  });
  afterAll(async () => {
    await subscriber.end();
    await app.stop();
  });

  it('leads from a rule to being left alone, by queries that answer', async () => {
    const [create, list, acknowledge, silence, listen, ...more] = await guideBlocks('alerts.md', 'graphql');
    expect(more).toEqual([]);
    const created = await app.data(create!);
    for (const { userErrors } of Object.values<{ userErrors: unknown[] }>(created)) expect(userErrors).toEqual([]);
    await app.app.get(AlertEvaluator).evaluate();
    const { nodes } = (await app.data(list!)).alerts;
    // 18 settled days of 10, of 190; and the chance that November goes over is as good as certain.
    const spent = nodes.find(({ summary }: { summary: string }) => summary === 'budget "Research" has spent 95 % of its 190.00 USD');
    expect(spent).toMatchObject({ severity: 'CRITICAL', subject: { name: 'Research' }, notifications: [] });
    expect((await app.data(acknowledge!, { id: spent.id })).alertAcknowledge).toEqual({ alert: { state: 'ACKNOWLEDGED', acknowledgedBy: 'Administrator' }, userErrors: [] });
    expect((await app.data(silence!)).alertSilenceCreate).toMatchObject({ alertSilence: { endsAt: '2026-12-03T06:00:00Z' }, userErrors: [] });
    const told = await subscriber.events(listen!, { after: '0' }).next();
    expect(told.value.data.budgetAlert).toMatchObject({ state: 'FIRING', alert: { summary: expect.stringContaining('Research') } });
  });
});
