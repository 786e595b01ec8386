import { administrator } from '../../src/access/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { describeWith, realFile, TestApp } from '../support/index.js';

const usage = realFile('gpu-cluster', 'usage.csv');

/** 600 hours of a production cluster, hour by hour from Monday 2026-01-05. */
describeWith(usage, 'the utilization of a real GPU cluster', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-01-30T09:00:00Z' });
  });
  afterAll(() => app.stop());

  it('is loaded, forecast and answered on', async () => {
    expect(await app.importUsage(usage)).toMatchObject({ usageSampleCount: 2400, usageSeriesCount: 4, isChanged: true });
    // 600 hours are 25 whole days.
    expect(await app.app.get(Forecaster).forecastUsage(administrator)).toEqual({ made: 4, unchanged: 0, refused: [] });

    const { resources } = await app.data(`{ resources { nodes { resourceId
      usage(metric: GPU_REQUESTED, period: { start: "2026-01-05T00:00:00Z", end: "2026-01-30T00:00:00Z" }) { unit points { value } }
      forecast(metric: GPU_REQUESTED) { origin horizon unit statistic models { model weight } points { period { start } mean intervals { level lower upper } } } } } }`);
    expect(resources.nodes).toHaveLength(1);
    const [{ resourceId, usage: observed, forecast }] = resources.nodes;
    expect(resourceId).toBe('gpu-cluster');
    expect(observed.unit).toBe('GPUs');
    expect(observed.points).toHaveLength(600);
    // The first line of the file.
    expect(observed.points[0].value).toBe(3123);

    expect(forecast).toMatchObject({ origin: '2026-01-30T00:00:00Z', horizon: 180, unit: 'GPUs', statistic: 'MAXIMUM' });
    expect(forecast.points).toHaveLength(180);
    expect(forecast.points[0].period.start).toBe('2026-01-30T00:00:00Z');
    for (const { mean, intervals } of forecast.points) {
      const [narrow, wide] = intervals;
      expect([narrow.level, wide.level]).toEqual([80, 95]);
      expect([wide.lower, narrow.lower, mean, narrow.upper, wide.upper].every(Number.isFinite)).toBe(true);
      expect(wide.lower <= narrow.lower && narrow.lower <= narrow.upper && narrow.upper <= wide.upper).toBe(true);
    }
    expect(forecast.models.reduce((sum: number, { weight }: { weight: number }) => sum + weight, 0)).toBeCloseTo(1, 9);
  });

  it('keeps its forecasts while it stays the same', async () => {
    expect(await app.importUsage(usage)).toMatchObject({ isChanged: false });
    expect(await app.app.get(Forecaster).forecastUsage(administrator)).toEqual({ made: 0, unchanged: 4, refused: [] });
  });
});
