import { InsufficientHistory } from '../errors.js';
import { dampedHolt, dampedMean, smoothDamped } from './damped-holt.js';

describe('damped Holt', () => {
  it('follows the recursion', () => {
    // α = 0.5, β = 0.4, φ = 0.9, from level 10 and trend 1:
    // e₁ = 12 − 10 − 0.9 = 1.1,        l₁ = 10.9 + 0.55 = 11.45,     b₁ = 0.9 + 0.2·1.1 = 1.12
    // e₂ = 13 − 11.45 − 1.008 = 0.542, l₂ = 12.458 + 0.271 = 12.729, b₂ = 1.008 + 0.2·0.542 = 1.1164
    // mean 12.729 + 0.9·1.1164 = 13.73376, then + 0.81·1.1164 = 14.638044
    const weights = [0.5, 0.4, 0.9] as const;
    const state = smoothDamped(Float64Array.of(12, 13), { level: 10, trend: 1 }, weights);
    expect(state.level).toBeCloseTo(12.729, 12);
    expect(state.trend).toBeCloseTo(1.1164, 12);
    expect(state.squares).toBeCloseTo(1.1 ** 2 + 0.542 ** 2, 12);
    const mean = dampedMean(state, weights, 2);
    expect(mean[0]).toBeCloseTo(13.73376, 12);
    expect(mean[1]).toBeCloseTo(14.638044, 12);
  });

  it('keeps a constant constant', () => {
    const mean = dampedHolt.fit({ values: new Float64Array(30).fill(7), periods: [] }).forecast(50);
    expect(mean[49]).toBeCloseTo(7, 10);
  });

  it('lets a trend go on, and die out', () => {
    const values = Float64Array.from({ length: 60 }, (_, t) => 100 + 2 * t);
    const mean = dampedHolt.fit({ values, periods: [] }).forecast(400);
    expect(mean[0]! - values[59]!).toBeGreaterThan(1.5);
    expect(mean[399]! - mean[398]!).toBeLessThan(0.01);
  });

  it('refuses seven observations', () => {
    expect(() => dampedHolt.fit({ values: new Float64Array(7), periods: [] })).toThrow(InsufficientHistory);
  });
});
