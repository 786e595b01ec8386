import { difference, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { seasonalNaive } from './seasonal-naive.js';

describe('seasonal naive', () => {
  it('repeats the last season, step for step', () => {
    const fitted = seasonalNaive.fit({ values: Float64Array.of(1, 2, 3, 4, 6, 8), periods: [3] });
    expect([...fitted.forecast(5)]).toEqual([4, 6, 8, 4, 6]);
  });

  it('repeats the longest of several seasons', () => {
    const fitted = seasonalNaive.fit({ values: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), periods: [2, 4] });
    expect([...fitted.forecast(4)]).toEqual([5, 6, 7, 8]);
  });

  it('refuses fewer than two seasons, naming how many it needs', () => {
    expect(() => seasonalNaive.fit({ values: new Float64Array(13), periods: [7] })).toThrow(
      new InsufficientHistory({ model: 'seasonal-naive', observations: 13, required: 14 }),
    );
  });

  it('refuses a series without a season', () => {
    expect(() => seasonalNaive.fit({ values: new Float64Array(13), periods: [] })).toThrow(InsufficientHistory);
  });
});

const references = referencesIn('forecasts/models/seasonal-naive.csv');

describe.each(references)('seasonal naive, on %s', (_, { values, periods, answer }) => {
  it('says what snaive() of R says', () => {
    const mean = answer('mean');
    expect(difference(seasonalNaive.fit({ values, periods }).forecast(mean.length), mean)).toBe(0);
  });
});
