import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { focusCsv, TestApp, totals } from '../support/index.js';

/** Many rows of one account and month, each billed the same. */
function bill(cost: string, rows: number): string {
  const [header, line] = focusCsv([{ BilledCost: cost, ResourceId: 'i-RESOURCE' }]).split('\n') as [string, string];
  return `${header}\n${Array.from({ length: rows }, (_, index) => line.replace('RESOURCE', `${index % 500}`)).join('\n')}\n`;
}

describe('a reader', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    await app.importFocus([await app.file('old.csv', bill('0.25', 10))]);
  });
  afterAll(() => app.stop());

  it('sees the old sum or the new one while a bill is restated, and nothing between', async () => {
    const file = await app.file('new.csv', bill('0.5', 20_000));
    const seen: string[] = [];
    let hasEnded = false;
    const importing = app.importFocus([file]).finally(() => (hasEnded = true));
    while (!hasEnded) seen.push((await totals(app))['USD']!);
    await importing;
    expect(seen.length).toBeGreaterThan(5);
    expect(new Set([...seen, '2.5', '10000'])).toEqual(new Set(['2.5', '10000']));
    // Once the new one is seen, the old one is gone for good.
    expect(seen).toEqual(seen.toSorted((one, other) => Number(one) - Number(other)));
    expect(await totals(app)).toEqual({ USD: '10000' });
  });
});

describe('two imports at once', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.stop());
  const revisions = () =>
    query<{ revision: number; isCurrent: boolean }>(
      app.db,
      sql`SELECT load.revision, load.superseded_at IS NULL AS "isCurrent" FROM charge_load AS load ORDER BY load.revision`,
    );

  it('of the same bill are one revision, and one that changed nothing', async () => {
    const files = [await app.file('a.csv', bill('0.5', 2000)), await app.file('b.csv', bill('0.5', 2000))];
    const reports = await Promise.all(files.map((file) => app.importFocus([file])));
    expect(reports.map(({ isChanged }) => isChanged).toSorted()).toEqual([false, true]);
    expect(await revisions()).toEqual([{ revision: 1, isCurrent: true }]);
    expect(await totals(app)).toEqual({ USD: '1000' });
  });

  it('of different bills of one source are revisions that follow one another', async () => {
    const files = await Promise.all(['1', '2', '3', '4'].map((cost) => app.file(`${cost}.csv`, bill(cost, 500))));
    const reports = await Promise.all(files.map((file) => app.importFocus([file])));
    expect(reports.map(({ periods }) => periods[0]!.revision).toSorted()).toEqual([1, 2, 3, 4]);
    expect((await revisions()).map(({ isCurrent }) => isCurrent)).toEqual([false, false, false, true]);
    // The sum is that of the last one: 500 times 1, 2, 3 or 4.
    const last = reports.findIndex(({ periods }) => periods[0]!.revision === 4);
    expect(await totals(app)).toEqual({ USD: `${500 * (last + 1)}` });
  });

  it('of which one is told its source and one finds it wait for each other', async () => {
    await app.importFocus([await app.file('first.csv', bill('9', 10))], { source: 'Cloud' });
    for (let round = 0; round < 3; round++) {
      const files = await Promise.all(['1', '2', '3', '4'].map((cost) => app.file(`${cost}.csv`, bill(`${cost}${round}`, 500))));
      const reports = await Promise.all(files.map((file, index) => app.importFocus([file], index % 2 === 0 ? { source: 'Cloud' } : {})));
      expect(reports.map(({ periods }) => periods[0]!.revision).toSorted((one, other) => one - other)).toEqual([2, 3, 4, 5].map((n) => n + 4 * round));
    }
  });

  it('that are the first of a biller find themselves to be of one source', async () => {
    const one = focusCsv([{ BilledCost: '1' }]);
    const more = focusCsv([{ BilledCost: '1' }, { BillingAccountId: '4712', BilledCost: '2' }]);
    const reports = await Promise.all([app.importFocus([await app.file('one.csv', one)]), app.importFocus([await app.file('more.csv', more)])]);
    expect(new Set(reports.map(({ dataSource }) => dataSource)).size).toBe(1);
    // The later one stands: 1, or 1 + 2; never 1 + 1 + 2.
    expect([{ USD: '1' }, { USD: '3' }]).toContainEqual(await totals(app));
  });

  it('of two sources that charge for the same resources do not stop each other', async () => {
    const resources = Array.from({ length: 3000 }, (_, index) => ({ ResourceId: `i-${index}` }));
    const files = [
      await app.file('large.csv', focusCsv(resources)),
      await app.file('middle.csv', focusCsv(resources.slice(1000).toReversed())),
      await app.file('small.csv', focusCsv(resources.slice(2400))),
    ];
    for (let round = 0; round < 3; round++) {
      const reports = await Promise.all(files.map((file, index) => app.importFocus([file], { source: `${round} ${index}` })));
      expect(reports.map(({ isChanged }) => isChanged)).toEqual([true, true, true]);
    }
  });
});
