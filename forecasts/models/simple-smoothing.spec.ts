import { InsufficientHistory } from '../errors.js';
import { simpleSmoothing, smoothLevel } from './simple-smoothing.js';

describe('simple smoothing', () => {
  it('follows the recursion from the mean of the first values', () => {
    // ℓ₀ = 3; e = −1, ℓ = 2.5; e = 1.5, ℓ = 3.25
    const { level, squares } = smoothLevel(Float64Array.of(2, 4), 0.5);
    expect(level).toBeCloseTo(3.25, 12);
    expect(squares).toBeCloseTo(3.25, 12);
  });

  it('averages noise, and follows a level that wanders', () => {
    const noise = Float64Array.from({ length: 200 }, (_, t) => 50 + (t % 2 === 0 ? 4 : -4));
    expect(Math.abs(simpleSmoothing.fit({ values: noise, periods: [] }).forecast(1)[0]! - 50)).toBeLessThan(0.5);
    const steps = Float64Array.from({ length: 200 }, (_, t) => Math.floor(t / 20) * 10);
    expect(simpleSmoothing.fit({ values: steps, periods: [] }).forecast(1)[0]).toBeCloseTo(90, 1);
  });

  it('refuses three observations', () => {
    expect(() => simpleSmoothing.fit({ values: new Float64Array(3), periods: [] })).toThrow(InsufficientHistory);
  });
});
