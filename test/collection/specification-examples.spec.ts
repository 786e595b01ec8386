import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { describeWith, exactSum, realFile, recordsOf, TestApp, totals } from '../support/index.js';

const folder = realFile('focus', 'spec-1.2', 'data');

/** FOCUS 1.2's own examples: excerpts without who bills, dates as 4/1/25, amounts as "$50,000.00 ". */
describeWith(folder, 'an example of the FOCUS specification', () => {
  const files = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv')).toSorted();
  const path = (name: string) => realFile('focus', 'spec-1.2', 'data', name);
  const records = (name: string) => recordsOf(readFileSync(path(name), 'utf8'));
  /** Excerpts name no currency; theirs is none. */
  const currencyOf = (name: string) => records(name)[0]!['BillingCurrency'] ?? 'XXX';
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('is there at all', () => expect(files()).toHaveLength(26));

  it('loads, each into a source of its own, and adds up to what it says', async () => {
    for (const name of files()) {
      const before = { billed: await totals(app), effective: await totals(app, { metric: 'EFFECTIVE_COST' }) };
      const rows = records(name);
      const report = await app.importFocus([path(name)], { source: name });
      const added = (known: Record<string, string>, column: string) => {
        const currency = currencyOf(name);
        return { ...known, [currency]: exactSum([known[currency] ?? '0', ...rows.map((row) => row[column]!)]) };
      };
      expect([name, report.chargeCount, report.isChanged]).toEqual([name, rows.length, true]);
      expect([name, await totals(app)]).toEqual([name, added(before.billed, 'BilledCost')]);
      expect([name, await totals(app, { metric: 'EFFECTIVE_COST' })]).toEqual([name, added(before.effective, 'EffectiveCost')]);
    }
  });

  it('finds the bills of one biller to be one source, however they are called', async () => {
    const other = await TestApp.start();
    try {
      for (const name of files()) await other.importFocus([path(name)]);
      const { dataSources } = await other.data(`{ dataSources { nodes { name runs { nodes { status } } } } }`);
      expect(dataSources.nodes.map(({ name, runs }: { name: string; runs: { nodes: unknown[] } }) => [name, runs.nodes.length])).toEqual([
        // 5 simple agreements and 6 of virtual currency; 4 spend agreements; 11 excerpts that name nobody.
        ['ACMECORP 12345', 11],
        ['Acme Co 000-00-000', 4],
        ['unknown unknown', 11],
      ]);
    } finally {
      await other.stop();
    }
  });

  it('loads together with all the others as one delivery', async () => {
    const other = await TestApp.start();
    try {
      const report = await other.importFocus(files().map(path), { currency: 'USD' });
      const all = files().flatMap(records);
      expect(report.chargeCount).toBe(all.length);
      expect(await totals(other)).toEqual({ USD: exactSum(all.map((row) => row['BilledCost']!)) });
      expect(await totals(other, { metric: 'EFFECTIVE_COST' })).toEqual({ USD: exactSum(all.map((row) => row['EffectiveCost']!)) });
    } finally {
      await other.stop();
    }
  });

  /** What a commitment cost, and what its use and disuse are worth, of one source. */
  const commitment = async (name: string) => {
    const [sums] = await query<Record<string, string>>(
      app.db,
      sql`SELECT sum(charge.billed_cost) FILTER (WHERE charge.charge_category = 'Purchase')::text              AS "purchased",
                 sum(charge.effective_cost) FILTER (WHERE charge.charge_category = 'Purchase')::text           AS "purchasedEffective",
                 sum(charge.effective_cost) FILTER (WHERE charge.commitment_discount_status = 'Used')::text    AS "used",
                 sum(charge.effective_cost) FILTER (WHERE charge.commitment_discount_status = 'Unused')::text  AS "unused",
                 sum(charge.billed_cost) FILTER (WHERE charge.commitment_discount_status IS NOT NULL)::text    AS "billedAgain"
            FROM charge
            JOIN charge_load AS load ON load.id = charge.load_id AND load.superseded_at IS NULL
            JOIN data_source AS source ON source.id = load.data_source_id
           WHERE charge.commitment_discount_id IS NOT NULL AND source.name LIKE ${`%${name}`}`,
    );
    return sums!;
  };

  // Worked from the files: what is used and unused of a commitment is worth, at EffectiveCost, what its
  // purchase was billed; the purchase itself has no EffectiveCost, and its use is not billed again.
  it.each([
    ['one_hundred_percent_utilization_with_commitment_discount_flexibility_with_1_resource.csv', { purchased: '0.50', used: '0.50', unused: null }],
    ['one_hundred_percent_utilization_with_commitment_discount_flexibility_with_2_resources.csv', { purchased: '2.00', used: '2.00', unused: null }],
    ['one_hundred_percent_utilization_without_commitment_discount_flexibility.csv', { purchased: '1.50', used: '1.50', unused: null }],
    ['zero_percent_utilization_without_commitment_discount_flexibility.csv', { purchased: '1.50', used: null, unused: '1.50' }],
  ])('keeps purchase and use of %s in balance', async (name, expected) => {
    expect(await commitment(name)).toEqual({ ...expected, purchasedEffective: '0.00', billedAgain: '0.00' });
  });

  // One hour of a commitment of one dollar an hour: used whole, not at all, to three quarters, and beyond.
  it.each([
    ['commitment_discount_usage_scenario_1.csv', { used: '1.00', unused: null }],
    ['commitment_discount_usage_scenario_2.csv', { used: null, unused: '1.00' }],
    ['commitment_discount_usage_scenario_3.csv', { used: '0.75', unused: '0.25' }],
    ['commitment_discount_usage_scenario_4.csv', { used: '1.00', unused: null }],
  ])('spends the committed hour of %s', async (name, expected) => {
    expect(await commitment(name)).toEqual({ ...expected, purchased: null, purchasedEffective: null, billedAgain: '0.00' });
  });

  // All up front is 8760 hours of a dollar; of what is billed by the hour, the examples show three hours:
  // 3 · 1, and half of the year up front with 4380 + 3 · 0.50.
  it.each([
    ['commitment_discount_purchase_scenario_1.csv', '8760.00'],
    ['commitment_discount_purchase_scenario_2.csv', '3.00'],
    ['commitment_discount_purchase_scenario_3.csv', '4381.50'],
  ])('bills the purchase of %s and accrues none of it', async (name, purchased) => {
    expect(await commitment(name)).toMatchObject({ purchased, purchasedEffective: '0.00' });
  });

  it.each(['saas_spend_agreements_b1.csv', 'saas_spend_agreements_b2.csv'])('bills what %s prepays once, and accrues it as it is used', async (name) => {
    const [sums] = await query(
      app.db,
      sql`SELECT sum(charge.billed_cost)::text AS "billed", sum(charge.effective_cost)::text AS "effective"
            FROM charge
            JOIN charge_load AS load ON load.id = charge.load_id AND load.superseded_at IS NULL
            JOIN data_source AS source ON source.id = load.data_source_id
           WHERE source.name LIKE ${`%${name}`}`,
    );
    // 1200 up front; 48 + 120 + 60 + 972 and 48 + 12 + 120 + 9 · 60 + 480 are 1200 again.
    expect(sums).toEqual({ billed: '1200', effective: '1200' });
  });

  it('reads the dates and amounts of a spreadsheet', async () => {
    const name = files().find((file) => basename(file) === 'simple_saas_agreements_c.csv')!;
    const [row] = await query(
      app.db,
      sql`SELECT charge.charge_period_start AS "start", charge.charge_period_end AS "end", charge.billed_cost::text AS "billed"
            FROM charge
            JOIN charge_load AS load ON load.id = charge.load_id
            JOIN data_source AS source ON source.id = load.data_source_id AND source.name = ${name}
           ORDER BY 1 LIMIT 1`,
    );
    // "4/1/25", "5/1/25", "$10,100.00 "
    expect(row).toEqual({ start: new Date('2025-04-01T00:00:00Z'), end: new Date('2025-05-01T00:00:00Z'), billed: '10100.00' });
  });
});
