import sql from 'sql-template-tag';
import { administrator } from '../../src/access/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { CapacityService } from '../../src/capacity/index.js';
import { query } from '../../src/platform/index.js';
import { describeResources, type ResourceDescription } from '../../src/resources/index.js';
import { LimitsDelivery, UsageMetric } from '../../src/usage/index.js';
import { days, TestApp, usageCsvOf } from '../support/index.js';

const day = (number: number): number => Date.parse('2026-08-14T00:00:00Z') + number * 86_400_000;

function described(resourceId: string, parentResourceId: string | null = null): ResourceDescription {
  const seen = new Date(day(0)).toISOString();
  return {
    providerName: 'own', resourceId, parentResourceId, resourceName: null, resourceType: 'Volume', serviceName: 'files', serviceCategory: 'Storage',
    regionId: null, subAccountId: null, tags: {}, gpu: null, firstSeenAt: seen, lastSeenAt: seen,
  };
}

describe('what is observed of sizes', () => {
  let app: TestApp;
  const refused: [string, number][] = [];
  beforeEach(async () => {
    app = await TestApp.start();
    refused.length = 0;
    await describeResources(app.db, [described('volume')]);
  });
  afterEach(() => app.stop());

  /** Delivers sizes of days, the day first; gives whether anything is different now. */
  const deliver = (...sizes: [number, number][]): Promise<boolean> =>
    app.db.transaction(async (transaction) => {
      const delivery = new LimitsDelivery(transaction, (reason, count) => refused.push([reason, count]));
      const [observedAtMs, values] = [sizes.map(([number]) => day(number)), sizes.map(([, size]) => size)];
      delivery.write([{ providerName: 'own', resourceId: 'volume', metric: UsageMetric.STORAGE, observedAtMs, values }]);
      await delivery.finish();
      return delivery.isChanged;
    });
  const kept = async (): Promise<[number, number][]> => {
    const rows = await query<{ at: Date; limit: number }>(app.db, sql`SELECT known.effective_from AS "at", known.limit_value AS "limit" FROM observed_limit AS known ORDER BY 1`);
    return rows.map(({ at, limit }) => [(at.getTime() - day(0)) / 86_400_000, limit]);
  };

  it('is kept where it changes, and said again changes nothing', async () => {
    expect(await deliver([0, 100], [1, 100], [2, 150], [3, 150])).toBe(true);
    expect(await kept()).toEqual([[0, 100], [2, 150]]);
    expect(await deliver([0, 100], [1, 100], [2, 150], [3, 150])).toBe(false);
    expect(await deliver([3, 150], [4, 150])).toBe(false);
    expect(await deliver([6, 150], [5, 120], [4, 150])).toBe(true);
    expect(await kept()).toEqual([[0, 100], [2, 150], [5, 120], [6, 150]]);
  });

  it('replaces what was known of the time it is of, and nothing beyond', async () => {
    await deliver([0, 100], [2, 150], [5, 120], [8, 90]);
    // The resize was on the third day, as is known by now.
    expect(await deliver([1, 100], [2, 100], [3, 150], [4, 150])).toBe(true);
    expect(await kept()).toEqual([[0, 100], [3, 150], [5, 120], [8, 90]]);
    // It was smaller all along: what came next is no change any more.
    await deliver([3, 120], [4, 120]);
    expect(await kept()).toEqual([[0, 100], [3, 120], [8, 90]]);
    // Earlier history is filled in.
    await deliver([-5, 80], [-1, 100]);
    expect(await kept()).toEqual([[-5, 80], [-1, 100], [3, 120], [8, 90]]);
  });

  it('leaves out what is no size, and takes nothing for nothing', async () => {
    expect(await deliver([0, Number.NaN], [1, -1], [2, Infinity])).toBe(false);
    expect(refused).toEqual([['sizes that are no number of zero or more', 3]]);
    expect(await deliver()).toBe(false);
    expect(await kept()).toEqual([]);
    expect(await deliver([0, 0])).toBe(true);
    expect(await kept()).toEqual([[0, 0]]);
  });

  it('is a capacity, with the policy that people declare', async () => {
    const { resources } = await app.data('{ resources { nodes { id } } }');
    const [{ id: resourceId }] = resources.nodes;
    const set = async (input: object) => (await app.data(
      'mutation ($input: CapacitySetInput!) { capacitySet(input: $input) { userErrors { field message } capacity { limit { value } isObserved } } }',
      { input: { resourceId, metric: 'STORAGE', effectiveFrom: '2026-08-20T00:00:00Z', ...input } })).capacitySet;
    const inForce = async () => (await app.data(`{ resource(id: "${resourceId}") { capacities { limit { value unit } headroom leadTimeDays isObserved unitCostPerMonth { amount } effectiveFrom } } }`)).resource.capacities;

    expect(await set({ headroom: 0.1 })).toEqual({ capacity: null, userErrors: [{ field: ['limit'], message: 'limit needs a number, as no source has seen a limit of STORAGE, got none' }] });
    await deliver([0, 100]);
    expect(await inForce()).toEqual([{ limit: { value: 100, unit: 'GiB' }, headroom: 0, leadTimeDays: 0, isObserved: true, unitCostPerMonth: null, effectiveFrom: '2026-08-14T00:00:00Z' }]);
    expect(await set({ headroom: 0.1, leadTimeDays: 9, unitCostPerMonth: { amount: '0.08', currency: 'USD' } })).toEqual({ capacity: { limit: { value: 100 }, isObserved: false }, userErrors: [] });
    await deliver([20, 200]);
    const policy = { headroom: 0.1, leadTimeDays: 9, unitCostPerMonth: { amount: '0.08' } };
    expect(await inForce()).toEqual([{ limit: { value: 200, unit: 'GiB' }, ...policy, isObserved: true, effectiveFrom: '2026-09-03T00:00:00Z' }]);
    // What is declared later holds until a change is seen.
    await set({ limit: 250, effectiveFrom: '2026-10-01T00:00:00Z' });
    expect(await inForce()).toMatchObject([{ limit: { value: 250 }, headroom: 0.2, leadTimeDays: 0, unitCostPerMonth: null }]);
  });

  it('resized yesterday leaves no alarm and no date of the old size', async () => {
    const dates = days('2026-08-14', 100);
    const growing = dates.map((date, number) => [date, [number + 1]] as const);
    await app.importUsage(await app.file('usage.csv', usageCsvOf([{ resource: 'volume', metric: 'STORAGE', days: growing }])));
    await app.app.get(Forecaster).forecastUsage(administrator);
    const exhaustion = async () => {
      await app.app.get(CapacityService).findExhaustions(administrator);
      return (await app.data('{ exhaustions { nodes { p50At capacity { limit { value } isObserved } } } }')).exhaustions.nodes;
    };
    await deliver([0, 90], [98, 90]);
    expect(await exhaustion()).toEqual([{ p50At: '2026-11-22T00:00:00Z', capacity: { limit: { value: 90 }, isObserved: true } }]);
    await deliver([99, 150]);
    const [{ p50At, capacity }] = await exhaustion();
    expect(capacity).toEqual({ limit: { value: 150 }, isObserved: true });
    expect(Math.abs(Date.parse(p50At) - Date.parse('2027-01-11T00:00:00Z')) / 86_400_000).toBeLessThanOrEqual(3);
    await deliver([99, 10_000]);
    expect(await exhaustion()).toEqual([]);
  });

  it('that is used up hides a queue, and the forecast says so and looks above it', async () => {
    await describeResources(app.db, [described('pool')]);
    const at = (metric: UsageMetric) => app.db.transaction(async (transaction) => {
      const delivery = new LimitsDelivery(transaction, () => undefined);
      delivery.write([{ providerName: 'own', resourceId: 'pool', metric, observedAtMs: [day(0)], values: [86] }]);
      await delivery.finish();
    });
    await at(UsageMetric.GPU_ALLOCATED);
    // It grew by one a day until it was full, two weeks ago.
    const full = days('2026-08-14', 100).map((date, number) => [date, [Math.min(number + 1, 86)]] as const);
    await app.importUsage(await app.file('pool.csv', usageCsvOf([{ resource: 'pool', metric: 'GPU_ALLOCATED', days: full }])));
    await app.app.get(Forecaster).forecastUsage(administrator);
    const forecast = async (metric: string) => {
      const { resources } = await app.data(`{ resources(filter: { nameContains: "pool" }) { nodes { forecast(metric: ${metric}) { censoredShare points { mean intervals { upper } } } } } }`);
      return resources.nodes[0].forecast as { censoredShare: number; points: { mean: number; intervals: { upper: number }[] }[] };
    };
    const { censoredShare, points } = await forecast('GPU_ALLOCATED');
    expect(censoredShare).toBeCloseTo(0.15, 6);
    expect(points.every(({ intervals }) => intervals.at(-1)!.upper > 86)).toBe(true);
    // Where somebody knows what is asked for, nothing is hidden.
    const asked = days('2026-08-14', 100).map((date, number) => [date, [number + 1]] as const);
    await app.importUsage(await app.file('asked.csv', usageCsvOf([{ resource: 'pool', metric: 'GPU_REQUESTED', days: asked }])));
    await app.app.get(Forecaster).forecastUsage(administrator);
    expect((await forecast('GPU_REQUESTED')).points.every(({ mean }) => mean > 100)).toBe(true);
    expect(await forecast('GPU_ALLOCATED')).toMatchObject({ censoredShare: 0 });
  });

  it('of parts and wholes is told apart', async () => {
    await describeResources(app.db, [described('gpu', 'node'), described('node', 'pool'), described('pool')]);
    await describeResources(app.db, [described('gpu')]);
    const { resources } = await app.data('{ resources { nodes { resourceId parent { resourceId } } } }');
    expect(resources.nodes).toEqual([
      { resourceId: 'gpu', parent: { resourceId: 'node' } }, { resourceId: 'node', parent: { resourceId: 'pool' } }, { resourceId: 'pool', parent: null }, { resourceId: 'volume', parent: null },
    ]);
    await expect(describeResources(app.db, [described('lost', 'nowhere')])).rejects.toThrow('resource "lost" is a part of "nowhere", which is not described');
    await expect(describeResources(app.db, [described('own', 'own')])).rejects.toThrow('resource "own" is a part of "own", which is not described');
  });
});
