import { continueLags, fitLags } from './lag-regression.js';

describe('regression on lags', () => {
  it('goes on from its own forecasts', () => {
    // Mean 2.5, last deviation 1.5: ½ + ½·1.5 = 1.25, ½ + ½·1.25 = 1.125
    const mean = continueLags(Float64Array.of(1, 2, 3, 4), [1], [0.5, 0.5], 2);
    expect(mean[0]).toBeCloseTo(3.75, 12);
    expect(mean[1]).toBeCloseTo(3.625, 12);
  });

  it('finds the coefficients, held back a little', () => {
    const values = Float64Array.from({ length: 200 }, (_, t) => 6 + (t % 2 === 0 ? 1 : -1));
    // Σ zₜzₜ₋₁ = −199, Σ z² = 199 and a penalty of a thousandth of it
    expect(fitLags(values, { lags: [1], ridge: 1e-3 })[1]).toBeCloseTo(-1 / 1.001, 3);
  });

  it('stays within sight of what was seen, and makes nothing of a constant', () => {
    const mean = continueLags(Float64Array.of(9, 10, 11), [1], [0, 2], 50);
    expect(mean[49]).toBe(12.5);
    expect(fitLags(new Float64Array(50).fill(3), { lags: [1, 2], ridge: 1e-3 })).toEqual([0, 0, 0]);
  });
});
