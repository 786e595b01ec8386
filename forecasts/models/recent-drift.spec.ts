import { difference, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { halfDrift, recentDrift } from './recent-drift.js';

describe('recent drift', () => {
  it('goes on at the pace of the last third', () => {
    // Growth of 1 per step for 20 steps, then 4 per step for 10; a third of 30 is the 10 fast steps, and the three
    // neighbours at the far end lie on the slow stretch: c = ((59 + 55 + 51) − (19 + 18 + 17)) / 30 = 3.7.
    const values = Float64Array.from({ length: 30 }, (_, t) => (t < 20 ? t : 19 + 4 * (t - 19)));
    const [next] = recentDrift.fit({ values, periods: [] }).forecast(1);
    expect(next).toBeCloseTo(59 + 3.7, 10);
  });

  it('refuses fewer than 24 observations', () => {
    expect(() => recentDrift.fit({ values: new Float64Array(23), periods: [] })).toThrow(InsufficientHistory);
  });
});

describe('half drift', () => {
  it('goes on at the pace of the later half', () => {
    // Growth of 1 per step for 40 steps, then 4 per step for 20; of the later half 10 steps are slow and 20 are fast, and the
    // three neighbours at the far end lie on the slow stretch: c = ((119 + 115 + 111) − (29 + 28 + 27)) / 90 = 2.9.
    const values = Float64Array.from({ length: 60 }, (_, t) => (t < 40 ? t : 39 + 4 * (t - 39)));
    const [next] = halfDrift.fit({ values, periods: [] }).forecast(1);
    expect(next).toBeCloseTo(119 + 2.9, 10);
  });

  it('refuses fewer than 60 observations', () => {
    expect(() => halfDrift.fit({ values: new Float64Array(59), periods: [] })).toThrow(InsufficientHistory);
  });
});

// The pace is not that of the whole series, which is rwf() of R: twelve steps ahead they are 3 % of the range of a
// series apart in the median, and 38 % where growth has become faster, on the air miles.
describe.each(referencesIn('forecasts/models/recent-drift.csv'))('recent drift, on %s', (_, { values, answer }) => {
  it('says what rwf() of R says of the last third', () => {
    expect(difference(recentDrift.fit({ values, periods: [] }).forecast(12), answer('mean'))).toBeLessThan(1e-11);
  });
});
