import { aboveFloor, meanFactor, relativeSdOf, spreadOfFactor } from './error-moments.js';
import { growthFactor, heavyTailed } from './error-shape.js';
import { fillNormal } from './math/normal.js';
import { randomStream } from './math/random.js';

const draws = new Float64Array(200_000);
fillNormal(draws, randomStream(11));
const errors = draws.map(heavyTailed);

function sampled(outcome: (error: number) => number): { mean: number; sd: number } {
  const values = errors.map(outcome);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

describe('the moments of errors', () => {
  it.each([0.05, 0.3, 0.72, 1.5, 4])('are those of drawn multiplicative errors of %d', (relativeSd) => {
    const { mean, sd } = sampled((error) => growthFactor(relativeSd * error));
    // Three standard errors of a mean with a spread of 1.4.
    expect(Math.abs(meanFactor(relativeSd) / mean - 1)).toBeLessThan(0.0094);
    expect(Math.abs(spreadOfFactor(relativeSd) / (sd / mean) - 1)).toBeLessThan(0.03);
  });

  it('tell a relative standard deviation from its spread', () => {
    for (let sd = 0; sd <= 6; sd += 0.013) expect(relativeSdOf(spreadOfFactor(sd))).toBeCloseTo(sd, 8);
  });

  it.each([0.05, 0.2, 0.5, 1, 2, 3.9, 4.1, 30])('are kept above a floor for a mean of %d standard deviations', (ratio) => {
    const { centre, spread } = aboveFloor(ratio * 5, 5);
    const { mean, sd } = sampled((error) => Math.max(0, centre + spread * error));
    // The rarer what is above the floor, the more of it is chance.
    const tolerance = ratio < 0.1 ? 0.15 : 0.03;
    expect(Math.abs(mean / (ratio * 5) - 1)).toBeLessThan(tolerance);
    // The standard deviation of the errors themselves is 1.0117.
    expect(Math.abs(sd / (5 * 1.0117) - 1)).toBeLessThan(tolerance);
  });

  it('make nothing of nothing', () => {
    const { centre, spread } = aboveFloor(0, 5);
    expect(Math.max(0, centre + spread * 100)).toBe(0);
    expect(aboveFloor(3, 0)).toEqual({ centre: 3, spread: 0 });
  });
});
