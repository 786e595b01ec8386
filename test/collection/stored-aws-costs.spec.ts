import { administrator, everything } from '../../src/access/index.js';
import { awsCostExplorer, Ingest } from '../../src/collection/index.js';
import { CostMetric, dailyCosts } from '../../src/costs/index.js';
import { CostExplorerServer, exact, misbehaviour, TestApp, totals, type CostLine } from '../support/index.js';

const october = Array.from({ length: 31 }, (_, day) => `2026-10-${String(day + 1).padStart(2, '0')}`);
const november = Array.from({ length: 23 }, (_, day) => `2026-11-${String(day + 1).padStart(2, '0')}`);

function bill(): CostLine[] {
  return [...october, ...november].flatMap((day, at) =>
    ['Amazon EC2', 'Amazon S3'].map((service, index): CostLine => {
      const unblended = `${at + 1}.00000${index + 1}2345`;
      return { day, service, account: '111111111111', recordType: 'Usage', team: '', unblended, amortized: unblended, netAmortized: `${at + 1}` };
    }),
  );
}

describe('costs of AWS that are stored', () => {
  let app: TestApp;
  let server: CostExplorerServer;
  beforeEach(async () => {
    app = await TestApp.start({ now: '2026-11-24T06:00:00Z' });
    server = await CostExplorerServer.start('2026-11-24');
    server.lines = bill();
    server.groupsOfPage = 20;
  });
  afterEach(async () => {
    await server.stop();
    await app.stop();
  });

  function deliver() {
    const settings = { billingAccountId: '123456789012', endpoint: server.url, accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'sesame', forecastDays: 0 };
    const window = { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-11-24T00:00:00Z') };
    return app.app.get(Ingest).deliver(administrator, awsCostExplorer, settings as never, { dataSourceName: 'aws', window });
  }
  const truth = () => ({ USD: server.total('unblended') });
  const laterBy = (days: number) => app.clock.moveTo(new Date(app.clock.now().getTime() + days * 86_400_000).toISOString());

  it('equal the bill to the digit, in both costs, and the same again changes nothing', async () => {
    await deliver();
    expect(await totals(app)).toEqual(truth());
    expect(await totals(app, { metric: 'EFFECTIVE_COST' })).toEqual({ USD: server.total('netAmortized') });
    expect((await deliver()).isChanged).toBe(false);
    const reports = await app.db.query(`SELECT billed_cost::text AS "billed" FROM provider_total ORDER BY billing_period_start`);
    expect(reports.map(({ billed }: { billed: string }) => exact(billed))).toEqual([server.total('unblended', '2026-10'), server.total('unblended', '2026-11')]);
  });

  it('are the old or the new ones for whoever reads meanwhile, also when reading the bill fails', async () => {
    await deliver();
    const before = truth();
    // A line changed, one vanished.
    server.lines = server.lines.slice(1).map((line) => (line.day === '2026-10-07' ? { ...line, unblended: '0.0000000001' } : line));
    const firstOfRun = server.requests.length + 1;
    server.instead = (call) => (call >= firstOfRun + 3 ? CostExplorerServer.refusal('AccessDeniedException') : null);
    await expect(deliver()).rejects.toThrow('AccessDeniedException');
    expect(await totals(app)).toEqual(before);

    server.instead = (call) => (call === server.requests.length && call % 7 === 0 && call > 0 ? misbehaviour.reset() : null);
    laterBy(1);
    let isDone = false;
    const delivery = deliver().finally(() => (isDone = true));
    const seen = new Set<string>();
    while (!isDone) seen.add(JSON.stringify(await totals(app)));
    await delivery;
    expect([...seen].filter((state) => state !== JSON.stringify(before) && state !== JSON.stringify(truth()))).toEqual([]);
    expect(await totals(app)).toEqual(truth());
    expect(await totals(app, { asOf: '2026-11-24T06:00:00Z' })).toEqual(before);
  });

  it('train no forecast from the first day on that AWS calls estimated', async () => {
    const lastDay = async () => (await dailyCosts(app.db, administrator, everything, CostMetric.BILLED_COST))[0]?.end.toISOString();
    server.estimatedFrom = '2026-11-10';
    await deliver();
    expect(await lastDay()).toBe('2026-11-10T00:00:00.000Z');
    // October is estimated as well: the days of November settle nothing before it.
    server.estimatedFrom = '2026-10-20';
    laterBy(1);
    await deliver();
    expect(await lastDay()).toBe('2026-10-20T00:00:00.000Z');
    // Nothing but the word of AWS has changed.
    server.estimatedFrom = '9999';
    laterBy(1);
    expect((await deliver()).isChanged).toBe(true);
    expect(await lastDay()).toBe('2026-11-23T00:00:00.000Z');
  });
});
