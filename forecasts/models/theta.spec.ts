import { InsufficientHistory } from '../errors.js';
import { theta, thetaLine } from './theta.js';

describe('theta', () => {
  // y = 0, 2, 1 and α = ½. The lines so far: none, then −2 + 2t.
  const y = Float64Array.of(0, 2, 1);
  const lines = { intercepts: Float64Array.of(0, -2, 0), slopes: Float64Array.of(0, 2, 0) };

  it('follows the recursion for a given share of the line', () => {
    // g₂ = 0, g₃ = ¼·(−2) + (1 − ⅛)/½·2 = 3. The level from 0 leaves u₂ = 2, u₃ = 0, and ℓ₀ counts ½ and ¼:
    // ℓ₀ = (2·½ − ½·3·¼) / (¼ + 1/16) = 2, so e₂ = 2 − 1 = 1 and e₃ = −½·3 − 2·¼ = −2.
    const { startLevel, squares } = thetaLine(y, lines, 0.5, 0.5);
    expect(startLevel).toBeCloseTo(2, 12);
    expect(squares).toBeCloseTo(5, 12);
  });

  it('leaves the line out where it only harms', () => {
    // The best ω is −⅓, held at 0: ℓ₀ = 1/(5/16) = 3.2, e₂ = 0.4, e₃ = −0.8.
    const { omega, squares } = thetaLine(y, lines, 0.5);
    expect(omega).toBe(0);
    expect(squares).toBeCloseTo(0.8, 12);
  });

  it('keeps a constant constant, and goes on with a line', () => {
    const flat = theta.fit({ values: new Float64Array(30).fill(7), periods: [] }).forecast(50);
    expect(flat[49]).toBeCloseTo(7, 10);
    const rising = Float64Array.from({ length: 40 }, (_, t) => 100 + 3 * t);
    expect(Math.abs(theta.fit({ values: rising, periods: [] }).forecast(10)[9]! - (100 + 3 * 49))).toBeLessThan(2);
  });

  it('refuses seven observations', () => {
    expect(() => theta.fit({ values: new Float64Array(7), periods: [] })).toThrow(InsufficientHistory);
  });
});
