import { difference, rangeOf, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { changesAutoregression } from './changes-autoregression.js';

describe('autoregression of changes', () => {
  it('lets a steady change go on, and fade', () => {
    const values = Float64Array.from({ length: 40 }, (_, t) => 2 * t);
    const mean = changesAutoregression.fit({ values, periods: [] }).forecast(3);
    // 78 + 2, + 2·0.97, + 2·0.97²
    expect(mean[0]).toBeCloseTo(80, 10);
    expect(mean[1]).toBeCloseTo(81.94, 10);
    expect(mean[2]).toBeCloseTo(83.8218, 10);
  });

  it('expects what went up to come down, where it always did', () => {
    const values = Float64Array.from({ length: 101 }, (_, t) => (t % 2 === 0 ? 10 : 20));
    const mean = changesAutoregression.fit({ values, periods: [] }).forecast(1);
    expect(mean[0]).toBeGreaterThan(19);
  });

  it('refuses fourteen observations', () => {
    const fewest = changesAutoregression.requiredObservations([]);
    expect(() => changesAutoregression.fit({ values: new Float64Array(fewest - 1), periods: [] })).toThrow(InsufficientHistory);
  });
});

const references = referencesIn('forecasts/models/changes-autoregression.csv');

describe.each(references)('autoregression of changes, on %s', (_, { values, answer }) => {
  const fitted = changesAutoregression.fit({ values, periods: [] });

  it('is the ridge regression that lm() of R finds on diff()', () => {
    expect(difference(fitted.parameters, answer('coefficients'))).toBeLessThan(1e-9);
    expect(difference(fitted.forecast(12), answer('mean'), rangeOf(values))).toBeLessThan(1e-9);
  });

  it('stays near ar.ols() of R, which has no ridge', () => {
    // Twelve steps ahead they are 0.2 % of the range apart in the median. The ridge holds back most on the quarters of
    // gas, where three changes all but give the fourth: 8 %; and on the population: 5 %.
    expect(difference(fitted.forecast(12), answer('ar.ols.mean'), rangeOf(values))).toBeLessThan(0.08);
  });
});
