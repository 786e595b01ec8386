import { administrator } from '../src/access/index.js';
import { bringUpToDate } from '../src/cli/bring-up-to-date.js';
import { contents, loadDemo } from '../src/cli/demo.js';
import { gpuCostTable } from '../src/cli/gpu-cost-table.js';
import { Progress } from '../src/cli/progress.js';
import { report } from '../src/cli/report.js';
import { gpuCostReport, IdleRule } from '../src/gpu-costs/index.js';
import { Granularity } from '../src/platform/index.js';
import { TestApp } from './support/index.js';

const october = { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-11-01T00:00:00Z') };

/** Progress that nobody watches. */
const unwatched = new Progress({ write: () => true, isTTY: false } as unknown as NodeJS.WriteStream);

describe('a reader of the demo', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
    await loadDemo(app.app, administrator, unwatched);
    await bringUpToDate(app.app, administrator, unwatched);
  }, 120_000);
  afterAll(() => app.stop());

  it('finds all of it labelled as a demo', async () => {
    expect(await contents(app.app)).toMatchObject({ isEmpty: false, demo: 'whole' });
    const { resources, budgets, dataSources } = await app.data(`{
      resources(first: 200) { nodes { resourceName resourceId subAccountId } } budgets { nodes { name } } dataSources { nodes { name collector } } }`);
    expect(dataSources.nodes).toEqual([{ name: 'demo', collector: 'demo' }]);
    const names = [...resources.nodes.map((one: Record<string, string>) => one['resourceName'] ?? one['resourceId']), ...budgets.nodes.map(({ name }: { name: string }) => name)];
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(name).toMatch(/demo/);
  });

  it('sees what runs out first, when to order, and what to add', async () => {
    const { exhaustions } = await app.data(`{ exhaustions(first: 20) { nodes { metric p10At p50At p90At orderBy unitsNeeded costOfUnitsNeeded { amount currency }
      month: probability(withinDays: 30) half: probability(withinDays: 180)
      resource { resourceName gpu { model } } capacity { limit { value unit } headroom leadTimeDays } forecast { unit origin horizon models { model weight } } } } }`);
    const [first] = exhaustions.nodes;
    const of = (name: string, metric = 'GPU_REQUESTED') =>
      exhaustions.nodes.find((one: { metric: string; resource: { resourceName: string } }) => one.resource.resourceName.startsWith(name) && one.metric === metric);

    // The L4 pool is full at peaks, which is as soon as it gets.
    expect(first.resource).toMatchObject({ resourceName: expect.stringContaining('l4'), gpu: { model: 'L4' } });
    expect(Date.parse(first.p10At)).toBeLessThan(Date.parse('2026-11-25T00:00:00Z'));

    // The H100 pool meets its limit within weeks, and three months are needed to get more.
    const h100 = of('demo-h100');
    expect(h100.p50At > '2026-11-25' && h100.p50At < '2027-02-01').toBe(true);
    expect(h100.p10At <= h100.p50At).toBe(true);
    expect(h100.orderBy < '2026-11-22').toBe(true);
    expect(h100.capacity).toMatchObject({ limit: { unit: 'GPUs' }, headroom: 0.1, leadTimeDays: 90 });
    expect(h100.unitsNeeded).toBeGreaterThan(0);
    expect(Number(h100.costOfUnitsNeeded.amount)).toBeGreaterThan(0);
    expect(h100.month).toBeLessThanOrEqual(h100.half);
    expect(h100.forecast).toMatchObject({ unit: 'GPUs', origin: '2026-11-22T00:00:00Z', horizon: 180 });

    // One volume is full within a month, one runs out of inodes before it runs out of bytes.
    const volumes = exhaustions.nodes.filter(({ metric, p50At }: { metric: string; p50At: string }) => metric === 'STORAGE' && p50At !== null && p50At < '2026-12-31');
    expect(volumes).toHaveLength(1);
    const [inodes, bytes] = [of('demo-model-registry', 'STORAGE_INODES'), of('demo-model-registry', 'STORAGE')];
    expect(inodes.p50At).not.toBeNull();
    expect((bytes?.p50At ?? '9999') > inodes.p50At).toBe(true);

    const dates = exhaustions.nodes.map(({ p10At }: { p10At: string | null }) => p10At ?? '9999');
    expect(dates).toEqual(dates.toSorted());
  });

  it('sees which budgets break', async () => {
    const { budgets } = await app.data(`{ budgets(filter: { activeOn: "2026-11-22" }) { nodes { name status overrunProbability amount { amount currency }
      actual { amount } unconverted { currency } forecastTotal { mean lower upper } scope { tags { key values } } } } }`);
    const status = Object.fromEntries(budgets.nodes.map(({ name, status }: { name: string; status: string }) => [name, status]));
    expect(status).toEqual({
      'demo organisation 2026': 'ON_TRACK',
      'demo research 2026-11': 'AT_RISK',
      'demo product 2026-11': 'AT_RISK',
      'demo platform 2026-11': 'ON_TRACK',
      'demo data 2026-11': 'ON_TRACK',
    });
    for (const { actual, forecastTotal, overrunProbability } of budgets.nodes) {
      expect(Number(actual.amount)).toBeLessThan(forecastTotal.mean);
      expect(forecastTotal.lower).toBeLessThan(forecastTotal.upper);
      expect(overrunProbability).toBeGreaterThanOrEqual(0);
    }
    // Part of the bill is in euros, which is shown and never added.
    expect(budgets.nodes.find(({ name }: { name: string }) => name === 'demo organisation 2026').unconverted).toEqual([{ currency: 'EUR' }]);
  });

  it('sees what next month costs, in each currency by itself', async () => {
    const { usd, eur } = await app.data(`{ usd: costForecast(currency: "USD") { ...month } eur: costForecast(currency: "EUR") { ...month } }
      fragment month on Forecast { unit horizon points { period { start } mean intervals { level lower upper } } }`);
    for (const forecast of [usd, eur]) {
      const december = forecast.points.filter(({ period }: { period: { start: string } }) => period.start.startsWith('2026-12'));
      expect(december).toHaveLength(31);
      expect(december.reduce((sum: number, { mean }: { mean: number }) => sum + mean, 0)).toBeGreaterThan(0);
    }
    // Within a fifth of what November will have cost.
    const month = (start: string, forecast: typeof usd) => forecast.points
      .filter(({ period }: { period: { start: string } }) => period.start.startsWith(start))
      .reduce((sum: number, { mean }: { mean: number }) => sum + mean, 0);
    const { costReport } = await app.data(`{ costReport(currency: null, filter: { period: { start: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z" } }) { groups { total { amount currency } } } }`);
    const october = Number(costReport.groups.find(({ total }: { total: { currency: string } }) => total.currency === 'USD').total.amount);
    expect(Math.abs(month('2026-12', usd) / october - 1)).toBeLessThan(0.25);
  });

  it('sees what costs most, and that the parts are the whole', async () => {
    const report = (groupBy: string) => app.data(`{ costReport(groupBy: [${groupBy}], granularity: MONTH
      filter: { period: { start: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z" } }) { settled total { amount } groups { key total { amount currency } } } }`);
    type Group = { key: string[]; total: { amount: string; currency: string } };
    // Exactly, in billionths.
    const billionths = (amount: string) => {
      const [whole, fraction = ''] = amount.split('.');
      return BigInt(`${whole}${fraction.padEnd(9, '0')}`);
    };
    const sums = (groups: Group[]) => ['EUR', 'USD'].map((currency) =>
      groups.filter(({ total }) => total.currency === currency).reduce((sum, { total }) => sum + billionths(total.amount), 0n));
    const { costReport: whole } = await report('');
    expect(whole).toMatchObject({ settled: 1, total: null });
    for (const dimension of ['{ dimension: SERVICE }', '{ tag: "team" }', '{ dimension: PROVIDER }, { dimension: CHARGE_CATEGORY }']) {
      expect(sums((await report(dimension)).costReport.groups)).toEqual(sums(whole.groups));
    }
    const { costReport: services } = await report('{ dimension: SERVICE }');
    const dollars = services.groups.filter(({ total }: Group) => total.currency === 'USD').map(({ total }: Group) => Number(total.amount));
    expect(dollars).toEqual(dollars.toSorted((one: number, other: number) => other - one));
  });

  it('sees that GPUs cost what the bill says, in every way of sharing them and with what nobody had', async () => {
    const { gpuCosts, costReport } = await app.data(`{
      gpuCosts(period: { start: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z" }, granularity: MONTH, groupBy: [{ dimension: CHARGED_RESOURCE }, { tag: "team" }]) {
        total { amount currency } settled unpriced { model } groups { key part total { amount } } }
      costReport(filter: { period: { start: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z" } }, groupBy: [{ dimension: RESOURCE }], granularity: MONTH) { groups { key total { amount } } } }`);
    const billed = costReport.groups.filter(({ key: [id] }: { key: string[] }) => /gpu-pool/.test(id!)).map(({ total }: { total: { amount: string } }) => Number(total.amount));
    expect(billed).toHaveLength(3);
    expect(gpuCosts.total).toEqual({ amount: billed.reduce((sum: number, one: number) => sum + one, 0).toFixed(2), currency: 'USD' });
    expect(gpuCosts).toMatchObject({ settled: 1, unpriced: [] });
    const parts = new Set(gpuCosts.groups.map(({ part }: { part: string }) => part));
    expect(parts).toEqual(new Set(['WHOLE', 'MIG', 'TIME_SLICED', 'FRACTIONAL', 'IDLE', 'UNATTRIBUTED', 'UNOBSERVED']));
    const teams = new Set(gpuCosts.groups.map(({ key: [, team] }: { key: [string, string | null] }) => team));
    expect(teams).toEqual(new Set(['research', 'product', 'platform', 'data', null]));
  });

  it('has costs of GPUs printed as a table to the cent, with the bill at its end', async () => {
    const report = await gpuCostReport(app.db, administrator, { period: october, groupBy: [{ tag: 'team' }], idle: IdleRule.SHOWN, granularity: Granularity.MONTH }, app.clock.now());
    const printed = gpuCostTable(report, 'team').split('\n');
    expect(printed[0]).toBe('What GPUs cost, October 2026');
    expect(printed[1]).toMatch(/^ {2}Team +Had as +GPU-hours +USD +Of the bill +A GPU-hour$/);
    const amounts = printed.slice(3, 3 + report.groups.length).map((line) => Number(/(\d[\d,]*\.\d\d) +[\d.]+ %/.exec(line)![1]!.replaceAll(',', '').replace('.', '')));
    const bill = printed[3 + report.groups.length]!;
    expect(bill).toMatch(/the bill +[\d,]+\.\d\d$/);
    expect(amounts.reduce((sum, cents) => sum + cents, 0)).toBe(Number(bill.replaceAll(/[^\d]/g, '')));
  });

  it('may have teams charged for what is idle', async () => {
    const report = await gpuCostReport(app.db, administrator, { period: october, groupBy: [], idle: IdleRule.SPREAD_BY_ALLOCATION, granularity: Granularity.MONTH }, app.clock.now());
    expect(report.groups.map(({ part }) => part)).not.toContain('IDLE');
  });

  it('can go from a charge to its resource, its usage and its forecast', async () => {
    const { resources } = await app.data(`{ resources(filter: { nameContains: "h100" }) { nodes { resourceName effectiveCost(period: { start: "2026-11-01T00:00:00Z", end: "2026-11-08T00:00:00Z" }) { amount currency }
      usage(metric: GPU_UTILIZATION, granularity: DAY, period: { start: "2026-11-01T00:00:00Z", end: "2026-11-08T00:00:00Z" }) { unit points { value } }
      forecast(metric: GPU_REQUESTED) { version points { mean } } capacities { metric } } } }`);
    const pool = resources.nodes.find(({ resourceName }: { resourceName: string }) => resourceName === 'demo-h100-training');
    expect(pool.usage.points).toHaveLength(7);
    for (const { value } of pool.usage.points) expect(value > 0 && value <= 1).toBe(true);
    expect(pool.forecast.version).toBe(1);
    expect(pool.capacities).toEqual([{ metric: 'GPU_REQUESTED' }]);
    expect(Number(pool.effectiveCost.amount)).toBeGreaterThan(0);
  });

  it('gets the same answers again: nothing is made anew, and the printed ones are the same to the letter', async () => {
    const printed = await report(app.app, administrator);
    await bringUpToDate(app.app, administrator, unwatched);
    expect(await report(app.app, administrator)).toBe(printed);
    const { resources } = await app.data('{ resources(first: 200) { nodes { forecast(metric: STORAGE) { version } } } }');
    const versions = resources.nodes.flatMap(({ forecast }: { forecast: { version: number } | null }) => forecast?.version ?? []);
    expect(new Set(versions)).toEqual(new Set([1]));
    for (const part of ['demo-l4', 'demo-h100', 'demo research 2026-11', 'December 2026']) expect(printed).toContain(part);
  });
});
