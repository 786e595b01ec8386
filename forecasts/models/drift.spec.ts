import { difference, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { drift } from './drift.js';

describe('drift', () => {
  it('extends the line from the first observation to the last', () => {
    // c = (16 − 10) / 3 = 2
    const fitted = drift.fit({ values: Float64Array.of(10, 11, 15, 16), periods: [] });
    expect([...fitted.forecast(3)]).toEqual([18, 20, 22]);
  });

  it('refuses two observations', () => {
    expect(() => drift.fit({ values: Float64Array.of(1, 2), periods: [] })).toThrow(InsufficientHistory);
  });
});

describe.each(referencesIn('forecasts/models/drift.csv'))('drift, on %s', (_, { values, answer }) => {
  it('says what rwf() of R says', () => {
    expect(difference(drift.fit({ values, periods: [] }).forecast(12), answer('mean'))).toBeLessThan(1e-11);
  });
});
