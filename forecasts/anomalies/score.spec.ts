import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';
import { drawable, valueAt, type ForecastDistribution } from '../paths.js';
import { scoreAt } from './score.js';

const one = (mean: number, sd: number, rest: Partial<ForecastDistribution> = {}): ForecastDistribution => ({
  mean: Float64Array.of(mean),
  sd: Float64Array.of(sd),
  errorCorrelation: 0,
  nonNegative: true,
  ...rest,
});

describe('scores', () => {
  it.each([-3.5, -1, 0, 0.4, 4])('are the u = %d that a value comes of', (u) => {
    for (const forecast of [one(100, 8), one(100, 30, { multiplicative: true }), one(50, 5, { centre: Float64Array.of(48) })]) {
      expect(scoreAt(forecast, 0, valueAt(forecast, 0, u))).toBeCloseTo(u, 9);
    }
  });

  it.each([
    ['mostly nothing', one(0.5, 1.5)],
    ['now and then nothing', one(3, 2.5)],
    ['mostly full', one(0.97, 0.08, { upperBound: 1 })],
  ])('average to 0 for what is %s, as forecast', (_, forecast) => {
    const drawn = drawable(forecast);
    const draws = new Float64Array(20_000);
    fillNormal(draws, randomStream(3));
    const mean = draws.reduce((sum, u) => sum + scoreAt(drawn, 0, valueAt(drawn, 0, u)), 0) / draws.length;
    // Three standard errors.
    expect(Math.abs(mean)).toBeLessThan(0.022);
  });

  it('are finite for what cannot be', () => {
    // Nothing at all, of a quantity whose errors are relative; anything, of one that never moved.
    expect(scoreAt(one(100, 10, { multiplicative: true }), 0, 0)).toBe(-12);
    expect(scoreAt(one(100, 0, { nonNegative: false }), 0, 101)).toBe(12);
    expect(scoreAt(one(100, 0), 0, 100)).toBe(0);
  });
});
