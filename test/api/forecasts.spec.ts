import { randomUUID } from 'node:crypto';
import { administrator } from '../../src/access/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { dailyCharges, days, focusCsv, TestApp, usageCsvOf, type SampledDays } from '../support/index.js';

const version = `id version metric costMetric unit statistic granularity origin horizon createdAt trainingPeriod { start end }
  models { model weight } accuracy { origins mae rmse mase winklerScore coverage95 }
  subject { __typename ... on Resource { resourceId } ... on CostScope { subAccountIds } }
  points { period { start end } mean intervals { level lower upper } }`;

interface Point {
  period: { start: string; end: string };
  mean: number;
  intervals: { level: number; lower: number; upper: number }[];
}

describe('forecasts', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-24T09:00:00Z' });
  });
  afterAll(() => app.stop());

  /** Loads usage of resources, and gives their ids by name. */
  async function observe(...series: SampledDays[]): Promise<Record<string, string>> {
    await app.importUsage(await app.file(`${randomUUID()}.csv`, usageCsvOf(series)));
    const { resources } = await app.data('{ resources(first: 200) { nodes { id resourceId } } }');
    return Object.fromEntries(resources.nodes.map(({ id, resourceId }: { id: string; resourceId: string }) => [resourceId, id]));
  }
  const make = async (input: { subjectId: string; metric?: string | null; horizon?: number }) =>
    (await app.data(`mutation ($input: ForecastCreateInput!) { forecastCreate(input: $input) { forecast { ${version} } userErrors { code field message } } }`, {
      input: { horizon: 30, ...input },
    })).forecastCreate;
  const latest = async (id: string, metric: string) =>
    (await app.data(`query ($id: ID!, $metric: UsageMetric!) { resource(id: $id) { forecast(metric: $metric) { ${version} } } }`, { id, metric })).resource.forecast;
  const each = (dates: string[], values: (day: number) => readonly number[]) => dates.map((day, number) => [day, values(number)] as const);

  describe('of usage', () => {
    it('say what they are of, how far they look, and how they did on history', async () => {
      const { ramp } = await observe({ resource: 'ramp', metric: 'STORAGE', days: each(days('2026-09-01', 70), (day) => [100 + day]) });
      expect(await latest(ramp!, 'STORAGE')).toBeNull();
      const { forecast, userErrors } = await make({ subjectId: ramp!, metric: 'STORAGE', horizon: 200 });
      expect(userErrors).toEqual([]);
      expect(forecast).toMatchObject({
        version: 1, metric: 'STORAGE', costMetric: null, unit: 'GiB', statistic: 'MAXIMUM', granularity: 'DAY', horizon: 200,
        origin: '2026-11-10T00:00:00Z', createdAt: '2026-11-24T09:00:00Z', trainingPeriod: { start: '2026-09-01T00:00:00Z', end: '2026-11-10T00:00:00Z' },
        subject: { __typename: 'Resource', resourceId: 'ramp' },
      });
      const points: Point[] = forecast.points;
      expect(points).toHaveLength(200);
      expect(points[0]!.period).toEqual({ start: '2026-11-10T00:00:00Z', end: '2026-11-11T00:00:00Z' });
      expect(points.at(-1)!.period.end).toBe('2027-05-29T00:00:00Z');
      // The day after 100 + 69.
      expect(points[0]!.mean).toBeCloseTo(170, 0);
      for (const { mean, intervals } of points) {
        expect(intervals.map(({ level }) => level)).toEqual([80, 95]);
        const [narrow, wide] = intervals as [Point['intervals'][0], Point['intervals'][0]];
        expect([wide.lower, narrow.lower, mean, narrow.upper, wide.upper].toSorted((a, b) => a - b)).toEqual([wide.lower, narrow.lower, mean, narrow.upper, wide.upper]);
      }
      const weights: number[] = forecast.models.map(({ weight }: { weight: number }) => weight);
      expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
      expect(weights).toEqual(weights.toSorted((one, other) => other - one));
      expect(forecast.accuracy.origins).toBeGreaterThan(0);
      // Nothing is easier than a straight line.
      expect(forecast.accuracy.mae).toBeLessThan(2);
      expect(await latest(ramp!, 'STORAGE')).toEqual(forecast);
    });

    it('are frozen: the same data give the same version, new data the next, and the first stays as it was', async () => {
      const wave = (dates: string[]) => ({ resource: 'wave', metric: 'CPU', days: each(dates, (day) => [50 + 10 * Math.sin(day)]) });
      const { wave: id } = await observe(wave(days('2026-09-01', 60)));
      const { forecast: first } = await make({ subjectId: id!, metric: 'CPU' });
      app.clock.moveTo('2026-11-25T09:00:00Z');
      expect((await make({ subjectId: id!, metric: 'CPU' })).forecast).toEqual(first);
      expect(await app.app.get(Forecaster).forecastUsage(administrator)).toMatchObject({ made: 0 });
      await observe(wave(days('2026-09-01', 60)));
      expect((await make({ subjectId: id!, metric: 'CPU' })).forecast).toEqual(first);

      await observe(wave(days('2026-09-01', 61)));
      const { forecast: second } = await make({ subjectId: id!, metric: 'CPU' });
      expect(second).toMatchObject({ version: 2, origin: '2026-11-01T00:00:00Z', createdAt: '2026-11-25T09:00:00Z' });
      // A day that is observed anew, with another value, is new data too.
      await observe({ resource: 'wave', metric: 'CPU', days: [['2026-10-01T00:00:00Z', [80]]] });
      expect((await make({ subjectId: id!, metric: 'CPU' })).forecast).toMatchObject({ version: 3, origin: second.origin });
      // One that looks further is a version of its own, and answers whoever asks for less.
      const { forecast: fourth } = await make({ subjectId: id!, metric: 'CPU', horizon: 365 });
      expect(fourth).toMatchObject({ version: 4, horizon: 365 });
      expect((await make({ subjectId: id!, metric: 'CPU', horizon: 10 })).forecast.id).toBe(fourth.id);

      for (const frozen of [first, second]) {
        expect((await app.data(`query ($id: ID!) { forecast(id: $id) { ${version} } }`, { id: frozen.id })).forecast).toEqual(frozen);
      }
      app.clock.moveTo('2026-11-24T09:00:00Z');
    });

    it('take no gap for zero, and leave out a last day that is not over', async () => {
      const constant = days('2026-09-01', 61).filter((_, day) => day % 10 !== 3);
      const samples = each(constant, () => [50, 50, 50, 50]);
      const { gaps } = await observe({ resource: 'gaps', metric: 'MEMORY', days: [...samples.slice(0, -1), [constant.at(-1)!, [5]]] });
      const { forecast } = await make({ subjectId: gaps!, metric: 'MEMORY' });
      expect(forecast.origin).toBe(constant.at(-1));
      for (const { mean } of forecast.points) expect(mean).toBeCloseTo(50, 3);
      // What was not observed is null where it is shown, too.
      const { resource } = await app.data(`query ($id: ID!) { resource(id: $id) { usage(metric: MEMORY, granularity: DAY
        period: { start: "2026-09-03T00:00:00Z", end: "2026-09-06T00:00:00Z" }) { unit points { value } } } }`, { id: gaps });
      expect(resource.usage).toEqual({ unit: 'GiB', points: [{ value: 50 }, { value: null }, { value: 50 }] });
    });

    it('are of the daily maximum of what fills, and of the mean of a utilization', async () => {
      const dates = days('2026-09-01', 30);
      const { pool } = await observe(
        { resource: 'pool', metric: 'GPU_REQUESTED', days: each(dates, () => [10, 40, 20, 30]) },
        { resource: 'pool', metric: 'GPU_UTILIZATION', days: each(dates, () => [0.1, 0.4, 0.2, 0.3]) },
        { resource: 'pool', metric: 'GPU_POWER', days: each(dates, () => [100, 400, 200, 300]) },
      );
      for (const [metric, statistic, value] of [['GPU_REQUESTED', 'MAXIMUM', 40], ['GPU_UTILIZATION', 'MEAN', 0.25], ['GPU_POWER', 'MEAN', 250]] as const) {
        const { forecast } = await make({ subjectId: pool!, metric });
        expect(forecast).toMatchObject({ metric, statistic });
        expect(forecast.points[0].mean).toBeCloseTo(value, 3);
      }
      expect(await latest(pool!, 'CPU')).toBeNull();
    });

    it('know the bounds of a quantity', async () => {
      const dates = days('2026-09-01', 40);
      const { bound } = await observe(
        { resource: 'bound', metric: 'GPU_UTILIZATION', days: each(dates, (day) => [Math.min(1, 0.6 + day / 100)]) },
        { resource: 'bound', metric: 'STORAGE', days: each(dates, (day) => [Math.max(0, 40 - day)]) },
      );
      const range = async (metric: string) =>
        (await make({ subjectId: bound!, metric, horizon: 180 })).forecast.points.flatMap(({ mean, intervals }: Point) => [mean, ...intervals.flatMap(({ lower, upper }) => [lower, upper])]);
      expect(Math.max(...await range('GPU_UTILIZATION'))).toBeLessThanOrEqual(1);
      expect(Math.min(...await range('STORAGE'))).toBeGreaterThanOrEqual(0);
    });

    it('need some days of data', async () => {
      const { young } = await observe({ resource: 'young', metric: 'CPU', days: each(days('2026-11-20', 2), () => [1, 1]) });
      expect(await make({ subjectId: young!, metric: 'CPU' })).toEqual({
        forecast: null,
        userErrors: [{ code: 'INSUFFICIENT_HISTORY', field: null, message: 'a forecast needs 3 days with data, and there are 2' }],
      });
      expect(await make({ subjectId: young!, metric: 'TOKENS' })).toMatchObject({ forecast: null, userErrors: [{ code: 'INSUFFICIENT_HISTORY' }] });
      expect(await latest(young!, 'CPU')).toBeNull();
      expect(await app.app.get(Forecaster).forecastUsage(administrator)).toMatchObject({
        refused: [{ resourceKey: young!.slice('Resource:'.length), metric: 'CPU', reason: 'a forecast needs 3 days with data, and there are 2' }],
      });
    });
  });

  describe('of costs', () => {
    const account = (SubAccountId: string, more = {}) => ({ SubAccountId, ResourceId: '', Tags: '', ...more });
    const cost = (args: string) => app.ask(`{ costForecast(${args}) { ${version} } }`);
    const of = (name: string) => `scope: { subAccountIds: ["${name}"] }`;

    beforeAll(async () => {
      await app.importFocus([
        await app.file('costs.csv', focusCsv([
          ...dailyCharges(days('2026-09-01', 84), '10', account('steady', { BilledCost: '12' })),
          ...dailyCharges(days('2026-09-01', 84), '1', account('mixed')),
          ...dailyCharges(days('2026-09-01', 84), '2', account('mixed', { BillingCurrency: 'EUR' })),
          ...dailyCharges(days('2026-11-19', 2), '2', account('new')),
          ...dailyCharges(days('2026-11-01', 20), '-5', account('credits', { ChargeCategory: 'Credit', PricingCategory: '', ConsumedQuantity: '', ConsumedUnit: '' })),
        ])),
      ]);
    });

    it('are of settled days alone, in one currency', async () => {
      const { data, errors } = await cost(of('steady'));
      expect(errors).toBeUndefined();
      expect(data.costForecast).toMatchObject({
        version: 1, metric: null, costMetric: 'EFFECTIVE_COST', unit: 'USD', statistic: 'SUM', origin: '2026-11-21T00:00:00Z',
        trainingPeriod: { start: '2026-09-01T00:00:00Z', end: '2026-11-21T00:00:00Z' },
        subject: { __typename: 'CostScope', subAccountIds: ['steady'] },
      });
      expect(data.costForecast.points.length).toBeGreaterThanOrEqual(90);
      expect(data.costForecast.points[0].mean).toBeCloseTo(10, 6);
      const { data: billed } = await cost(`${of('steady')}, metric: BILLED_COST, horizonDays: 365`);
      expect(billed.costForecast).toMatchObject({ costMetric: 'BILLED_COST', horizon: 365, version: 1 });
      expect(billed.costForecast.points[0].mean).toBeCloseTo(12, 6);
    });

    it('are one version for all who ask at once, however they spell the scope', async () => {
      const { a, b, c, d } = await app.data(`{
        a: costForecast(scope: { subAccountIds: ["mixed", "steady"] }, currency: "USD") { id version }
        b: costForecast(scope: { subAccountIds: ["steady", "mixed", "steady"], tags: [] }, currency: "USD") { id version }
        c: costForecast(scope: { subAccountIds: ["mixed", "steady"] }, currency: "USD", horizonDays: 5) { id version }
        d: costForecast(scope: { subAccountIds: ["steady"] }) { id version } }`);
      expect(b).toEqual(a);
      expect(c).toEqual(a);
      expect(a.version).toBe(1);
      expect(d.id).not.toBe(a.id);
      const many = await Promise.all(Array.from({ length: 5 }, () => app.data(`{ costForecast(${of('mixed')}, currency: "EUR") { id version } }`)));
      expect(new Set(many.map(({ costForecast }) => JSON.stringify(costForecast))).size).toBe(1);
    });

    it('never add currencies: one is named where there are several', async () => {
      expect(await cost(of('mixed'))).toEqual({
        data: { costForecast: null },
        errors: [expect.objectContaining({ message: 'charges of this scope are in EUR and USD, which are never added: name a currency', extensions: { code: 'INVALID', field: ['currency'] } })],
      });
      expect((await cost(`${of('mixed')}, currency: "EUR"`)).data.costForecast).toMatchObject({ unit: 'EUR', points: expect.arrayContaining([expect.objectContaining({ mean: expect.closeTo(2, 6) })]) });
      expect((await cost(`${of('steady')}, currency: "EUR"`)).errors).toMatchObject([{ extensions: { code: 'INSUFFICIENT_HISTORY' } }]);
    });

    it('may be negative where credits are', async () => {
      const { data } = await cost(of('credits'));
      expect(data.costForecast.points[0].mean).toBeCloseTo(-5, 6);
    });

    it('are refused with the reason', async () => {
      expect((await cost(of('new'))).errors).toMatchObject([{ message: 'a forecast needs 3 days with data, and there are 2', extensions: { code: 'INSUFFICIENT_HISTORY' } }]);
      expect((await cost(of('nobody'))).errors).toMatchObject([{ extensions: { code: 'INSUFFICIENT_HISTORY' } }]);
      for (const days of [0, -1, 732]) {
        expect((await cost(`${of('steady')}, horizonDays: ${days}`)).errors).toMatchObject([
          { message: `horizon needs a whole number of days from 1 to 731, got ${days}`, extensions: { code: 'INVALID' } },
        ]);
      }
    });

    it('are made for a budget by its id, in its currency', async () => {
      const { budgetCreate } = await app.data(`mutation { budgetCreate(input: { name: "mixed", scope: { subAccountIds: ["mixed"] }, amount: { amount: "99", currency: "EUR" }
        period: { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" } }) { budget { id forecast { id } } } }`);
      const { id, forecast: known } = budgetCreate.budget;
      const { forecast, userErrors } = await make({ subjectId: id });
      expect(userErrors).toEqual([]);
      expect(forecast).toMatchObject({ id: known.id, unit: 'EUR', subject: { subAccountIds: ['mixed'] } });
      expect((await make({ subjectId: id, horizon: 400 })).forecast).toMatchObject({ version: 2, horizon: 400 });
      expect(await make({ subjectId: id, metric: 'CPU' })).toEqual({
        forecast: null,
        userErrors: [{ code: 'INVALID', field: ['metric'], message: 'metric is for resources: a budget is forecast by the cost it is about' }],
      });
    });
  });

  it('are refused for what is not there, without a metric, and beyond what can be seen', async () => {
    const { ramp } = await observe({ resource: 'ramp', metric: 'STORAGE', days: each(days('2026-09-01', 70), (day) => [100 + day]) });
    const refused = async (input: Parameters<typeof make>[0]) => {
      const { forecast, userErrors } = await make(input);
      expect(forecast).toBeNull();
      return userErrors[0];
    };
    for (const subjectId of [`Resource:${randomUUID()}`, `Budget:${randomUUID()}`, 'Forecast:1', 'Budget:', '']) {
      expect(await refused({ subjectId, metric: subjectId.startsWith('Budget:') ? null : 'STORAGE' })).toEqual({
        code: 'NOT_FOUND', field: ['subjectId'], message: `nothing has the id "${subjectId}"`,
      });
    }
    expect(await refused({ subjectId: ramp! })).toEqual({ code: 'INVALID', field: ['metric'], message: 'metric is needed: a resource has several' });
    for (const horizon of [0, 732, -5]) {
      expect(await refused({ subjectId: ramp!, metric: 'STORAGE', horizon })).toMatchObject({ code: 'INVALID', field: ['horizon'] });
    }
  });
});
