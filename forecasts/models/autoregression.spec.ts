import { difference, rangeOf, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { continueLags, fitLags } from '../math/lag-regression.js';
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

describe.each(referencesIn('forecasts/models/autoregression.csv'))('autoregression, on %s', (_, { values, answer }) => {
  const fitted = autoregression.fit({ values, periods: [] });

  it('is the ridge regression that lm() of R finds', () => {
    expect(difference(fitted.parameters, answer('coefficients'))).toBeLessThan(1e-9);
    expect(difference(fitted.forecast(24), answer('mean'))).toBeLessThan(1e-11);
  });

  it('is ar.ols() of R without the ridge', () => {
    const coefficients = fitLags(values, { lags: [1, 2, 3], ridge: 0 });
    expect(difference(coefficients, answer('ar.ols.coefficients'))).toBeLessThan(1e-8);
    expect(difference(continueLags(values, [1, 2, 3], coefficients, 24), answer('ar.ols.mean'))).toBeLessThan(1e-8);
    // The ridge draws the forecast by at most 0.4 % of the range.
    expect(difference(fitted.forecast(24), answer('ar.ols.mean'), rangeOf(values))).toBeLessThan(0.004);
  });
});
