import fc from 'fast-check';
import { divide } from './divide.js';

const open = (k: number) => ({ lower: new Float64Array(k).fill(-Infinity), upper: new Float64Array(k).fill(Infinity) });

describe('division among parts', () => {
  it('moves each part in proportion to its weight', () => {
    // 6 too little, in the proportions 1 : 2 : 0.
    const values = Float64Array.of(10, 20, 30);
    divide(66, { values, weights: Float64Array.of(1, 2, 0), ...open(3) });
    expect([...values]).toEqual([12, 24, 30]);
  });

  it('holds parts at their bounds, and divides the rest among the others', () => {
    // Alike, each would lose 4; the first has 1 to lose, and the others lose 5.5.
    const values = Float64Array.of(1, 10, 10);
    divide(9, { values, weights: Float64Array.of(1, 1, 1), lower: new Float64Array(3), upper: new Float64Array(3).fill(99) });
    expect([...values]).toEqual([0, 4.5, 4.5]);
  });

  it('divides alike among parts that nothing is known to move', () => {
    const values = Float64Array.of(1, 2);
    divide(5, { values, weights: new Float64Array(2), ...open(2) });
    expect([...values]).toEqual([2, 3]);
  });

  it('leaves all parts at the bounds nearest to a total that cannot be', () => {
    const values = Float64Array.of(3, 4);
    divide(20, { values, weights: Float64Array.of(1, 5), lower: new Float64Array(2), upper: Float64Array.of(5, 6) });
    expect([...values]).toEqual([5, 6]);
  });

  it('is the nearest there is within the bounds', () => {
    const part = fc.record({
      value: fc.double({ min: -50, max: 50, noNaN: true }),
      weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
      lower: fc.constantFrom(-Infinity, -20, 0, 0, 0),
      room: fc.constantFrom(Infinity, 0, 3, 40),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), fc.double({ min: 0, max: 1, noNaN: true }), (parts, share) => {
        const expected = Float64Array.from(parts, ({ value }) => value);
        const weights = Float64Array.from(parts, ({ weight }) => weight);
        const lower = Float64Array.from(parts, (one) => one.lower);
        const upper = Float64Array.from(parts, (one) => Math.max(one.lower, -20) + one.room);
        const least = lower.reduce((sum, bound) => sum + Math.max(bound, -100), 0);
        const most = upper.reduce((sum, bound) => sum + Math.min(bound, 100), 0);
        const total = least + share * (most - least);
        const values = expected.slice();
        divide(total, { values, weights, lower, upper });

        expect(Math.abs(values.reduce((sum, value) => sum + value, 0) - total)).toBeLessThan(1e-9);
        // The conditions of Karush, Kuhn and Tucker.
        const prices = values.map((value, i) => (value - expected[i]!) / weights[i]!);
        const isAtLower = values.map((value, i) => (value === lower[i] ? 1 : 0));
        const isAtUpper = values.map((value, i) => (value === upper[i] ? 1 : 0));
        for (let i = 0; i < values.length; i += 1) {
          expect(values[i]!).toBeGreaterThanOrEqual(lower[i]!);
          expect(values[i]!).toBeLessThanOrEqual(upper[i]!);
          for (let j = 0; j < values.length; j += 1) {
            // Taking from i and giving to j brings neither nearer, unless one of them cannot move that way.
            if (isAtLower[i] || isAtUpper[j]) continue;
            expect(prices[i]! - prices[j]!).toBeLessThan(1e-6 * (1 + Math.abs(prices[i]!)));
          }
        }
      }),
      { numRuns: 500, seed: 20261123 },
    );
  });
});
