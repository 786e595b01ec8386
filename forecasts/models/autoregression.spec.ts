import { InsufficientHistory } from '../errors.js';
import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';
import { autoregression } from './autoregression.js';

describe('autoregression', () => {
  it('returns to the mean as fast as the series did', () => {
    // zₜ = 0.8·zₜ₋₁ + noise around 100, left at 130: after 5 steps 0.8⁵ = 0.33 of the 30 are left.
    const values = new Float64Array(800);
    fillNormal(values, randomStream(11));
    for (let t = 0; t < 800; t += 1) values[t] = (t === 0 ? 100 : 100 + 0.8 * (values[t - 1]! - 100)) + values[t]!;
    values[799] = 130;
    const mean = autoregression.fit({ values, periods: [] }).forecast(60);
    expect(Math.abs(mean[4]! - 110)).toBeLessThan(5);
    expect(Math.abs(mean[59]! - 100)).toBeLessThan(1);
  });

  it('refuses a short series', () => {
    expect(() => autoregression.fit({ values: new Float64Array(149), periods: [] })).toThrow(InsufficientHistory);
  });
});
