import { aboveFloor, meanFactor, relativeSdOf, spreadOfFactor } from './error-moments.js';
import { growthFactor, heavyTailed } from './error-shape.js';
import { fillNormal } from './math/normal.js';
import { randomStream } from './math/random.js';

const draws = new Float64Array(200_000);
fillNormal(draws, randomStream(11));

function sampled(excessKurtosis: number, outcome: (error: number) => number): { mean: number; sd: number } {
  const values = draws.map((u) => outcome(heavyTailed(u, excessKurtosis)));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

describe.each([0, 1.5, 2.63, 6])('the moments of errors with an excess kurtosis of %d', (kurtosis) => {
  it.each([0.05, 0.3, 0.72, 1.5, 4])('are those of drawn multiplicative errors of %d', (relativeSd) => {
    const { mean, sd } = sampled(kurtosis, (error) => growthFactor(relativeSd * error));
    // Three standard errors of a mean with a spread of 1.5 are 0.010.
    expect(Math.abs(meanFactor(relativeSd, kurtosis) / mean - 1)).toBeLessThan(0.015);
    expect(Math.abs(spreadOfFactor(relativeSd, kurtosis) / (sd / mean) - 1)).toBeLessThan(0.04);
  });

  it('tell a relative standard deviation from its spread', () => {
    for (let sd = 0; sd <= 3; sd += 0.013) {
      expect(relativeSdOf(spreadOfFactor(sd, kurtosis), kurtosis)).toBeCloseTo(sd, 8);
    }
  });

  it.each([0.05, 0.2, 0.5, 1, 2, 3.9, 4.1, 30])('are kept above a floor for a mean of %d standard deviations', (ratio) => {
    const { centre, spread } = aboveFloor(ratio * 5, 5, kurtosis);
    const unit = sampled(kurtosis, (error) => error).sd;
    const { mean, sd } = sampled(kurtosis, (error) => Math.max(0, centre + spread * error));
    // The rarer what is above the floor, the more of it is chance.
    const tolerance = ratio < 0.1 ? 0.2 : 0.05;
    expect(Math.abs(mean / (ratio * 5) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(sd / (5 * unit) - 1)).toBeLessThan(tolerance);
  });

  it('make nothing of nothing', () => {
    const { centre, spread } = aboveFloor(0, 5, kurtosis);
    expect(Math.max(0, centre + spread * 100)).toBe(0);
    expect(aboveFloor(3, 0, kurtosis)).toEqual({ centre: 3, spread: 0 });
    expect(spreadOfFactor(0, kurtosis)).toBe(0);
  });
});
