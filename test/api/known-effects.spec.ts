import { DataSource } from 'typeorm';
import { createApp } from '../../src/serve.js';
import { administrator } from '../../src/access/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { UsageMetric } from '../../src/usage/index.js';
import { dailyCharges, days, focusCsv, TestApp, usageCsvOf } from '../support/index.js';

interface Point {
  period: { start: string };
  mean: number;
}

const version = `id version knownEffects { name size isRelative standardDeviation }
  points { period { start } mean }`;

/** Days off in Germany that fall on workdays, as they were published. */
const daysOff = [
  '2025-10-03', '2025-12-25', '2025-12-26', '2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25',
];
const history = days('2025-09-01', 447);
/** A spread that a person would not notice, so that nothing is exact. */
const unevenness = (day: number) => ((day * 37) % 11) - 5;

describe('known effects', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-24T09:00:00Z', country: 'DE' });
  });
  afterAll(() => app.stop());

  it('put a bill of the first of each month on the first of the months to come', async () => {
    const account = { SubAccountId: 'taxed', ResourceId: '', Tags: '' };
    const firsts = history.filter((day) => day.slice(8, 10) === '01');
    await app.importFocus([
      await app.file('costs.csv', focusCsv([
        ...history.flatMap((day, number) => dailyCharges([day], String(500 + unevenness(number)), account)),
        ...dailyCharges(firsts, '3000', { ...account, ChargeCategory: 'Tax', PricingCategory: '', ConsumedQuantity: '', ConsumedUnit: '' }),
      ])),
    ]);
    const { costForecast } = await app.data(`{ costForecast(scope: { subAccountIds: ["taxed"] }) { ${version} } }`);
    expect(costForecast.knownEffects).toEqual([
      { name: 'month start', size: expect.any(Number), isRelative: expect.any(Boolean), standardDeviation: expect.any(Number) },
    ]);
    const points: Point[] = costForecast.points;
    for (const { period, mean } of points) {
      const expected = period.start.slice(8, 10) === '01' ? 3500 : 500;
      expect(Math.abs(mean - expected)).toBeLessThan(0.03 * expected);
    }
    // December: 31 days of about 500, and 3,000.
    const december = points.filter(({ period }) => period.start.startsWith('2026-12')).reduce((sum, { mean }) => sum + mean, 0);
    expect(Math.abs(december / 18_500 - 1)).toBeLessThan(0.01);
  });

  it('leave a holiday to those who have it off', async () => {
    const isOff = (day: string) => daysOff.includes(day.slice(0, 10));
    const values = history.map((day, number) => {
      const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
      return [day, [(isWeekend ? 70 : isOff(day) ? 60 : 100) + unevenness(number) / 5]] as const;
    });
    await app.importUsage(await app.file('usage.csv', usageCsvOf([{ resource: 'office', metric: 'CPU', days: values }])));
    const { resources } = await app.data('{ resources(first: 200) { nodes { id resourceId } } }');
    const { id } = resources.nodes.find(({ resourceId }: { resourceId: string }) => resourceId === 'office');
    const key = id.slice('Resource:'.length);

    const { forecastCreate } = await app.data(
      `mutation ($id: ID!) { forecastCreate(input: { subjectId: $id, metric: CPU, horizon: 180 }) { forecast { ${version} } userErrors { message } } }`,
      { id },
    );
    const { forecast } = forecastCreate;
    expect(forecast.knownEffects.map(({ name }: { name: string }) => name)).toEqual(['holiday']);
    const meanOf = (date: string) => forecast.points.find(({ period }: Point) => period.start.startsWith(date)).mean;
    // Christmas of 2026 is a Friday; Easter of 2027 is on 28 March.
    for (const off of ['2026-12-25', '2027-01-01', '2027-03-26', '2027-03-29']) expect(Math.abs(meanOf(off) - 60)).toBeLessThan(4);
    for (const ordinary of ['2026-12-18', '2027-01-08', '2027-03-19', '2027-03-30']) expect(Math.abs(meanOf(ordinary) - 100)).toBeLessThan(4);

    // Where nobody keeps these days the same data make another version; where everybody still does, they do not.
    const { id: same } = (await app.data(`{ resource(id: "${id}") { forecast(metric: CPU) { id } } }`)).resource.forecast;
    expect(await app.app.get(Forecaster).forecastResource(administrator, key, UsageMetric.CPU, 30)).toBe(same.slice('Forecast:'.length));
    const elsewhere = await createApp({ adminKey: null, country: null, secretKey: null, sampleMonths: 13, metricsLimit: 500 }, app.app.get(DataSource), app.clock);
    const other = await elsewhere.get(Forecaster).forecastResource(administrator, key, UsageMetric.CPU, 30);
    await elsewhere.close();
    const { forecast: second } = await app.data(`{ forecast(id: "Forecast:${other}") { ${version} } }`);
    expect(second).toMatchObject({ version: 2, knownEffects: [] });
    expect((await app.data(`{ forecast(id: "${same}") { ${version} } }`)).forecast).toEqual(forecast);
  });
});
