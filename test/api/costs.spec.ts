import { focusCsv, TestApp } from '../support/index.js';

describe('costs', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('adds charges up exactly', async () => {
    await app.importFocus([await app.file('a.csv', focusCsv([{ BilledCost: '0.1' }, { BilledCost: '0.2' }]))]);
    const { costReport } = await app.data(`{ costReport(metric: BILLED_COST, filter: {
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" } }) { total { amount currency } } }`);
    expect(costReport.total).toEqual({ amount: '0.3', currency: 'USD' });
  });
});
