import { InsufficientHistory } from '../errors.js';
import { models } from './index.js';

/** Slow growth under a season, with some noise. */
function seriesWith(periods: readonly number[], length: number): Float64Array {
  return Float64Array.from({ length }, (_, t) =>
    periods.reduce((sum, m) => sum + 5 * Math.sin((2 * Math.PI * t) / m), 200 + 0.1 * t + Math.sin(t * t)),
  );
}

it('gives every model a name of its own', () => {
  expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
});

describe.each(models.map((model) => [model.name, model] as const))('%s', (_, model) => {
  // Some models need a short season within a long one.
  const periods = Number.isFinite(model.requiredObservations([7])) ? [7] : [24, 168];
  const length = 80 * periods[0]!;
  const series = seriesWith(periods, length);

  it('forecasts as many steps as asked, all finite', () => {
    const fitted = model.fit({ values: series, periods });
    const mean = fitted.forecast(20);
    expect(mean).toHaveLength(20);
    expect(mean.every(Number.isFinite)).toBe(true);
  });

  it('stays near a series that hardly moves', () => {
    const [next] = model.fit({ values: series, periods }).forecast(1);
    expect(Math.abs(next! - seriesWith(periods, length + 1)[length]!)).toBeLessThan(8);
  });

  it('leaves what it learns from unchanged', () => {
    const values = Float64Array.from(series);
    model.fit({ values, periods }).forecast(5);
    expect(values).toEqual(series);
  });

  it('forecasts a shorter horizon as the start of a longer one', () => {
    const fitted = model.fit({ values: series, periods });
    expect(fitted.forecast(30).subarray(0, 10)).toEqual(fitted.forecast(10));
  });

  it('says the same again from what it has learnt', () => {
    const fitted = model.fit({ values: series, periods });
    expect(model.fit({ values: series, periods }, fitted.parameters).forecast(20)).toEqual(fitted.forecast(20));
  });

  it('fits the fewest observations it says it can, and refuses one less by name', () => {
    const fewest = model.requiredObservations(periods);
    expect(model.fit({ values: series.subarray(0, fewest), periods }).forecast(3).every(Number.isFinite)).toBe(true);
    expect(() => model.fit({ values: series.subarray(0, fewest - 1), periods })).toThrow(InsufficientHistory);
  });
});
