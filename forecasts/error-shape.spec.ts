import { growthFactor, heavyTailed, normalScore, relativeErrorOf } from './error-shape.js';

describe('the shape of errors', () => {
  it('reaches further out than the normal distribution, and further in', () => {
    // 1.959964 + (7.529121 − 5.879892)/16 and 0.674490 + (0.306849 − 2.023469)/16
    expect(heavyTailed(1.959964, 1.5)).toBeCloseTo(2.063041, 5);
    expect(heavyTailed(0.67449, 1.5)).toBeCloseTo(0.567201, 5);
    expect(heavyTailed(1.959964, 0)).toBe(1.959964);
  });

  it.each([0, 1e-12, 1e-6, 0.4, 1.5, 6])('is undone for an excess kurtosis of %d', (excessKurtosis) => {
    for (const u of [-40, -3, -1e-9, 0, 0.3, 2, 7]) {
      expect(normalScore(heavyTailed(u, excessKurtosis), excessKurtosis)).toBeCloseTo(u, 9);
    }
    expect(normalScore(-Infinity, excessKurtosis)).toBe(-Infinity);
  });

  it.each([-5, -0.2, 0, 0.99, 1, 1.01, 30])('is undone for a relative error of %d', (error) => {
    expect(relativeErrorOf(growthFactor(error))).toBeCloseTo(error, 10);
  });

  it('has no relative error that makes nothing of something', () => {
    expect(relativeErrorOf(0)).toBe(-Infinity);
    expect(relativeErrorOf(-1)).toBe(-Infinity);
  });
});
