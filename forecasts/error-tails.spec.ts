import { excessKurtosis } from './error-tails.js';
import { fillNormal } from './math/normal.js';
import { randomStream } from './math/random.js';

const even = new Float64Array(50).fill(1);
const origins = (transform: (z: number) => number, count = 40): Float64Array[] =>
  Array.from({ length: count }, (_, seed) => {
    const draws = new Float64Array(50);
    fillNormal(draws, randomStream(seed));
    return draws.map(transform);
  });

describe('excess kurtosis', () => {
  it('of normal errors is near zero, and of errors bent by the expansion what bent them', () => {
    // 40 independent looks against a prior of 2.5 that weighs 1.5 of them: 0 becomes 0.09, 4 becomes 3.95.
    expect(excessKurtosis(origins((z) => z), even, 50)).toBeLessThan(0.5);
    expect(Math.abs(excessKurtosis(origins((z) => z + (4 * (z * z - 3) * z) / 24), even, 50) - 3.95)).toBeLessThan(0.6);
  });

  it('does not depend on the size of the errors', () => {
    const small = origins((z) => z / 1000);
    const large = origins((z) => z * 1000);
    expect(excessKurtosis(small, even.map((v) => v / 1e6), 50)).toBeCloseTo(excessKurtosis(large, even.map((v) => v * 1e6), 50), 9);
  });

  it('is what is usual where there is nothing to tell it from', () => {
    expect(excessKurtosis([], even, 1)).toBe(2.5);
    expect(excessKurtosis([new Float64Array(10).fill(NaN)], even, 1)).toBe(2.5);
    expect(excessKurtosis(origins(() => 0), even, 1)).toBe(2.5);
    expect(excessKurtosis(origins((z) => z), new Float64Array(50), 1)).toBe(2.5);
  });

  it('stays where a higher quantile never means a lower value', () => {
    const wild = origins((z) => (Math.abs(z) > 1.7 ? 1e6 * z : z));
    expect(excessKurtosis(wild, even, 50)).toBeLessThanOrEqual(6);
  });
});
