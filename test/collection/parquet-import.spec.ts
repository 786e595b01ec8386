import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { exactSum, focusCsv, focusParquet, TestApp, totals, type FocusRow } from '../support/index.js';

const rows = Array.from({ length: 3_000 }, (_, index): FocusRow => ({ ResourceId: `i-${index}`, BilledCost: `0.${`${index}`.padStart(10, '0')}12345`, Tags: index % 2 === 0 ? '{"team":"a"}' : '' }));

describe('a bill as Parquet', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('adds up to what the same bill as CSV adds up to, to the digit', async () => {
    await app.importFocus([await app.file('bill.csv', focusCsv(rows))]);
    const before = await totals(app);
    await app.importFocus([await app.file('bill.parquet', focusParquet(rows))]);
    expect(await totals(app)).toEqual(before);
    const [stored] = await query<{ cost: string; count: number; tagged: number }>(
      app.db,
      sql`SELECT sum(charge.billed_cost)::text AS "cost", count(*)::int AS "count", count(charge.tags)::int AS "tagged"
            FROM charge JOIN charge_load AS load ON load.id = charge.load_id WHERE load.revision = 2`,
    );
    expect(stored).toMatchObject({ count: 3_000, tagged: 1_500 });
    expect(Number(stored!.cost)).toBeCloseTo(Number(exactSum(rows.map(({ BilledCost }) => BilledCost!))), 12);
  });

  it('changes nothing when it comes again', async () => {
    const report = await app.importFocus([await app.file('renamed', focusParquet(rows, { codec: 'ZSTD', rowGroupSize: 333 }))]);
    expect(report.isChanged).toBe(false);
  });

  it('is refused with row and column, and leaves what is there', async () => {
    const before = await totals(app);
    const wrong = focusParquet([...rows, { ChargeCategory: 'Gift' }]);
    await expect(app.importFocus([await app.file('wrong.parquet', wrong)])).rejects.toThrow(/wrong\.parquet, row 3001, column ChargeCategory: needs one of/);
    await expect(app.importFocus([await app.file('cut.parquet', focusParquet(rows).subarray(0, 20_000))])).rejects.toThrow('ends without the footer of Parquet');
    expect(await totals(app)).toEqual(before);
  });
});
