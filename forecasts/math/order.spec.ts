import { difference, referencesIn } from '../../test/support/reference-values.js';
import { medianOf, midMean, quantileOfSorted } from './order.js';
import { runningMedian } from './running-median.js';

describe('order statistics', () => {
  it('reads quantiles between neighbours', () => {
    // type 7: position (4 − 1)·0.9 = 2.7, so 3 + 0.7·(10 − 3)
    expect(quantileOfSorted(Float64Array.of(1, 2, 3, 10), 0.9)).toBeCloseTo(7.9, 12);
    expect(medianOf(Float64Array.of(10, 1, 3, 2))).toBe(2.5);
    expect(medianOf(new Float64Array(0))).toBeNaN();
  });

  it('averages the middle half', () => {
    // of eight, the two smallest and two largest go: (2 + 3 + 4 + 5) / 4
    expect(midMean(Float64Array.of(1000, 3, 2, 5, 4, -900, 0, 9))).toBe(3.5);
    expect(midMean(Float64Array.of(1, 2, 6))).toBe(3);
  });

  it('runs a median over gaps and short ends', () => {
    const medians = runningMedian(Float64Array.of(1, 9, 2, NaN, 3), 1);
    // {1, 9}, {1, 9, 2}, {9, 2}, {2, 3}, {3}
    expect([...medians]).toEqual([5, 2, 5.5, 2.5, 3]);
  });
});

describe.each(referencesIn('forecasts/math/order.csv'))('order statistics, on %s', (_, { values, answer }) => {
  it('are those of R', () => {
    const sorted = Float64Array.from(values).sort();
    const quantiles = [0, 0.05, 0.1, 0.5, 0.9, 0.975, 1].map((p) => quantileOfSorted(sorted, p));
    expect(difference(quantiles, answer('quantiles'))).toBeLessThan(1e-11);
    expect(difference([medianOf(values)], answer('median'))).toBeLessThan(1e-11);
    expect(difference([midMean(values)], answer('middle'))).toBeLessThan(1e-11);
  });

  it('run a median as runmed() of R does where the window is whole', () => {
    expect(difference(runningMedian(values, 3).subarray(3, -3), answer('running'))).toBeLessThan(1e-11);
  });
});
