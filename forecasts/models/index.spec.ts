import { InsufficientHistory } from '../errors.js';
import { models } from './index.js';

const season = [0, 3, 5, 2, 0, -6, -4];
const series = Float64Array.from({ length: 84 }, (_, t) => 200 + 0.5 * t + season[t % 7]! + Math.sin(t * t));

it('gives every model a name of its own', () => {
  expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
});

describe.each(models.map((model) => [model.name, model] as const))('%s', (_, model) => {
  it('forecasts as many steps as asked, all finite, and its residuals too', () => {
    const fitted = model.fit({ values: series, periods: [7] });
    const mean = fitted.forecast(20);
    expect(mean).toHaveLength(20);
    expect(mean.every(Number.isFinite)).toBe(true);
    expect(fitted.residuals.every(Number.isFinite)).toBe(true);
    expect(fitted.residuals.length).toBeGreaterThan(0);
  });

  it('stays near a series that hardly moves', () => {
    const [next] = model.fit({ values: series, periods: [7] }).forecast(1);
    expect(Math.abs(next! - (200 + 0.5 * 84 + season[0]!))).toBeLessThan(8);
  });

  it('leaves what it learns from unchanged', () => {
    const values = Float64Array.from(series);
    model.fit({ values, periods: [7] }).forecast(5);
    expect(values).toEqual(series);
  });

  it('forecasts a shorter horizon as the start of a longer one', () => {
    const fitted = model.fit({ values: series, periods: [7] });
    expect(fitted.forecast(30).subarray(0, 10)).toEqual(fitted.forecast(10));
  });

  it('fits the fewest observations it says it can, and refuses one less by name', () => {
    const fewest = model.requiredObservations([7]);
    expect(model.fit({ values: series.subarray(0, fewest), periods: [7] }).forecast(3).every(Number.isFinite)).toBe(true);
    expect(() => model.fit({ values: series.subarray(0, fewest - 1), periods: [7] })).toThrow(InsufficientHistory);
  });
});
