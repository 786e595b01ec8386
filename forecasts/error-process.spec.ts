import { DRAWS_PER_PATH, DRAWS_PER_STEP, errorProcess, ErrorWalk, fillErrors } from './error-process.js';
import { fillNormal } from './math/normal.js';
import { randomStream } from './math/random.js';

const horizon = 60;
const sdOf = (variance: (step: number) => number): Float64Array => Float64Array.from({ length: horizon }, (_, h) => Math.sqrt(variance(h + 1)));

/** Errors of many paths: [paths][horizon]. */
function errorsOf(sd: Float64Array, correlation: number, count = 4000): Float64Array[] {
  const walk = new ErrorWalk(errorProcess(sd, correlation));
  const random = randomStream(7);
  return Array.from({ length: count }, () => {
    const draws = new Float64Array(DRAWS_PER_STEP * horizon + DRAWS_PER_PATH);
    fillNormal(draws, random);
    const errors = new Float64Array(horizon);
    fillErrors(errors, walk, draws);
    return errors;
  });
}

const correlationOf = (paths: readonly Float64Array[], one: number, other: number): number =>
  paths.reduce((sum, errors) => sum + errors[one]! * errors[other]!, 0) / paths.length;

describe('the error of a path', () => {
  it('tells noise, wandering and slope apart by how the variance grows', () => {
    const { noise, wandering, slope } = errorProcess(sdOf((h) => 4 + 0.5 * h + 0.01 * h * h), 0.9);
    for (const h of [0, 10, 59]) {
      const variance = 4 + 0.5 * (h + 1) + 0.01 * (h + 1) ** 2;
      expect(noise[h]! ** 2).toBeCloseTo(4 / variance, 1);
      expect(wandering[h]! ** 2).toBeCloseTo((0.5 * (h + 1)) / variance, 1);
      expect(noise[h]! ** 2 + wandering[h]! ** 2 + slope[h]! ** 2).toBeCloseTo(1, 9);
    }
  });

  it('is of one size at every step, in standard deviations', () => {
    const paths = errorsOf(sdOf((h) => 4 + 0.5 * h + 0.01 * h * h), 0.9);
    // A variance from 4,000 draws has a standard error of 0.022.
    for (const h of [0, 7, 30, 59]) expect(Math.abs(correlationOf(paths, h, h) - 1)).toBeLessThan(0.09);
  });

  it('fades as it is said to where the variance does not grow', () => {
    const paths = errorsOf(sdOf(() => 9), 0.8);
    expect(correlationOf(paths, 20, 21)).toBeCloseTo(0.8, 1);
    expect(Math.abs(correlationOf(paths, 20, 40))).toBeLessThan(0.08);
  });

  it('does not come back where a level wanders: it strays on from where it is', () => {
    const paths = errorsOf(sdOf((h) => h), 0.9);
    // Of a walk, √(15/60).
    expect(Math.abs(correlationOf(paths, 14, 59) - 0.5)).toBeLessThan(0.06);
  });

  it('has one direction where a slope is wrong', () => {
    expect(correlationOf(errorsOf(sdOf((h) => h * h), 0.9), 4, 59)).toBeGreaterThan(0.97);
  });

  it('passes a limit in the middle of the way hardly more often than at its end, where a slope is wrong', () => {
    const paths = errorsOf(sdOf((h) => h * h), 0.9);
    const above = (errors: Float64Array): boolean => errors.some((u, h) => u * (h + 1) > 60);
    const atEnd = paths.filter((errors) => errors[59]! > 1).length;
    expect(paths.filter(above).length / atEnd).toBeLessThan(1.15);
  });

  it('is sound where nothing may go wrong', () => {
    const [errors] = errorsOf(new Float64Array(horizon), 0.5, 1);
    expect(errors!.every(Number.isFinite)).toBe(true);
  });
});
