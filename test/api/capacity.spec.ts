import { randomUUID } from 'node:crypto';
import { administrator } from '../../src/access/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { days, TestApp, usageCsvOf } from '../support/index.js';

const dayMs = 86_400_000;

interface Exhaustion {
  p10At: string | null;
  p50At: string | null;
  p90At: string | null;
  orderBy: string | null;
  coveredUntil: string;
  fillsFirst: boolean;
  unitsNeeded: number;
  costOfUnitsNeeded: { amount: string; currency: string } | null;
  capacity: { id: string; limit: { value: number } };
  [probability: string]: unknown;
}

describe('capacity', () => {
  let app: TestApp;
  const ids: Record<string, string> = {};
  /** Demand that grows by exactly 1 a day, and was 100 on the last observed day: n days later it is 100 + n. */
  const lastDay = '2026-11-21T00:00:00Z';
  const origin = '2026-11-22T00:00:00Z';
  const dayAfterLast = (n: number) => new Date(Date.parse(lastDay) + n * dayMs).toISOString().replace('.000Z', 'Z');
  const daysFromLast = (at: string | null) => (Date.parse(at!) - Date.parse(lastDay)) / dayMs;
  const names = ['grows', 'planned', 'removed', 'resized', 'full', 'never', 'priced', 'bare', 'steep', 'bound', 'queue'];

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
    const dates = days('2026-08-14', 100);
    const growing = (level: number, slope: number) => dates.map((day, number) => [day, [level + slope * (number - (dates.length - 1))]] as const);
    await app.importUsage(await app.file('usage.csv', usageCsvOf([
      ...names.map((resource) => ({ resource, metric: 'GPU_REQUESTED', days: growing(100, 1) })),
      { resource: 'grows', metric: 'GPU_MEMORY', days: growing(100, 0) },
      { resource: 'steep', metric: 'STORAGE', days: growing(1000, 10) },
      { resource: 'small files', metric: 'STORAGE', days: growing(100, 1) },
      { resource: 'small files', metric: 'STORAGE_INODES', days: growing(20_000, 100) },
      { resource: 'allocated', metric: 'GPU_ALLOCATED', days: growing(100, 1) },
      // Full for two weeks, while ever more is asked for.
      { resource: 'queue', metric: 'GPU_ALLOCATED', days: growing(100, 1).map(([day, [value]]) => [day, [Math.min(value!, 86)]] as const) },
    ])));
    await app.app.get(Forecaster).forecastUsage(administrator);
    const { resources } = await app.data('{ resources { nodes { id resourceId } } }');
    for (const { id, resourceId } of resources.nodes) ids[resourceId] = id;
  });
  afterAll(() => app.stop());

  const set = async (resource: string, input: object = {}) =>
    (await app.data(`mutation ($input: CapacitySetInput!) { capacitySet(input: $input) { userErrors { code field message }
      capacity { id metric limit { value unit } headroom leadTimeDays unitCostPerMonth { amount currency } effectiveFrom resource { resourceId } } } }`, {
      input: { resourceId: ids[resource] ?? resource, metric: 'GPU_REQUESTED', limit: 200, effectiveFrom: '2026-09-01T00:00:00Z', ...input },
    })).capacitySet;
  const exhaustion = async (resource: string, metric = 'GPU_REQUESTED', more = ''): Promise<Exhaustion | null> =>
    (await app.data(`query ($id: ID!, $metric: UsageMetric!) { resource(id: $id) { exhaustion(metric: $metric) {
      p10At p50At p90At orderBy unitsNeeded coveredUntil fillsFirst costOfUnitsNeeded { amount currency } capacity { id limit { value } } ${more} } } }`, { id: ids[resource], metric })).resource.exhaustion;

  it('says when demand passes what is usable of it', async () => {
    // Usable are 200 · (1 − 0.2) = 160, and 100 + n is above 160 from day 61 on.
    const { capacity, userErrors } = await set('grows', { headroom: 0.2 });
    expect(userErrors).toEqual([]);
    expect(capacity).toEqual({
      id: expect.stringMatching(/^Capacity:/), metric: 'GPU_REQUESTED', limit: { value: 200, unit: 'GPUs' }, headroom: 0.2, leadTimeDays: 0,
      unitCostPerMonth: null, effectiveFrom: '2026-09-01T00:00:00Z', resource: { resourceId: 'grows' },
    });
    const runsOut = (await exhaustion('grows'))!;
    expect(Math.abs(daysFromLast(runsOut.p50At) - 61)).toBeLessThanOrEqual(3);
    expect(daysFromLast(runsOut.p10At)).toBeLessThanOrEqual(daysFromLast(runsOut.p50At));
    expect(daysFromLast(runsOut.p50At)).toBeLessThanOrEqual(daysFromLast(runsOut.p90At));
    // Without anything kept free, 200 is passed 40 days later.
    await set('grows', { headroom: 0 });
    expect(Math.abs(daysFromLast((await exhaustion('grows'))!.p50At) - 101)).toBeLessThanOrEqual(4);
  });

  it('says how likely that is within a number of days', async () => {
    await set('grows', { headroom: 0.2 });
    const chances = Array.from({ length: 181 }, (_, n) => `d${n}: probability(withinDays: ${n})`);
    // Fifty aliases are a query's limit.
    const runsOut: Record<string, number> = {};
    for (let from = 0; from < chances.length; from += 40) Object.assign(runsOut, await exhaustion('grows', 'GPU_REQUESTED', chances.slice(from, from + 40).join(' ')));
    const curve = chances.map((_, n) => runsOut[`d${n}`]!);
    expect(curve).toEqual(curve.toSorted((one, other) => one - other));
    expect([curve[0], curve[40]]).toEqual([0, 0]);
    expect(curve[180]).toBeGreaterThan(0.99);
    // The date of a chance is the day in which it is reached.
    const { p10At, p50At, p90At } = (await exhaustion('grows'))!;
    for (const [at, chance] of [[p10At, 0.1], [p50At, 0.5], [p90At, 0.9]] as const) {
      const day = daysFromLast(at) - 1;
      expect(curve[day]).toBeLessThan(chance);
      expect(curve[day + 1]).toBeGreaterThanOrEqual(chance);
    }
    for (const days of [-1, 181]) {
      const answer = await app.ask(`{ resource(id: "${ids['grows']}") { resourceId exhaustion(metric: GPU_REQUESTED) { probability(withinDays: ${days}) } } }`);
      expect(answer).toMatchObject({
        data: { resource: { resourceId: 'grows', exhaustion: null } },
        errors: [{ message: `withinDays needs a number from 0 to 180, which is how far the forecast looks, got ${days}`, extensions: { code: 'INVALID', field: ['withinDays'] } }],
      });
    }
  });

  it('that is planned to come later moves the date', async () => {
    await set('planned', { headroom: 0.2 });
    const before = (await exhaustion('planned'))!;
    // 300 · 0.8 = 240 are passed on day 141, if the addition comes in time.
    await set('planned', { limit: 300, effectiveFrom: dayAfterLast(40) });
    const later = (await exhaustion('planned'))!;
    expect(Math.abs(daysFromLast(later.p50At) - 141)).toBeLessThanOrEqual(5);
    // What is in force is still the first.
    expect(later.capacity).toEqual(before.capacity);
    // One that comes after it ran out does not help.
    await set('never', { headroom: 0.2 });
    await set('never', { limit: 1000, effectiveFrom: dayAfterLast(90) });
    expect((await exhaustion('never'))!.p50At).toBe(before.p50At);
  });

  it('that is planned to go brings the date forward', async () => {
    await set('removed', { headroom: 0 });
    // 120 are left on day 30, when demand is 130 already.
    await set('removed', { limit: 120, headroom: 0, effectiveFrom: dayAfterLast(30) });
    expect((await exhaustion('removed'))!.p50At).toBe(dayAfterLast(30));
  });

  it('that is resized from today leaves no date of the old limit', async () => {
    // Demand of 100 is over the 88 usable ones: it ran out before the forecast begins.
    await set('resized', { limit: 110, headroom: 0.2, leadTimeDays: 10 });
    const before = (await exhaustion('resized'))!;
    expect(before).toMatchObject({ p10At: origin, p50At: origin, p90At: origin });
    expect(Date.parse(before.orderBy!)).toBeLessThan(app.clock.now().getTime());
    const { capacity } = await set('resized', { limit: 200, headroom: 0.2, leadTimeDays: 10, effectiveFrom: '2026-11-22T09:00:00Z' });
    const after = (await exhaustion('resized'))!;
    expect(after.capacity.id).toBe(capacity.id);
    expect(Math.abs(daysFromLast(after.p50At) - 61)).toBeLessThanOrEqual(3);
    // Corrected from the same instant, it is replaced.
    await set('resized', { limit: 400, headroom: 0, effectiveFrom: '2026-11-22T09:00:00Z' });
    expect(await exhaustion('resized')).toBeNull();
    const { resource } = await app.data(`{ resource(id: "${ids['resized']}") { capacities { id limit { value } } exhaustion(metric: GPU_REQUESTED) { p50At } } }`);
    expect(resource).toEqual({ capacities: [{ id: capacity.id, limit: { value: 400 } }], exhaustion: null });
  });

  it('says what to add, what that costs, and by when to order it', async () => {
    await set('priced', { headroom: 0.2, leadTimeDays: 30, unitCostPerMonth: { amount: '1200.50', currency: 'EUR' } });
    const { p10At, orderBy, unitsNeeded, coveredUntil, costOfUnitsNeeded } = (await exhaustion('priced'))!;
    expect(Date.parse(orderBy!)).toBe(Date.parse(p10At!) - 30 * dayMs);
    // Usable are 160 until about day 61. What is ordered then has to last until the next order arrives, 30 days later: demand is about
    // 191 on day 91, and with a fifth of what is added kept free, 39 are needed.
    expect(daysFromLast(coveredUntil)).toBe(daysFromLast(p10At) + 30);
    expect(Math.abs(unitsNeeded - 39)).toBeLessThanOrEqual(6);
    expect(Number.isInteger(unitsNeeded)).toBe(true);
    // To the cent: 1200.50 each.
    expect(costOfUnitsNeeded).toEqual({ amount: `${(BigInt(unitsNeeded) * 120050n) / 100n}.${((BigInt(unitsNeeded) * 120050n) % 100n).toString().padStart(2, '0')}`, currency: 'EUR' });
    // With those, it is covered until then, and with one less it is not.
    await set('priced', { limit: 200 + unitsNeeded, headroom: 0.2 });
    expect(Date.parse((await exhaustion('priced'))!.p10At!)).toBeGreaterThan(Date.parse(coveredUntil));
    await set('priced', { limit: 199 + unitsNeeded, headroom: 0.2 });
    expect(Date.parse((await exhaustion('priced'))!.p10At!)).toBeLessThanOrEqual(Date.parse(coveredUntil));
    // What is late already counts from now: it arrives in 60 days, and what is ordered then in 120.
    await set('priced', { headroom: 0.2, leadTimeDays: 60 });
    const late = (await exhaustion('priced'))!;
    expect(Date.parse(late.coveredUntil)).toBe(app.clock.now().getTime() + 120 * dayMs);
    expect(Math.abs(late.unitsNeeded - (221 - 160) / 0.8)).toBeLessThanOrEqual(9);
  });

  it('that is unknown or never passed gives no date', async () => {
    expect(await exhaustion('bare')).toBeNull();
    await set('bare', { limit: 10_000 });
    expect(await exhaustion('bare')).toBeNull();
    await set('grows', { metric: 'GPU_MEMORY', limit: 150, headroom: 0 });
    expect(await exhaustion('grows', 'GPU_MEMORY')).toBeNull();
    // Nor does one of what nobody observed.
    await set('grows', { metric: 'CPU', limit: 1 });
    expect(await exhaustion('grows', 'CPU')).toBeNull();
  });

  it('of which something else fills first is told, and left out of the list', async () => {
    await set('small files', { metric: 'STORAGE', limit: 200, headroom: 0 });
    expect(await exhaustion('small files', 'STORAGE')).toMatchObject({ fillsFirst: true });
    await set('small files', { metric: 'STORAGE_INODES', limit: 23_000, headroom: 0 });
    expect(await exhaustion('small files', 'STORAGE')).toMatchObject({ fillsFirst: false });
    expect(await exhaustion('small files', 'STORAGE_INODES')).toMatchObject({ fillsFirst: true });
    const listed = async (filter = '') => (await app.data(`{ exhaustions(filter: { resources: { nameContains: "small files" } ${filter} }) { nodes { metric } } }`)).exhaustions.nodes;
    expect(await listed()).toEqual([{ metric: 'STORAGE_INODES' }]);
    expect(await listed('everyMetric: true')).toEqual([{ metric: 'STORAGE_INODES' }, { metric: 'STORAGE' }]);
    // With room for files, bytes come first.
    await set('small files', { metric: 'STORAGE_INODES', limit: 200_000, headroom: 0 });
    expect(await listed()).toEqual([{ metric: 'STORAGE' }]);
  });

  it('of GPUs holds what is asked for, and what is allocated only where nobody knows that', async () => {
    await set('allocated', { headroom: 0 });
    const allocated = (await exhaustion('allocated', 'GPU_ALLOCATED'))!;
    expect(Math.abs(daysFromLast(allocated.p50At) - 101)).toBeLessThanOrEqual(4);
    await set('allocated', { metric: 'GPU_ALLOCATED', limit: 160, headroom: 0 });
    expect(Math.abs(daysFromLast((await exhaustion('allocated', 'GPU_ALLOCATED'))!.p50At) - 61)).toBeLessThanOrEqual(3);
    // At its limit of 86 for two weeks, allocation says that all is well; demand says that it ran out.
    await set('queue', { limit: 86, headroom: 0 });
    expect(await exhaustion('queue', 'GPU_ALLOCATED')).toBeNull();
    expect(await exhaustion('queue')).toMatchObject({ p90At: origin });
    const { resource } = await app.data(`{ resource(id: "${ids['queue']}") { forecast(metric: GPU_REQUESTED) { points { mean intervals { lower } } } } }`);
    expect(resource.forecast.points.every(({ mean, intervals }: { mean: number; intervals: { lower: number }[] }) => mean > 86 && intervals[0]!.lower > 86)).toBe(true);
  });

  it('is worked out anew with the next forecast', async () => {
    await set('steep', { metric: 'STORAGE', limit: 1500, headroom: 0 });
    const before = (await exhaustion('steep', 'STORAGE', 'forecast { id version }'))!;
    expect(Math.abs(daysFromLast(before.p50At) - 51)).toBeLessThanOrEqual(3);
    const rows = days('2026-11-22', 5).map((day) => [day, [1000]] as const);
    await app.importUsage(await app.file('flat.csv', usageCsvOf([{ resource: 'steep', metric: 'STORAGE', days: rows }])));
    const { forecastCreate } = await app.data(`mutation { forecastCreate(input: { subjectId: "${ids['steep']}", metric: STORAGE, horizon: 1 }) { forecast { id } userErrors { message } } }`);
    expect(forecastCreate.userErrors).toEqual([]);
    const after = (await exhaustion('steep', 'STORAGE', 'forecast { id version }'))!;
    expect(after['forecast']).toEqual({ id: forecastCreate.forecast.id, version: 2 });
    expect(after.p50At === null || Date.parse(after.p50At) > Date.parse(before.p50At!)).toBe(true);
  });

  it('in force is listed, one for each metric', async () => {
    await set('full', { limit: 1, effectiveFrom: '2026-01-01T00:00:00Z' });
    await set('full', { limit: 2, effectiveFrom: '2026-02-01T00:00:00Z' });
    await set('full', { limit: 3, effectiveFrom: '2027-01-01T00:00:00Z' });
    await set('full', { metric: 'MEMORY', limit: 4 });
    const { resource } = await app.data(`{ resource(id: "${ids['full']}") { capacities { metric limit { value unit } resource { id } } } }`);
    expect(resource.capacities).toEqual([
      { metric: 'GPU_REQUESTED', limit: { value: 2, unit: 'GPUs' }, resource: { id: ids['full'] } },
      { metric: 'MEMORY', limit: { value: 4, unit: 'GiB' }, resource: { id: ids['full'] } },
    ]);
  });

  it.each([
    ['a limit below nothing', { limit: -1 }, ['limit'], 'limit needs a number of 0 or more, got -1'],
    ['all kept free', { headroom: 1 }, ['headroom'], 'headroom needs a fraction from 0 to below 1, got 1'],
    ['more than all used', { headroom: -0.1 }, ['headroom'], 'headroom needs a fraction from 0 to below 1, got -0.1'],
    ['a delivery in the past', { leadTimeDays: -1 }, ['leadTimeDays'], 'leadTimeDays needs days from 0 to 3650, got -1'],
    ['a delivery in another age', { leadTimeDays: 3_651 }, ['leadTimeDays'], 'leadTimeDays needs days from 0 to 3650, got 3651'],
    ['a price below nothing', { unitCostPerMonth: { amount: '-1', currency: 'USD' } }, ['unitCostPerMonth'], 'unitCostPerMonth needs an amount of 0 or more, got -1'],
  ])('with %s is refused', async (_, input, field, message) => {
    expect(await set('bound', input)).toEqual({ capacity: null, userErrors: [{ code: 'INVALID', field, message }] });
    expect(await exhaustion('bound')).toBeNull();
  });

  it('of nothing is refused', async () => {
    for (const id of [`Resource:${randomUUID()}`, 'Resource:1', 'grows']) {
      expect(await set(id, { resourceId: id })).toEqual({ capacity: null, userErrors: [{ code: 'NOT_FOUND', field: ['resourceId'], message: `nothing has the id "${id}"` }] });
    }
  });

  it('runs out soonest first in the list of all', async () => {
    const { exhaustions } = await app.data('{ exhaustions { nodes { p10At resource { resourceId } metric } } }');
    const dates = exhaustions.nodes.map(({ p10At }: Exhaustion) => p10At ?? '9999');
    expect(dates.length).toBeGreaterThanOrEqual(5);
    expect(dates).toEqual(dates.toSorted());
  });
});
