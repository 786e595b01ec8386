import { totalCorrelation } from './total-correlation.js';

describe('the correlation of totals', () => {
  it('stays what it is where every step errs by itself', () => {
    const sd = Float64Array.of(1, 2, 3);
    expect(totalCorrelation(sd, sd, 0.4)).toBe(0.4);
  });

  it('rises until totals stray as far as with the common error', () => {
    // Two steps: own errors 1 and 1 with ρ = 0 have a total of variance 2, a common error of 1 adds (1 + 1)² = 4. With
    // s² = 2 at both steps the total has 2·2 + 2·2·r, which is 6 for r = ½.
    const own = Float64Array.of(1, 1);
    const all = Float64Array.of(Math.SQRT2, Math.SQRT2);
    expect(totalCorrelation(own, all, 0)).toBeCloseTo(0.5, 5);
    // Steps a, b, c: variance 3 + 9 = 12; with s² = 2 it is 2·(3 + 4r + 2r²), so 2r² + 4r = 3 and r = √2.5 − 1.
    expect(totalCorrelation(Float64Array.of(1, 1, 1), new Float64Array(3).fill(Math.SQRT2), 0)).toBeCloseTo(Math.sqrt(2.5) - 1, 5);
  });

  it('is never a straight line', () => {
    expect(totalCorrelation(new Float64Array(5), new Float64Array(5).fill(1), 0.2)).toBeCloseTo(0.995, 4);
  });
});
