import { ridgeCoefficients } from './ridge-regression.js';

describe('ridge regression', () => {
  it('solves the normal equations', () => {
    // 4a + 2b = 10, 2a + 3b = 9, so a = 1.5, b = 2
    const solution = ridgeCoefficients(Float64Array.of(4, 2, 2, 3), Float64Array.of(10, 9), new Float64Array(2));
    expect(solution[0]).toBeCloseTo(1.5, 12);
    expect(solution[1]).toBeCloseTo(2, 12);
  });

  it('solves for several targets at once', () => {
    const targets = Float64Array.of(10, 9, /**/ 2, 3);
    const solution = ridgeCoefficients(Float64Array.of(4, 2, 2, 3), targets, new Float64Array(2));
    // 4a + 2b = 2, 2a + 3b = 3, so a = 0, b = 1
    [1.5, 2, 0, 1].forEach((value, i) => expect(solution[i]).toBeCloseTo(value, 12));
  });

  it('holds coefficients back by the penalty', () => {
    // 6 / (2 + 1)
    expect(ridgeCoefficients(Float64Array.of(2), Float64Array.of(6), Float64Array.of(1))[0]).toBeCloseTo(2, 12);
  });
});
