import { randomUUID } from 'node:crypto';
import { administrator, Role } from '../../src/access/index.js';
import { CapacityService } from '../../src/capacity/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { askAs, dailyCharges, days, focusCsv, guideBlocks, TestApp, usageCsvOf, viewerOf, type FocusRow } from '../support/index.js';

const dayMs = 86_400_000;
const fields = 'id name author scope { subAccountIds } adjustments { description target metric factor shift resourceIds effectiveFrom effectiveUntil rampDays unitCostPerMonth { amount } } createdAt';
const outlook = `scenario { name } gaps
  demand { resource { resourceId } metric unit months { period { start end } mean peak highPeak } }
  exhaustions { resource { resourceId } metric probability p10At p50At p90At orderBy unitsNeeded costOfUnitsNeeded { amount currency } }
  cost { currency total { mean lower upper } months { period { start end } total { mean } } }
  budgets { budget { name } forecastTotal { mean } overrunProbability status }`;

interface Outlook {
  scenario: { name: string } | null;
  gaps: string[];
  demand: { resource: { resourceId: string }; metric: string; months: { period: { start: string; end: string }; mean: number; peak: number; highPeak: number }[] }[];
  exhaustions: { resource: { resourceId: string }; p10At: string | null; p50At: string | null; unitsNeeded: number; costOfUnitsNeeded: { amount: string } | null }[];
  cost: { total: { mean: number; lower: number; upper: number }; months: { period: { start: string; end: string }; total: { mean: number } }[] } | null;
  budgets: { budget: { name: string }; forecastTotal: { mean: number }; overrunProbability: number; status: string }[];
}

describe('scenarios', () => {
  let app: TestApp;
  const ids: Record<string, string> = {};
  /** The pool's demand is 100 + n, n days after the last observed one, of which usable are 200; everything costs 100 a day, of it the pool 60. */
  const lastDay = Date.parse('2026-11-21T00:00:00Z');
  const dayAfterLast = (n: number) => new Date(lastDay + n * dayMs).toISOString().replace('.000Z', 'Z');
  const daysFromLast = (at: string | null) => (Date.parse(at!) - lastDay) / dayMs;

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-25T09:00:00Z' });
    const dates = days('2026-08-14', 100);
    const growing = (level: number, slope: number) => dates.map((day, number) => [day, [level + slope * (number - 99)]] as const);
    await app.importUsage(await app.file('usage.csv', usageCsvOf([
      { resource: 'pool', metric: 'GPU_REQUESTED', days: growing(100, 1) },
      { resource: 'spare', metric: 'GPU_REQUESTED', days: growing(100, 0) },
      { resource: 'chat', metric: 'TOKENS', days: growing(1000, 0) },
    ])), { provider: 'AWS' });
    const of = (ResourceId: string, SubAccountId: string, row: FocusRow = {}): FocusRow => ({ ProviderName: 'AWS', ResourceId, SubAccountId, Tags: '', ...row });
    await app.importFocus([await app.file('bill.csv', focusCsv([
      ...dailyCharges(days('2026-08-14', 100), '60', of('pool', 'research')),
      ...dailyCharges(days('2026-08-14', 100), '30', of('chat', 'product')),
      ...dailyCharges(days('2026-08-14', 100), '10', of('other', 'product')),
    ]))]);
    await app.app.get(Forecaster).forecastUsage(administrator);
    const { resources } = await app.data('{ resources { nodes { id resourceId } } }');
    for (const { id, resourceId } of resources.nodes) ids[resourceId] = id;
    for (const [resource, price] of [['pool', { amount: '1000.50', currency: 'USD' }], ['spare', null]] as const) {
      await app.data('mutation ($input: CapacitySetInput!) { capacitySet(input: $input) { userErrors { message } } }', {
        input: { resourceId: ids[resource], metric: 'GPU_REQUESTED', limit: 200, headroom: 0, unitCostPerMonth: price, effectiveFrom: '2026-09-01T00:00:00Z' },
      });
    }
    for (const [name, scope] of [['research', { subAccountIds: ['research'] }], ['product', { subAccountIds: ['product'] }]] as const) {
      await app.data('mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { userErrors { message } } }', {
        input: { name, scope, period: { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' }, amount: { amount: '2000', currency: 'USD' } },
      });
    }
    await app.app.get(CapacityService).findExhaustions(administrator);
  });
  afterAll(() => app.stop());

  const create = async (adjustments: object[], more: object = {}) =>
    (await app.data(`mutation ($input: ScenarioCreateInput!) { scenarioCreate(input: $input) { scenario { ${fields} } userErrors { code field message } } }`, {
      input: { name: `what if ${randomUUID()}`, adjustments: adjustments.map((one) => ({ description: 'a change', effectiveFrom: dayAfterLast(1), ...one })), ...more },
    })).scenarioCreate;
  const compare = async (scenarios: { id: string }[], more = 'months: 5'): Promise<{ period: object; base: Outlook; outlooks: Outlook[] }> =>
    (await app.data(`query ($ids: [ID!]!) { scenarioComparison(scenarioIds: $ids, ${more}) { period { start end } base { ${outlook} } outlooks { ${outlook} } } }`, { ids: scenarios.map(({ id }) => id) })).scenarioComparison;
  const compared = async (...adjustments: object[]): Promise<{ base: Outlook; with: Outlook }> => {
    const { scenario, userErrors } = await create(adjustments);
    expect(userErrors).toEqual([]);
    const { base, outlooks } = await compare([scenario]);
    return { base, with: outlooks[0]! };
  };
  const poolOf = ({ exhaustions }: Outlook) => exhaustions.find(({ resource }) => resource.resourceId === 'pool');
  const meansOf = ({ demand }: Outlook, resource: string) => demand.find((one) => one.resource.resourceId === resource)!.months.map(({ mean }) => mean);

  it('are kept with their author, changed, listed and deleted', async () => {
    const { scenario } = await create([{ target: 'DEMAND', metric: 'GPU_REQUESTED', change: { factor: 1.3 }, rampDays: 30 }], { name: 'growth' });
    expect(scenario).toMatchObject({ name: 'growth', author: 'Administrator', scope: { subAccountIds: [] }, createdAt: '2026-11-25T09:00:00Z', adjustments: [{ target: 'DEMAND', factor: 1.3, shift: null, rampDays: 30, effectiveUntil: null, effectiveFrom: dayAfterLast(1) }] });
    const { scenarioUpdate } = await app.data(`mutation ($id: ID!) { scenarioUpdate(id: $id, input: { name: "more growth" }) { scenario { ${fields} } userErrors { message } } }`, { id: scenario.id });
    expect(scenarioUpdate.scenario).toEqual({ ...scenario, name: 'more growth' });
    const listed = async () => (await app.data('{ scenarios { nodes { name } } }')).scenarios.nodes.map(({ name }: { name: string }) => name);
    expect(await listed()).toContain('more growth');
    expect((await app.data(`{ node(id: "${scenario.id}") { ... on Scenario { name } } }`)).node).toEqual({ name: 'more growth' });
    expect(await create([{ target: 'COST', change: { factor: 1 } }], { name: ' more growth ' })).toEqual({ scenario: null, userErrors: [{ code: 'CONFLICT', field: ['name'], message: 'there is a scenario "more growth" already' }] });
    const { scenarioDelete } = await app.data(`mutation { scenarioDelete(id: "${scenario.id}") { deletedScenarioId userErrors { message } } }`);
    expect(scenarioDelete).toEqual({ deletedScenarioId: scenario.id, userErrors: [] });
    expect(await listed()).not.toContain('more growth');
  });

  it('that change nothing are what is expected without any', async () => {
    const { base, with: same } = await compared({ target: 'DEMAND', metric: 'GPU_REQUESTED', change: { factor: 1 } }, { target: 'COST', change: { factor: 1 } });
    expect({ ...same, scenario: null }).toEqual(base);
    const { exhaustions } = await app.data('{ exhaustions { nodes { resource { resourceId } p10At p50At } } }');
    // Within the time compared, it is what the list of exhaustions says.
    expect(base.exhaustions.map(({ resource, p10At, p50At }) => ({ resource, p10At, p50At }))).toEqual(exhaustions.nodes.filter(({ resource }: { resource: { resourceId: string } }) => resource.resourceId === 'pool'));
  });

  it('of more demand bring the date forward, and ask for more', async () => {
    const { base, with: more } = await compared({ target: 'DEMAND', metric: 'GPU_REQUESTED', resourceIds: [ids['pool']], change: { shift: 20 } });
    expect(Math.abs(daysFromLast(poolOf(base)!.p50At) - 101)).toBeLessThanOrEqual(4);
    expect(Math.abs(daysFromLast(poolOf(more)!.p50At) - 81)).toBeLessThanOrEqual(4);
    meansOf(more, 'pool').forEach((mean, month) => expect(mean - meansOf(base, 'pool')[month]!).toBeCloseTo(20, 6));
    expect(meansOf(more, 'spare')).toEqual(meansOf(base, 'spare'));
    // Owned GPUs cost the same when they are busy.
    expect(more.cost).toEqual(base.cost);
    const half = await compared({ target: 'DEMAND', metric: 'GPU_REQUESTED', change: { factor: 1.5 }, effectiveFrom: dayAfterLast(1) });
    expect(Math.abs(daysFromLast(poolOf(half.with)!.p50At) - 34)).toBeLessThanOrEqual(3);
  });

  it('of GPUs that arrive put it off, and cost what they cost', async () => {
    const { base, with: more } = await compared({ target: 'CAPACITY', metric: 'GPU_ALLOCATED', resourceIds: [ids['pool']], change: { shift: 24 }, effectiveFrom: dayAfterLast(31) });
    expect(Math.abs(daysFromLast(poolOf(more)!.p50At) - 125)).toBeLessThanOrEqual(5);
    expect(meansOf(more, 'pool')).toEqual(meansOf(base, 'pool'));
    const daysLeft = (Date.parse('2027-04-25T00:00:00Z') - lastDay) / dayMs - 31;
    expect(more.cost!.total.mean - base.cost!.total.mean).toBeCloseTo((24 * 1000.5 * 12 / 365.25) * daysLeft, 4);
    // It is charged to the team that has the pool.
    const december = (of: Outlook, name: string) => of.budgets.find(({ budget }) => budget.name === name)!;
    expect(december(more, 'research').forecastTotal.mean - december(base, 'research').forecastTotal.mean).toBeCloseTo((24 * 1000.5 * 12 / 365.25) * 10, 4);
    expect([december(base, 'research').status, december(more, 'research').status]).toEqual(['ON_TRACK', 'AT_RISK']);
    expect(december(more, 'product')).toEqual(december(base, 'product'));
  });

  it('of capacity without a price leave costs unknown, and say so', async () => {
    const spare = { description: '8 more', target: 'CAPACITY', metric: 'GPU_REQUESTED', resourceIds: [ids['spare']], change: { shift: 8 } };
    const { with: unknown } = await compared(spare);
    expect(unknown).toMatchObject({ cost: null, budgets: [], gaps: ['costs: "8 more" adds capacity, and what a unit of it costs is unknown: give unitCostPerMonth here or with capacitySet'] });
    const { base, with: known } = await compared({ ...spare, unitCostPerMonth: { amount: '100', currency: 'USD' } });
    expect(known.cost!.total.mean).toBeGreaterThan(base.cost!.total.mean);
    const { with: other } = await compared({ ...spare, unitCostPerMonth: { amount: '100', currency: 'EUR' } });
    expect(other.gaps).toEqual(['costs: "8 more" costs EUR, and the costs are in USD, which are never added']);
  });

  it('of a price change costs by the share it is of', async () => {
    const { base, with: cheaper } = await compared({ target: 'COST', resourceIds: [ids['pool']], change: { factor: 0.5 } });
    expect(cheaper.cost!.total.mean / base.cost!.total.mean).toBeCloseTo(0.7, 6);
    expect(cheaper.cost!.total.upper - cheaper.cost!.total.lower).toBeLessThanOrEqual(base.cost!.total.upper - base.cost!.total.lower + 1e-6);
    const until = await compared({ target: 'COST', scope: { subAccountIds: ['product'] }, change: { factor: 2 }, effectiveFrom: '2027-01-01T00:00:00Z', effectiveUntil: '2027-02-01T00:00:00Z' });
    const ratios = until.with.cost!.months.map(({ period, total }, month) => [period.start.slice(0, 7), Number((total.mean / until.base.cost!.months[month]!.total.mean).toFixed(6))]);
    expect(ratios).toEqual([['2026-11', 1], ['2026-12', 1], ['2027-01', 1.4], ['2027-02', 1], ['2027-03', 1], ['2027-04', 1]]);
    const shifted = await compared({ target: 'COST', scope: { subAccountIds: ['product'] }, change: { shift: 31 }, currency: 'USD' });
    expect(shifted.with.budgets.map(({ forecastTotal }, index) => forecastTotal.mean - shifted.base.budgets[index]!.forecastTotal.mean)).toEqual([expect.closeTo(31 * 31, 6), 0]);
  });

  it('of demand that is paid by use change costs as they change demand', async () => {
    const tokens = { target: 'DEMAND', metric: 'TOKENS', change: { factor: 1.3 } };
    const { base, with: free } = await compared(tokens);
    expect(free.cost).toEqual(base.cost);
    expect(meansOf(free, 'chat')[1]! / meansOf(base, 'chat')[1]!).toBeCloseTo(1.3, 6);
    const { with: paid } = await compared({ ...tokens, costFollowsDemand: true });
    expect(paid.cost!.total.mean / base.cost!.total.mean).toBeCloseTo(1.09, 6);
    const { with: added } = await compared({ ...tokens, resourceIds: [ids['chat']], change: { shift: 300 }, costFollowsDemand: true });
    expect(added.cost!.total.mean / base.cost!.total.mean).toBeCloseTo(1.09, 3);
  });

  it('are written down and compared as the guide shows', async () => {
    const blocks = (await guideBlocks('finance.md', 'graphql')).filter((block) => block.includes('scenario'));
    expect(blocks).toHaveLength(2);
    const { scenarioCreate } = await app.data(blocks[0]!);
    expect(scenarioCreate.userErrors).toEqual([]);
    const { scenarioComparison } = await app.data(blocks[1]!, { scenario: scenarioCreate.scenario.id });
    expect(scenarioComparison).toMatchObject({ outlooks: [{ scenario: { name: 'spring' }, gaps: [] }] });
    expect(scenarioComparison.outlooks[0].cost.total.mean).toBeGreaterThan(scenarioComparison.base.cost.total.mean + 100 * 850 * 0.8);
  });

  it('stand side by side, up to 18 months ahead, and move with the forecasts', async () => {
    const one = (await create([{ target: 'DEMAND', metric: 'GPU_REQUESTED', change: { factor: 1.1 } }])).scenario;
    const other = (await create([{ target: 'DEMAND', metric: 'GPU_REQUESTED', change: { factor: 0.9 } }])).scenario;
    const before = await compare([one, other], 'months: 18');
    expect(before.period).toEqual({ start: '2026-11-25T00:00:00Z', end: '2028-05-25T00:00:00Z' });
    expect(before.outlooks.map(({ scenario }) => scenario!.name)).toEqual([one.name, other.name]);
    const dates = [before.outlooks[0]!, before.base, before.outlooks[1]!].map((of) => daysFromLast(poolOf(of)!.p50At));
    expect(dates).toEqual(dates.toSorted((left, right) => left - right));
    expect(before.base.demand[0]!.months.at(-1)!.period.end).toBe('2028-05-25T00:00:00Z');
    expect(before.base.cost!.months).toHaveLength(19);
    const rows = days('2026-11-22', 3).map((day) => [day, [150]] as const);
    await app.importUsage(await app.file('jump.csv', usageCsvOf([{ resource: 'spare', metric: 'GPU_REQUESTED', days: rows }])), { provider: 'AWS' });
    await app.app.get(Forecaster).forecastUsage(administrator);
    const after = await compare([one], 'months: 1');
    expect(meansOf(after.outlooks[0]!, 'spare')[0]).toBeGreaterThan(meansOf(before.outlooks[0]!, 'spare')[0]! + 5);
  });

  it.each<[string, object, string, string]>([
    ['demand without a metric', { target: 'DEMAND', change: { factor: 2 } }, 'metric', 'metric is needed to change demand'],
    ['costs with a metric', { target: 'COST', metric: 'TOKENS', change: { factor: 2 } }, 'metric', 'metric is of demand and capacity, and this changes costs: leave it out'],
    ['a shift of no resource', { target: 'DEMAND', metric: 'TOKENS', change: { shift: 2 } }, 'resourceIds', 'a shift of demand needs one resource to add to, got 0'],
    ['costs of no currency', { target: 'COST', change: { shift: 2 } }, 'currency', 'currency is needed for a shift of costs'],
    ['a factor below nothing', { target: 'COST', change: { factor: -1 } }, 'change', 'factor needs a number of 0 or more, got -1'],
    ['an end before its beginning', { target: 'COST', change: { factor: 1 }, effectiveUntil: '2026-01-01T00:00:00Z' }, 'effectiveUntil', 'effectiveUntil needs an instant after effectiveFrom'],
    ['no words', { target: 'COST', change: { factor: 1 }, description: ' ' }, 'description', 'description needs 1 to 200 characters, got 0'],
    ['a ramp of years', { target: 'COST', change: { factor: 1 }, rampDays: 731 }, 'rampDays', 'rampDays needs days from 0 to 730, got 731'],
    ['a price of demand', { target: 'DEMAND', metric: 'TOKENS', change: { factor: 1 }, unitCostPerMonth: { amount: '1', currency: 'USD' } }, 'unitCostPerMonth', 'unitCostPerMonth is of capacity that is added: leave it out'],
  ])('with %s are refused', async (_, adjustment, field, message) => {
    expect(await create([adjustment])).toEqual({ scenario: null, userErrors: [{ code: 'INVALID', field: ['adjustments', '0', field], message }] });
  });

  it('of what is not there, too many, or of several scopes are refused', async () => {
    const ask = async (list: string[], more = '') => (await app.ask(`query ($ids: [ID!]!) { scenarioComparison(scenarioIds: $ids${more}) { period { start } } }`, { ids: list })).errors?.[0]?.message;
    expect(await create([])).toMatchObject({ userErrors: [{ message: 'adjustments needs 1 to 50 of them, got 0' }] });
    expect(await create([{ target: 'COST', change: { factor: 1 }, resourceIds: [`Resource:${randomUUID()}`] }])).toMatchObject({ userErrors: [{ code: 'NOT_FOUND', field: ['adjustments', '0', 'resourceIds'] }] });
    const [wide, narrow] = [(await create([{ target: 'COST', change: { factor: 1 } }])).scenario, (await create([{ target: 'COST', change: { factor: 1 } }], { scope: { subAccountIds: ['research'] } })).scenario];
    expect(await ask([wide.id, narrow.id])).toBe(`"${narrow.name}" is about another scope than "${wide.name}": only scenarios of one scope can stand side by side`);
    expect(await ask([])).toBe('scenarioIds needs 1 to 5 of them, got 0');
    expect(await ask([wide.id], ', months: 19')).toBe('months needs a whole number from 1 to 18, got 19');
    expect(await ask([`Scenario:${randomUUID()}`])).toMatch(/^nothing has the id "Scenario:/);
  });

  it('of a part of the organisation are seen by those who may see that part', async () => {
    const research = viewerOf({ subAccountIds: ['research'] }, Role.FINANCE);
    const wide = (await create([{ target: 'COST', change: { factor: 1 } }])).scenario;
    const narrow = (await create([{ target: 'DEMAND', metric: 'GPU_REQUESTED', change: { factor: 2 } }], { scope: { subAccountIds: ['research'] } })).scenario;
    const seen = await askAs(app, research, '{ scenarios(first: 200) { nodes { id } } }');
    expect(seen.data.scenarios.nodes).toContainEqual({ id: narrow.id });
    expect(seen.data.scenarios.nodes).not.toContainEqual({ id: wide.id });
    const refused = await askAs(app, research, `{ scenarioComparison(scenarioIds: ["${wide.id}"]) { period { start } } }`);
    expect(refused.errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
    const viewer = await askAs(app, viewerOf({ subAccountIds: ['research'] }, Role.VIEWER), `mutation { scenarioDelete(id: "${narrow.id}") { userErrors { code } } }`);
    expect(viewer.data.scenarioDelete.userErrors).toEqual([{ code: 'FORBIDDEN' }]);
  });
});
