import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { focusCsv, TestApp, totals, type FocusRow } from '../support/index.js';

describe('a file that is not in order', () => {
  let app: TestApp;
  /** Everything that a delivery could leave behind. */
  const stored = async () => ({
    billed: await totals(app),
    effective: await totals(app, { metric: 'EFFECTIVE_COST' }),
    rows: await query(
      app.db,
      sql`SELECT (SELECT count(*) FROM charge)::int AS "charges", (SELECT count(*) FROM charge_load)::int AS "loads",
                 (SELECT count(*) FROM resource)::int AS "resources", (SELECT count(*) FROM data_source)::int AS "sources",
                 (SELECT count(*) FROM collection_run)::int AS "runs"`,
    ),
  });
  let before: Awaited<ReturnType<typeof stored>>;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.importFocus([await app.file('good.csv', focusCsv([{ BilledCost: '12.34' }, { BilledCost: '5', BillingCurrency: 'EUR' }]))]);
    before = await stored();
  });
  afterAll(() => app.stop());

  // Enough rows that many are on their way to the database before the last one is read.
  const good = (count: number): FocusRow[] => Array.from({ length: count }, (_, index) => ({ ResourceId: `i-${index}`, BilledCost: '99' }));
  const many = focusCsv(good(3000));
  const lineOf = (row: FocusRow) => focusCsv([row]).split('\n')[1]!;
  const withLast = (row: FocusRow) => `${many}${lineOf(row)}\n`;
  const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  const latin1 = Buffer.from(withLast({ ChargeDescription: 'Gebühr' }), 'latin1');
  const gzip = gzipSync(many);
  /** A packed file with one bit that fell over. */
  const damaged = (at: number) => gzip.map((byte, index) => (index === at ? byte ^ 1 : byte)) as Buffer;

  // Line 1 is the header, so the row after 3000 good ones stands on line 3002.
  const cases: [string, string | Buffer, RegExp][] = [
    ['is cut in the middle of a row', many.slice(0, -200), /, line 3001, column \w+: has \d+ columns, and the header has 35/],
    ['is cut inside a quote', `${many}${lineOf({ ChargeDescription: 'a, b' }).split(' b"')[0]!}`, /, line 3002, column ChargeDescription: a quote is opened/],
    ['has text after a quoted value', `${many}${lineOf({ ChargeDescription: 'a, b' }).replace(' b"', ' b"c')}\n`, /, line 3002, column ChargeDescription: /],
    ['is gzip that is cut off', gzip.subarray(0, gzip.length - 100), /: its gzip data is damaged or cut off/],
    ['is gzip without its last byte', gzip.subarray(0, gzip.length - 1), /: its gzip data is damaged or cut off/],
    ['is gzip with a wrong checksum', damaged(gzip.length - 8), /: its gzip data is damaged or cut off/],
    ['is gzip with a wrong length', damaged(gzip.length - 4), /: its gzip data is damaged or cut off/],
    // What comes of it is no gzip or no CSV, whichever is met first.
    ['is gzip that is damaged in the middle', damaged(gzip.length >> 1), /refused\.csv/],
    ['has a row with a column too few', `${many}${lineOf({}).split(',').slice(1).join(',')}\n`, /, line 3002, column Tags: has 34 columns, and the header has 35/],
    ['has a row with a column too many', `${many}${lineOf({})},more\n`, /, line 3002, column Tags: has 36 columns, and the header has 35/],
    ['lacks a mandatory column', focusCsv(good(2), { without: ['EffectiveCost'] }), /, line 1, column EffectiveCost: is missing/],
    ['lacks the currency', focusCsv(good(2), { without: ['BillingCurrency'] }), /, line 1, column BillingCurrency: is missing/],
    ['has one column twice', many.replace('SkuPriceId', 'billedcost'), /, line 1, column billedcost: stands twice/],
    ['is Latin-1', latin1, /, line 3002, column ChargeDescription: is not UTF-8/],
    ['is UTF-16', utf16(many), /: is UTF-16, and needs to be UTF-8/],
    ['is UTF-16 without a mark', Buffer.from(many, 'utf16le'), /, line 1, column .*: holds a NUL/],
    ['ends inside a character', Buffer.concat([Buffer.from(many), Buffer.from('ü').subarray(0, 1)]), /, line 3002, .*: is not UTF-8/],
    ['has a NUL byte', withLast({ ChargeDescription: 'a\0b' }), /, line 3002, column ChargeDescription: holds a NUL/],
    ['has a NUL in its tags', withLast({ Tags: '{"a":"\\u0000"}' }), /, line 3002, column Tags: holds a NUL/],
    ['has half a character in its tags', withLast({ Tags: '{"a":"\\ud800"}' }), /, line 3002, column Tags: /],
    ['has tags that are no JSON', withLast({ Tags: 'team=search' }), /, line 3002, column Tags: needs a JSON object, got "team=search"/],
    ['has tags that are a list', withLast({ Tags: '["team"]' }), /, line 3002, column Tags: needs a JSON object/],
    ['has tags nested without end', withLast({ Tags: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }), /, line 3002, column Tags: /],
    ['is empty', '', /: is empty/],
    ['has a header only', focusCsv([]), /: has a header and no rows/],
    ['is no CSV at all', Buffer.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0x0a, 0xff, 0xd8, 0x00]), /refused\.csv, line \d/],
    ...(
      [
        ['BilledCost', 'NaN'], ['BilledCost', 'Infinity'], ['BilledCost', '-inf'], ['BilledCost', ''], ['BilledCost', 'NULL'],
        ['BilledCost', '12,5'], ['BilledCost', '1e400'], ['BilledCost', '0x10'], ['BilledCost', '1_000'], ['BilledCost', '12.5 EUR'], ['BilledCost', '--1'],
        ['EffectiveCost', 'NaN'], ['ListCost', 'nan'], ['ContractedCost', 'Infinity'], ['PricingQuantity', '1e400'], ['ConsumedQuantity', 'lots'],
        ['ChargeCategory', 'Donation'], ['ChargeCategory', ''],
        ['BillingCurrency', ''], ['BillingCurrency', 'Dollars'], ['BillingCurrency', '$'],
        ['BillingPeriodEnd', '2026-08-31T00:00:00Z'], ['BillingPeriodEnd', '2026-09-01T00:00:00Z'], ['BillingPeriodStart', 'September'],
        ['ChargePeriodEnd', '2026-08-31T23:59:59Z'], ['ChargePeriodStart', ''], ['ChargePeriodStart', '2026-02-30T00:00:00Z'],
        ['ChargePeriodStart', '1969-12-31T00:00:00Z'], ['ChargePeriodStart', 'infinity'],
        ['BillingAccountId', 'NULL'], ['ProviderName', ''],
      ] as [keyof FocusRow, string][]
    ).map(([column, value]): [string, string, RegExp] => [
      `has ${JSON.stringify(value)} as ${column}`,
      withLast({ [column]: value }),
      new RegExp(`, line 3002, column ${column}: needs `),
    ]),
  ];

  it.each(cases)('is refused whole when it %s, with where and why', async (_, content, reason) => {
    const file = await app.file('refused.csv', content);
    const refusal = await app.importFocus([file]).then(() => null, (error: Error) => error);
    expect(refusal).toMatchObject({ code: 'INVALID', message: expect.stringMatching(reason) as string });
    expect(refusal!.message.startsWith(`${file}`)).toBe(true);
    expect(refusal!.message).not.toContain('\n');
    expect(await stored()).toEqual(before);
  });

  it('takes the files beside it down with it, whichever comes first', async () => {
    const fine = await app.file('fine.csv', focusCsv([{ BilledCost: '7' }, { BilledCost: '8', ResourceId: 'i-new', ProviderName: 'Newcomer' }]));
    const wrong = await app.file('wrong.csv', focusCsv([{ BilledCost: '1' }, { BilledCost: 'NaN' }]));
    for (const files of [[fine, wrong], [wrong, fine]]) {
      await expect(app.importFocus(files)).rejects.toThrow(`${wrong}, line 3, column BilledCost: needs an exact decimal, got "NaN"`);
      expect(await stored()).toEqual(before);
    }
  });

  it('is refused when it is not there, or is a folder', async () => {
    await expect(app.importFocus(['/nowhere/bill.csv'])).rejects.toThrow('/nowhere/bill.csv: there is no such file');
    await expect(app.importFocus([tmpdir()])).rejects.toThrow(`${tmpdir()}: is a folder, and needs to be a file`);
    expect(await stored()).toEqual(before);
  });

  it('is refused with the line of the file it stands on, when values span lines', async () => {
    const csv = focusCsv([{ ChargeDescription: 'one\ntwo\nthree' }, { ChargeDescription: 'four\nfive' }, { BilledCost: 'x' }]);
    // The header, three lines, two lines: the third row begins on line 7.
    await expect(app.importFocus([await app.file('lines.csv', csv)])).rejects.toThrow(/, line 7, column BilledCost: /);
  });

  it('is a failed run of the source it was given to, with the reason, and moves nothing else', async () => {
    const source = 'AWS 4711';
    app.clock.moveTo('2026-11-22T10:00:00Z');
    const file = await app.file('failed.csv', focusCsv([{ BilledCost: 'NaN' }]));
    await expect(app.importFocus([file], { source })).rejects.toThrow(/column BilledCost/);
    const { dataSources } = await app.data(`{ dataSources { nodes { name collectedUntil runs(first: 1) { nodes { status failure chargeCount period { start } } } } } }`);
    expect(dataSources.nodes).toEqual([
      {
        name: source,
        collectedUntil: '2026-09-01T00:00:00Z',
        runs: {
          nodes: [{ status: 'FAILED', failure: `${file}, line 2, column BilledCost: needs an exact decimal, got "NaN"`, chargeCount: 0, period: null }],
        },
      },
    ]);
    expect((await stored()).billed).toEqual(before.billed);
  });

  it('leaves the way free for the file that is put right', async () => {
    const report = await app.importFocus([await app.file('right.csv', withLast({ BilledCost: '1' }))]);
    expect(report).toMatchObject({ isChanged: true, chargeCount: 3001 });
    // 3000 · 99 + 1
    expect(await totals(app)).toEqual({ USD: '297001' });
  });
});
