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
