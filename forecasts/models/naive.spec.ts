import { difference, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { naive } from './naive.js';

describe('naive', () => {
  it('repeats the last observation', () => {
    const fitted = naive.fit({ values: Float64Array.of(3, 5, 4), periods: [] });
    expect([...fitted.forecast(3)]).toEqual([4, 4, 4]);
  });

  it('refuses a single observation', () => {
    expect(() => naive.fit({ values: Float64Array.of(3), periods: [] })).toThrow(InsufficientHistory);
  });
});

describe.each(referencesIn('forecasts/models/naive.csv'))('naive, on %s', (_, { values, answer }) => {
  it('says what naive() of R says', () => {
    expect(difference(naive.fit({ values, periods: [] }).forecast(12), answer('mean'))).toBe(0);
  });
});
