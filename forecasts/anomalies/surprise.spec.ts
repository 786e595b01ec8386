import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';
import { surpriseIn } from './surprise.js';

describe('surprises', () => {
  it('know how far the mean of a window strays', () => {
    // Single steps; two of correlation ½: (1 + 1 + 2·½)/4; two that are independent.
    expect(surpriseIn(1, 0.7, 0.01).deviation).toBe(1);
    expect(surpriseIn(2, 0.5, 0.01).deviation).toBeCloseTo(Math.sqrt(0.75), 12);
    expect(surpriseIn(4, 0, 0.01).deviation).toBeCloseTo(0.5, 12);
  });

  it.each([
    [1, 0],
    [1, 0.8],
    [1, 0.97],
    [8, 0],
    [8, 0.8],
    [32, 0.3],
  ])('come about as often as they may in windows of %d with error correlation %d, or less often', (window, rho) => {
    const perStep = 0.002;
    const { deviation, threshold } = surpriseIn(window, rho, perStep);
    const steps = 400_000;
    const draws = new Float64Array(steps);
    fillNormal(draws, randomStream(window + 100 * rho));
    const scores = new Float64Array(steps);
    let sum = 0;
    let events = 0;
    let wasBeyond = false;
    for (let t = 0; t < steps; t += 1) {
      scores[t] = t === 0 ? draws[0]! : rho * scores[t - 1]! + Math.sqrt(1 - rho * rho) * draws[t]!;
      sum += scores[t]! - (t >= window ? scores[t - window]! : 0);
      const isBeyond = t >= window && Math.abs(sum / window) > threshold * deviation;
      if (isBeyond && !wasBeyond) events += 1;
      wasBeyond = isBeyond;
    }
    const ratio = events / (steps * perStep);
    // 800 expected; the formula counts independent steps twice.
    expect(ratio).toBeLessThan(1.15);
    expect(ratio).toBeGreaterThan(0.35);
  });

  it('are everything where all may be false', () => {
    expect(surpriseIn(1, 0.5, 1).threshold).toBe(0);
  });
});
