import sql from 'sql-template-tag';
import { administrator } from '../../src/access/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { query } from '../../src/platform/index.js';
import { dailyCharges, days, focusCsv, TestApp, usageCsvOf, type FocusRow } from '../support/index.js';

/** Every list of the API that has no bound: how it is asked for, what tells its rows apart, how many there are. */
const lists = [
  { list: 'resources', of: '', row: 'id', rows: 7 },
  { list: 'resources by name, backwards', field: 'resources', of: 'orderBy: { field: RESOURCE_NAME, direction: DESC }', row: 'id', rows: 7 },
  { list: 'resources by first sight', field: 'resources', of: 'orderBy: { field: FIRST_SEEN_AT }', row: 'id', rows: 7 },
  { list: 'resources by first sight, backwards', field: 'resources', of: 'orderBy: { field: FIRST_SEEN_AT, direction: DESC }', row: 'id', rows: 7 },
  { list: 'charges', of: 'filter: { period: { start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z" } }', row: 'id', rows: 11 },
  { list: 'budgets', of: '', row: 'id', rows: 5 },
  { list: 'exhaustions', of: '', row: 'resource { id } metric', rows: 5 },
  { list: 'dataSources', of: '', row: 'id', rows: 4 },
  { list: 'runs', of: '', row: 'id', rows: 6, within: 'dataSource' },
] as const;
type List = (typeof lists)[number];

/** Cursors that are none of any list: no JSON, another shape, and parts that PostgreSQL could not read. */
const cursorOf = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
const foreignCursors = [
  'nonsense',
  '',
  cursorOf({}),
  cursorOf(['']),
  cursorOf([1]),
  cursorOf(['a\0b']),
  cursorOf(['a', 'b']),
  cursorOf(['2026-02-30T00:00:00.000000Z', 'a']),
  cursorOf(['now', 'b', 'c']),
  cursorOf(['2026-01-01T00:00:00.000000Z', '99999999999999999999', '1']),
  cursorOf(['infinity', 'x', 'y']),
  cursorOf(['a', 'b', 'c', 'd']),
];

describe('a list of the API', () => {
  let app: TestApp;
  let sourceId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    const named = (ResourceId: string, ResourceName: string, day: string, row: FocusRow = {}) =>
      dailyCharges([day], '1', { ResourceId, ResourceName, Tags: '', ...row });
    const first = '2026-09-01T00:00:00Z';
    await app.importFocus([
      await app.file('aws.csv', focusCsv([
        ...named('i-1', '100% cpu', '2026-09-03T00:00:00Z', { Tags: '{"team":"research","env":"prod"}' }),
        ...named('i-2', '100 cpu', first, { Tags: '{"team":"product"}', RegionId: 'us-east-1' }),
        ...named('i-3', 'web_1', first, { Tags: '{"team":""}' }),
        ...named('i-4', 'web-1', '2026-09-02T00:00:00Z', { Tags: '{"Team":"research"}', ServiceName: 'Amazon S3' }),
        // Two of one name: the cursor has to tell them apart.
        ...named('i-5', 'Twin', first),
        ...named('i-6', 'Twin', first, { Tags: '{"team":"research"}' }),
      ])),
    ]);
    await app.importFocus([await app.file('oci.csv', focusCsv(dailyCharges(days('2026-09-01', 5), '2', { ProviderName: 'OCI', ResourceId: '' })))]);
    // The same again is a run of its own; a refused one too.
    const usage = (count: number) =>
      usageCsvOf(
        ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'].map((resource, index) => ({
          resource,
          metric: 'STORAGE',
          days: days('2026-10-01', count).map((day, number) => [day, [100 + (index + 1) * number]] as const),
        })),
      );
    const file = await app.file('usage.csv', usage(40));
    for (let run = 0; run < 5; run++) await app.importUsage(file, { provider: 'AWS' });
    const broken = await app.file('broken.csv', 'timestamp,resource,metric,value\nyesterday,i-1,CPU,1\n');
    await expect(app.importUsage(broken, { provider: 'AWS' })).rejects.toThrow('timestamp');
    await app.importUsage(await app.file('other.csv', usageCsvOf([{ resource: 'own-1', metric: 'CPU', days: [['2026-10-01T00:00:00Z', [1]]] }])), { source: 'other' });

    await app.app.get(Forecaster).forecastUsage(administrator);
    const ids = await query<{ id: string }>(app.db, sql`SELECT 'Resource:' || id AS id FROM resource WHERE provider_name = 'AWS' AND resource_id <> 'i-6'`);
    for (const { id } of ids) {
      await app.data(`mutation ($id: ID!) { capacitySet(input: { resourceId: $id, metric: STORAGE, limit: 400, effectiveFrom: "2026-10-01T00:00:00Z" }) { userErrors { message } } }`, { id });
    }
    for (const [name, month] of [['b%', 1], ['b_', 1], ['a', 2], ['c', 1], ['d', 1]] as const) {
      const budget = { name, amount: { amount: '1', currency: 'USD' }, scope: { subAccountIds: [name] },
        period: { start: `2027-0${month}-01T00:00:00Z`, end: `2027-0${month + 1}-01T00:00:00Z` } };
      await app.data(`mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { userErrors { message } } }`, { input: budget });
    }
    const { dataSources } = await app.data('{ dataSources { nodes { id name } } }');
    sourceId = dataSources.nodes.find(({ name }: { name: string }) => name === 'usage-csv').id;
  });
  afterAll(() => app.stop());

  async function ask(list: List, page: string) {
    const field = 'field' in list ? list.field : list.list;
    const args = [list.of, page].filter(Boolean).join(', ');
    const connection = `${field}(${args}) { edges { cursor node { ${list.row} } } nodes { ${list.row} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
    const answer = 'within' in list
      ? await app.ask(`{ dataSource(id: "${sourceId}") { ${connection} } }`)
      : await app.ask(`{ ${connection} }`);
    return { errors: answer.errors, page: 'within' in list ? answer.data?.dataSource?.[field] : answer.data?.[field] };
  }

  it.each(lists)('$list: gives every row once and in order, however small the pages', async (list) => {
    const { page: whole } = await ask(list, 'first: 200');
    const rows = whole.nodes.map((node: unknown) => JSON.stringify(node));
    expect(rows).toHaveLength(list.rows);
    expect(new Set(rows).size).toBe(rows.length);
    expect(whole.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });

    for (const size of [1, 2, list.rows - 1]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { page, errors }: Awaited<ReturnType<typeof ask>> = await ask(list, `first: ${size}${after ? `, after: "${after}"` : ''}`);
        expect(errors).toBeUndefined();
        expect(page.edges.map(({ node }: { node: unknown }) => node)).toEqual(page.nodes);
        expect(page.pageInfo).toMatchObject({
          hasPreviousPage: after !== null,
          hasNextPage: seen.length + size < rows.length,
          startCursor: page.edges[0].cursor,
          endCursor: page.edges.at(-1).cursor,
        });
        seen.push(...page.nodes.map((node: unknown) => JSON.stringify(node)));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toEqual(rows);
    }
    // After the last one there is an empty page.
    const { page: beyond } = await ask(list, `after: "${whole.pageInfo.endCursor}"`);
    expect(beyond).toEqual({ edges: [], nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null } });
  });

  it.each(lists)('$list: refuses pages of no size and cursors that are not its own', async (list) => {
    for (const first of [0, -1, 201]) {
      const { errors } = await ask(list, `first: ${first}`);
      expect(errors).toMatchObject([{ message: `first needs a number from 1 to 200, got ${first}`, extensions: { code: 'INVALID', field: ['first'] } }]);
    }
    for (const cursor of foreignCursors) {
      const { errors, page } = await ask(list, `after: "${cursor}"`);
      // A cursor of another list may happen to be of the same parts; it is never our fault.
      if (errors) expect(errors).toMatchObject([{ message: `after needs a cursor of this list, got "${cursor}"`, extensions: { code: 'INVALID', field: ['after'] } }]);
      else expect(page.nodes.length).toBeLessThanOrEqual(list.rows);
    }
  });

  it.each(['RESOURCE_NAME', 'FIRST_SEEN_AT'])('orders resources by %s in both directions', async (field) => {
    const inOrder = async (direction: string): Promise<{ id: string; resourceName: string | null; resourceId: string; firstSeenAt: string }[]> =>
      (await app.data(`{ resources(orderBy: { field: ${field}, direction: ${direction} }) { nodes { id resourceName resourceId firstSeenAt } } }`)).resources.nodes;
    const [up, down] = [await inOrder('ASC'), await inOrder('DESC')];
    expect(down).toEqual(up.toReversed());
    const keys = up.map(({ resourceName, resourceId, firstSeenAt }) => (field === 'RESOURCE_NAME' ? (resourceName ?? resourceId) : firstSeenAt));
    expect(keys).toEqual(keys.toSorted());
  });

  it('puts what runs out soonest first', async () => {
    const { exhaustions } = await app.data('{ exhaustions { nodes { p10At resource { resourceId } } } }');
    // The steeper the growth, the sooner: 100 + 5n is at 320 before 100 + 1n is.
    expect(exhaustions.nodes.map(({ resource }: { resource: { resourceId: string } }) => resource.resourceId)).toEqual(['i-5', 'i-4', 'i-3', 'i-2', 'i-1']);
  });

  const filtered = [
    ['nameContains: "0% C"', ['100% cpu']],
    ['nameContains: "b_1"', ['web_1']],
    ['nameContains: "WEB"', ['web-1', 'web_1']],
    ['nameContains: "own-"', ['own-1']],
    ['nameContains: "\\\\"', []],
    ['tags: [{ key: "team" }]', ['100 cpu', '100% cpu', 'Twin', 'web_1']],
    ['tags: [{ key: "team", values: [] }]', ['100 cpu', '100% cpu', 'Twin', 'web_1']],
    ['tags: [{ key: "team", values: ["research"] }]', ['100% cpu', 'Twin']],
    ['tags: [{ key: "team", values: ["research", "product"] }]', ['100 cpu', '100% cpu', 'Twin']],
    ['tags: [{ key: "team", values: [""] }]', ['web_1']],
    ['tags: [{ key: "team" }, { key: "env", values: ["prod"] }]', ['100% cpu']],
    ['tags: [{ key: "te%" }]', []],
    ['serviceNames: ["Amazon S3"]', ['web-1']],
    ['providerNames: ["own"]', ['own-1']],
    ['regionIds: ["us-east-1"], providerNames: ["AWS"]', ['100 cpu']],
    ['regionIds: []', ['100 cpu', '100% cpu', 'Twin', 'Twin', 'own-1', 'web-1', 'web_1']],
  ] as const;

  it.each(filtered)('finds resources by { %s }', async (filter, names) => {
    const { resources } = await app.data(`{ resources(filter: { ${filter} }) { nodes { resourceName resourceId } } }`);
    expect(resources.nodes.map((one: Record<string, string>) => one['resourceName'] ?? one['resourceId'])).toEqual(names);
  });

  it.each([
    ['nameContains: "%"', ['b%']],
    ['nameContains: "_"', ['b_']],
    ['nameContains: "B"', ['b%', 'b_']],
    ['activeOn: "2027-01-31"', ['b%', 'b_', 'c', 'd']],
    ['activeOn: "2027-02-01"', ['a']],
    ['activeOn: "2026-12-31"', []],
    ['activeOn: "2027-03-01"', []],
  ])('finds budgets by { %s }', async (filter, names) => {
    const { budgets } = await app.data(`{ budgets(filter: { ${filter} }) { nodes { name } } }`);
    expect(budgets.nodes.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it.each([
    ['metrics: [STORAGE]', 5],
    ['metrics: [CPU]', 0],
    ['before: "2026-10-01T00:00:00Z"', 0],
    ['before: "2027-12-01T00:00:00Z"', 5],
    ['resources: { nameContains: "web" }', 2],
  ])('finds exhaustions by { %s }', async (filter, count) => {
    const { exhaustions } = await app.data(`{ exhaustions(filter: { ${filter} }) { nodes { metric } } }`);
    expect(exhaustions.nodes).toHaveLength(count);
  });

  it.each([
    ['budgets(filter: { activeOn: "2027-02-30" }) { nodes { id } }', 'BAD_REQUEST'],
    ['exhaustions(filter: { before: "2027-02-30T00:00:00Z" }) { nodes { metric } }', 'BAD_REQUEST'],
    ['exhaustions(filter: { before: "yesterday" }) { nodes { metric } }', 'BAD_REQUEST'],
    ['resources(filter: { nameContains: "\\u0000" }) { nodes { id } }', 'INVALID'],
    ['resources(filter: { tags: [{ key: "\\u0000" }] }) { nodes { id } }', 'INVALID'],
    ['budgets(filter: { nameContains: "a\\u0000" }) { nodes { id } }', 'INVALID'],
  ])('refuses { %s } as the mistake it is', async (field, code) => {
    const { errors } = await app.ask(`{ ${field} }`);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });

  it('tells of each delivery whether it was stored or why not', async () => {
    const { dataSource } = await app.data(`{ dataSource(id: "${sourceId}") { name collector collectedUntil
      runs { nodes { status failure period { start end } usageSampleCount chargeCount dataSource { name } } } } }`);
    expect(dataSource).toMatchObject({ name: 'usage-csv', collector: 'usage-csv', collectedUntil: '2026-11-09T00:00:00Z' });
    expect(dataSource.runs.nodes.filter(({ status }: { status: string }) => status === 'FAILED')).toEqual([
      { status: 'FAILED', failure: expect.stringContaining('broken.csv'), period: null, usageSampleCount: 0, chargeCount: 0, dataSource: { name: 'usage-csv' } },
    ]);
    expect(dataSource.runs.nodes.find(({ status }: { status: string }) => status === 'SUCCEEDED')).toMatchObject({
      failure: null, usageSampleCount: 200, chargeCount: 0, period: { start: '2026-10-01T00:00:00Z', end: '2026-11-09T00:00:00Z' },
    });
  });
});
