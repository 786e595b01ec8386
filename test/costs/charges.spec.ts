import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { focusCsv, TestApp, totals, type FocusRow } from '../support/index.js';

const inSeptember = 'period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }';

describe('the list of charges', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    // 40 charges on 5 days, several at one instant, delivered newest first and by two clouds.
    const rows = Array.from({ length: 40 }, (_, index): FocusRow => {
      const day = 5 - (index % 5);
      return { ChargePeriodStart: `2026-09-0${day}T00:00:00Z`, ChargePeriodEnd: `2026-09-0${day + 1}T00:00:00Z`, SkuId: `sku-${index}` };
    });
    await app.importFocus([await app.file('aws.csv', focusCsv(rows.slice(0, 25)))]);
    const others = rows.slice(25).map((row) => ({ ...row, ProviderName: 'Oracle', BillingAccountId: 'Kunde "ü"' }));
    await app.importFocus([await app.file('oracle.csv', focusCsv(others))]);
  });
  afterAll(() => app.stop());

  const page = (after: string | null, first = 7) =>
    app.data(
      `query ($first: Int!, $after: String) { charges(filter: { ${inSeptember} }, first: $first, after: $after) {
         nodes { id skuId chargePeriod { start } } edges { cursor node { id } }
         pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      { first, after },
    );

  it('gives every charge once, oldest first, whatever the size of a page', async () => {
    const seen: { id: string; skuId: string; chargePeriod: { start: string } }[] = [];
    const sizes: number[] = [];
    let after: string | null = null;
    do {
      const { charges } = await page(after);
      seen.push(...charges.nodes);
      sizes.push(charges.nodes.length);
      expect(charges.pageInfo).toMatchObject({
        hasPreviousPage: after !== null,
        startCursor: charges.edges[0].cursor,
        endCursor: charges.edges.at(-1).cursor,
      });
      after = charges.pageInfo.hasNextPage ? charges.pageInfo.endCursor : null;
    } while (after !== null);

    // 40 = 5 · 7 + 5
    expect(sizes).toEqual([7, 7, 7, 7, 7, 5]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(40);
    expect(new Set(seen.map(({ skuId }) => skuId)).size).toBe(40);
    const starts = seen.map(({ chargePeriod }) => chargePeriod.start);
    expect(starts).toEqual(starts.toSorted());
    expect((await page(null, 200)).charges.nodes.map(({ id }: { id: string }) => id)).toEqual(seen.map(({ id }) => id));
  });

  it('stays in place for a reader of pages while more is delivered', async () => {
    const { charges } = await page(null);
    const late = { ProviderName: 'Late', BillingAccountId: 'late', ChargePeriodStart: '2026-09-01T00:00:00Z', SkuId: 'late' };
    await app.importFocus([await app.file('late.csv', focusCsv([late, late]))]);
    const rest: string[] = [];
    for (let after = charges.pageInfo.endCursor as string | null; after !== null; ) {
      const next = (await page(after, 200)).charges;
      rest.push(...next.nodes.map(({ id }: { id: string }) => id));
      after = next.pageInfo.hasNextPage ? next.pageInfo.endCursor : null;
    }
    expect(rest).toHaveLength(33 + 2);
    expect(new Set([...rest, ...charges.nodes.map(({ id }: { id: string }) => id)]).size).toBe(42);
  });

  it('finds every charge again by its id', async () => {
    const { charges } = await page(null, 200);
    for (const { id, skuId } of charges.nodes.filter((_: unknown, index: number) => index % 9 === 0)) {
      const { node } = await app.data('query ($id: ID!) { node(id: $id) { id ... on Charge { skuId billingAccountId } } }', { id });
      expect(node).toMatchObject({ id, skuId });
    }
  });

  it.each(['Charge:', 'Charge:1', 'Charge:1.1.1.zz', 'Charge:1.1.1.00', 'Charge:1.1.1.ff', 'Charge:999999999999999999.999999999.999999999999.34'])(
    'finds nothing under the id %s, and takes no harm from it',
    async (id) => {
      const { data, errors } = await app.ask('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(data.node).toBeNull();
      for (const { extensions } of errors ?? []) expect(extensions).toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  it.each([
    ['is no cursor', 'x'],
    ['is empty', ''],
    ['is of another list', cursor('AWS 4711')],
    ['has numbers for texts', cursor('2026-09-01 00:00:00+00', 1, 1)],
    ['has a line beyond all lines', cursor('2026-09-01 00:00:00+00', '1', '999999999999999999')],
    ['has a date that only JavaScript reads', cursor('1', '1', '1')],
    ['has a date that does not exist', cursor('2026-02-31 00:00:00+00', '1', '1')],
    ['has SQL in it', cursor(`2026-09-01 00:00:00+00'; DROP TABLE charge; --`, '1', '1')],
  ])('refuses a cursor that %s', async (_, after) => {
    const { data, errors } = await app.ask(`query ($after: String) { charges(filter: { ${inSeptember} }, after: $after) { nodes { id } } }`, { after });
    expect(data.charges).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({ message: `after needs a cursor of this list, got "${after}"`, extensions: { code: 'INVALID', field: ['after'] } }),
    ]);
  });

  it.each([0, -1, 201, 2_000_000_000])('refuses a page of %d', async (first) => {
    const { data, errors } = await app.ask(`query ($first: Int) { charges(filter: { ${inSeptember} }, first: $first) { nodes { id } } }`, { first });
    expect(data.charges).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({ message: `first needs a number from 1 to 200, got ${first}`, extensions: { code: 'INVALID', field: ['first'] } }),
    ]);
  });

  it('refuses a period that ends before it starts', async () => {
    const { errors } = await app.ask(`{ charges(filter: { period: { start: "2026-10-01T00:00:00Z", end: "2026-09-01T00:00:00Z" } }) { nodes { id } } }`);
    expect(errors).toEqual([expect.objectContaining({ extensions: { code: 'INVALID', field: ['filter', 'period'] } })]);
  });
});

describe('a charge', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());
  /** Loads one charge, of a provider named for it, and reads it back. */
  const stored = async (name: string, row: FocusRow, fields: string) => {
    await app.importFocus([await app.file(`${name}.csv`, focusCsv([{ ...row, ProviderName: name }]))]);
    const { charges } = await app.data(
      `query ($name: String!) { charges(filter: { ${inSeptember}, scope: { providerNames: [$name] } }) { nodes { ${fields} } } }`,
      { name },
    );
    expect(charges.nodes).toHaveLength(1);
    return charges.nodes[0];
  };

  it.each([
    ['credit', { ChargeCategory: 'Credit', BilledCost: '-25.50', EffectiveCost: '-25.50' }, 'CREDIT'],
    ['refund', { ChargeCategory: 'Usage', BilledCost: '-3', EffectiveCost: '-3', ChargeClass: 'Correction' }, 'USAGE'],
    ['tax', { ChargeCategory: 'Tax', BilledCost: '1.90', EffectiveCost: '1.90', ResourceId: '', SkuId: '', PricingQuantity: '' }, 'TAX'],
    ['rounding', { ChargeCategory: 'adjustment', BilledCost: '-0.000001', EffectiveCost: '0' }, 'ADJUSTMENT'],
    ['prepayment', { ChargeCategory: 'Purchase', BilledCost: '8760.00', EffectiveCost: '0.00' }, 'PURCHASE'],
  ] as const)('that is a %s keeps its sign and category', async (name, row, category) => {
    const charge = await stored(`keeps-${name}`, row, 'chargeCategory chargeClass billedCost { amount currency } effectiveCost { amount }');
    expect(charge).toEqual({
      chargeCategory: category,
      chargeClass: 'ChargeClass' in row ? 'CORRECTION' : null,
      billedCost: { amount: row.BilledCost, currency: 'USD' },
      effectiveCost: { amount: row.EffectiveCost },
    });
  });

  it('that is credited counts once, and can be left out by its category', async () => {
    const rows: FocusRow[] = [
      { BilledCost: '100', ChargeCategory: 'Usage' },
      { BilledCost: '-30', ChargeCategory: 'Credit' },
      { BilledCost: '13.3', ChargeCategory: 'Tax' },
    ];
    await app.importFocus([await app.file('credits.csv', focusCsv(rows.map((row) => ({ ...row, ProviderName: 'credits' }))))]);
    expect(await totals(app, { scope: { providerNames: ['credits'] } })).toEqual({ USD: '83.3' });
    const { costReport } = await app.data(`{ costReport(metric: BILLED_COST, groupBy: [{ dimension: CHARGE_CATEGORY }], filter: { ${inSeptember}
      scope: { providerNames: ["credits"] }, chargeCategories: [USAGE, CREDIT] }) { total { amount } groups { key total { amount } } } }`);
    expect(costReport).toEqual({
      total: { amount: '70' },
      groups: [{ key: ['Usage'], total: { amount: '100' } }, { key: ['Credit'], total: { amount: '-30' } }],
    });
  });

  it('of an earlier month, corrected in this one, keeps both its periods', async () => {
    const row = { ChargeClass: 'Correction', ChargePeriodStart: '2026-09-05T00:00:00Z', ChargePeriodEnd: '2026-09-06T00:00:00Z' };
    const billed = { BillingPeriodStart: '2026-11-01T00:00:00Z', BillingPeriodEnd: '2026-12-01T00:00:00Z' };
    expect(await stored('corrected', { ...row, ...billed }, 'chargePeriod { start end } billingPeriod { start end } chargeClass')).toEqual({
      chargePeriod: { start: '2026-09-05T00:00:00Z', end: '2026-09-06T00:00:00Z' },
      billingPeriod: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' },
      chargeClass: 'CORRECTION',
    });
  });

  it('says nothing where its file says nothing', async () => {
    const silent: FocusRow = {
      ChargeClass: 'NULL', ChargeDescription: 'null', SubAccountId: '', RegionId: ' NULL ', ResourceId: '', SkuId: 'NULL',
      ConsumedQuantity: 'NULL', PricingQuantity: '', PricingCategory: 'NULL', ListCost: 'NULL', ContractedCost: '',
      CommitmentDiscountId: 'NULL', CommitmentDiscountStatus: '', Tags: 'NULL',
    };
    const fields = `chargeClass chargeDescription subAccountId regionId skuId consumedQuantity { value } pricingQuantity { value } pricingCategory
      listCost { amount } contractedCost { amount } commitmentDiscountId commitmentDiscountStatus resource { id } tags { key }`;
    const charge = await stored('silent', silent, fields);
    const { tags, ...others } = charge;
    expect(tags).toEqual([]);
    expect(Object.values(others)).toEqual(Array.from({ length: 13 }, () => null));
  });

  it('says all that its file says', async () => {
    const row: FocusRow = {
      ConsumedQuantity: '12.5', ConsumedUnit: 'GB', PricingQuantity: '0.0125', PricingUnit: 'TB', PricingCategory: 'committed',
      ListCost: '9.10', ContractedCost: '8.20', CommitmentDiscountId: 'sp-1', CommitmentDiscountStatus: 'UNUSED',
      ChargeDescription: 'tab\there, "quotes", back\\slash,\nand a second line – ü', ResourceId: 'disk-1', ResourceName: 'Disk',
      Tags: '{"team":"ü","cost center":"47","empty":"","none":null,"__proto__":"polluted"}', ServiceCategory: 'ai and machine learning',
    };
    const fields = `consumedQuantity { value unit } pricingQuantity { value unit } pricingCategory listCost { amount } contractedCost { amount }
      commitmentDiscountId commitmentDiscountStatus chargeDescription serviceCategory resource { resourceId resourceName } tags { key value }`;
    expect(await stored('complete', row, fields)).toEqual({
      consumedQuantity: { value: 12.5, unit: 'GB' },
      pricingQuantity: { value: 0.0125, unit: 'TB' },
      pricingCategory: 'COMMITTED',
      listCost: { amount: '9.10' },
      contractedCost: { amount: '8.20' },
      commitmentDiscountId: 'sp-1',
      commitmentDiscountStatus: 'UNUSED',
      chargeDescription: row.ChargeDescription,
      serviceCategory: 'AI_AND_MACHINE_LEARNING',
      resource: { resourceId: 'disk-1', resourceName: 'Disk' },
      tags: [
        { key: '__proto__', value: 'polluted' },
        { key: 'cost center', value: '47' },
        { key: 'empty', value: '' },
        { key: 'none', value: null },
        { key: 'team', value: 'ü' },
      ],
    });
  });

  it('keeps the columns nobody here knows, and what no list of values has', async () => {
    const csv = focusCsv([{ ProviderName: 'extras', ServiceCategory: 'Quantum', ChargeClass: 'Novel' }]);
    const [header, line] = csv.split('\n') as [string, string];
    const file = `${header},x_Discount,x_Empty,x_Null,"x,odd ""name"""\n${line},"0.10, ""net""",,NULL,back\\slash\ttab\n`;
    await app.importFocus([await app.file('extras.csv', file)]);
    const [row] = await query<{ extra: unknown; serviceCategory: string }>(
      app.db,
      sql`SELECT charge.extra, charge.service_category AS "serviceCategory" FROM charge WHERE charge.provider_name = 'extras'`,
    );
    expect(row).toEqual({
      serviceCategory: 'Other',
      extra: {
        BillingAccountName: 'Acme', InvoiceIssuerName: 'AWS', PublisherName: 'AWS',
        ServiceCategory: 'Quantum', ChargeClass: 'Novel',
        x_Discount: '0.10, "net"', 'x,odd "name"': 'back\\slash\ttab',
      },
    });
  });
});
