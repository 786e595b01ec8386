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
