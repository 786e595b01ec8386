import { ridgeCoefficients } from './ridge-regression.js';

describe('ridge regression', () => {
  it('solves the normal equations', () => {
    // 4a + 2b = 10, 2a + 3b = 9, so a = 1.5, b = 2
    const solution = ridgeCoefficients(Float64Array.of(4, 2, 2, 3), Float64Array.of(10, 9), new Float64Array(2));
    expect(solution[0]).toBeCloseTo(1.5, 12);
    expect(solution[1]).toBeCloseTo(2, 12);
  });

  it('holds coefficients back by the penalty', () => {
    // 6 / (2 + 1)
    expect(ridgeCoefficients(Float64Array.of(2), Float64Array.of(6), Float64Array.of(1))[0]).toBeCloseTo(2, 12);
  });
});
