import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { describeWith, focusCsv, realFile, TestApp, totals, type FocusRow } from '../support/index.js';

const sample = realFile('focus', 'FOCUS-Sample-Data_1.0_focus_sample_1000.csv');

/** 90 charges of two billing periods and two currencies, all different, some many times. */
const rows = Array.from({ length: 90 }, (_, index): FocusRow => {
  const month = index % 3 === 0 ? '10' : '09';
  return {
    BillingPeriodStart: `2026-${month}-01T00:00:00Z`,
    BillingPeriodEnd: `2026-${month === '09' ? '10' : '11'}-01T00:00:00Z`,
    ChargePeriodStart: `2026-${month}-05T00:00:00Z`,
    ChargePeriodEnd: `2026-${month}-06T00:00:00Z`,
    BillingCurrency: index % 5 === 0 ? 'EUR' : 'USD',
    BilledCost: `${index % 7}.${index % 11}`,
    ChargeDescription: `"quoted", ${index % 13}\nand on a line of its own`,
  };
});
/** The lines of a CSV text whose values hold no line breaks. */
const linesOf = (csv: string) => csv.trimEnd().split('\n');
const generated = focusCsv(rows.map((row) => ({ ...row, ChargeDescription: `row ${row.BilledCost}` })));

function deliveriesOfTheSame(name: string, read: () => string): void {
  describe(`${name} that is delivered again`, () => {
    let app: TestApp;
    let first: Record<string, string>;
    let header: string;
    let lines: string[];
    const loads = () =>
      query(app.db, sql`SELECT load.billing_period_start, load.revision, load.charge_count, load.loaded_at FROM charge_load AS load ORDER BY 1, 2`);
    const charges = async () => (await query<{ count: number }>(app.db, sql`SELECT count(*)::int AS "count" FROM charge`))[0]!.count;

    beforeAll(async () => {
      app = await TestApp.start();
      const [head, ...rest] = linesOf(read());
      header = head!;
      lines = rest;
      await app.importFocus([await app.file('first.csv', read())]);
      first = await totals(app);
    });
    afterAll(() => app.stop());

    const part = (from: number, to?: number) => `${[header, ...lines.slice(from, to)].join('\n')}\n`;
    const middle = () => Math.floor(lines.length / 2);
    // Each gives the files of one delivery.
    const deliveries: [string, () => Promise<string>[]][] = [
      ['as it was', () => [app.file('again.csv', read())]],
      ['under another name', () => [app.file('renamed without an extension', read())]],
      ['as gzip', () => [app.file('packed.csv.gz', gzipSync(read()))]],
      ['as gzip that does not say so', () => [app.file('packed.csv', gzipSync(read()))]],
      ['with CRLF line ends and a byte order mark', () => [app.file('windows.csv', `\uFEFF${read().replaceAll('\n', '\r\n')}`)]],
      ['without a line end at its end', () => [app.file('bare.csv', read().trimEnd())]],
      ['with its rows in another order', () => [app.file('reordered.csv', `${[header, ...lines.toReversed()].join('\n')}\n`)]],
      ['split in two', () => [app.file('b.csv', part(middle())), app.file('a.csv', part(0, middle()))]],
      [
        'split in pieces of every size, some of them packed',
        () => [0, 1, 3, 10, 40, middle()].map((from, index, all) => {
          const text = part(from, all[index + 1]);
          return app.file(`piece-${index}`, index % 2 === 0 ? text : gzipSync(text));
        }),
      ],
      ['with one file given twice', () => [app.file('one.csv', read()), app.file('one.csv', read())]],
      ['with a copy and a packed copy beside it', () => [app.file('1.csv', read()), app.file('2.csv', read()), app.file('3.csv.gz', gzipSync(read()))]],
    ];

    it.each(deliveries)('changes nothing %s', async (_, files) => {
      const before = { loads: await loads(), charges: await charges() };
      app.clock.moveTo(new Date(app.clock.now().getTime() + 3_600_000).toISOString());
      const report = await app.importFocus(await Promise.all(files()));

      expect(report.isChanged).toBe(false);
      expect(report.chargeCount).toBe(lines.length);
      for (const period of report.periods) expect(period).toMatchObject({ isChanged: false, revision: 1, previousMoney: period.money });
      expect(await totals(app)).toEqual(first);
      expect({ loads: await loads(), charges: await charges() }).toEqual(before);
    });

    it('is a run of its source every time, with all its charges', async () => {
      const { dataSources } = await app.data(`{ dataSources { nodes { runs(first: 50) { nodes { status chargeCount failure } } } } }`);
      expect(dataSources.nodes).toHaveLength(1);
      expect(dataSources.nodes[0].runs.nodes).toEqual(
        Array.from({ length: deliveries.length + 1 }, () => ({ status: 'SUCCEEDED', chargeCount: lines.length, failure: null })),
      );
    });

    it('is a new revision when a row comes twice, or is missing', async () => {
      const doubled = await app.importFocus([await app.file('doubled.csv', `${read().trimEnd()}\n${lines.at(-1)}\n`)]);
      expect(doubled.isChanged).toBe(true);
      expect(doubled.chargeCount).toBe(lines.length + 1);
      const shortened = await app.importFocus([await app.file('shortened.csv', part(0, -1))]);
      expect(shortened.isChanged).toBe(true);
      const restored = await app.importFocus([await app.file('restored.csv', read())]);
      expect(restored.isChanged).toBe(true);
      expect(await totals(app)).toEqual(first);
    });
  });
}

deliveriesOfTheSame('a bill', () => generated);
describeWith(sample, 'with real data,', () => deliveriesOfTheSame('a real bill', () => readFileSync(sample, 'utf8')));

describe('a delivery', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('makes a new revision of the billing period that is different, and of no other', async () => {
    await app.importFocus([await app.file('a.csv', focusCsv(rows))]);
    const corrected = rows.map((row, index) => (index === 0 ? { ...row, BilledCost: '1000' } : row));
    const report = await app.importFocus([await app.file('b.csv', focusCsv(corrected))]);
    expect(report.isChanged).toBe(true);
    // The first row is of October.
    expect(report.periods.map(({ revision, isChanged, chargeCount }) => ({ revision, isChanged, chargeCount }))).toEqual([
      { revision: 1, isChanged: false, chargeCount: 60 },
      { revision: 2, isChanged: true, chargeCount: 30 },
    ]);
  });
});
