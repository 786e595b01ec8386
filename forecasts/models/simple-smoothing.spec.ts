import { difference, rangeOf, referencesIn } from '../../test/support/reference-values.js';
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

describe.each(referencesIn('forecasts/models/simple-smoothing.csv'))('simple smoothing, on %s', (_, { values, answer }) => {
  const fitted = simpleSmoothing.fit({ values, periods: [] });

  it('follows HoltWinters() of R from the same start', () => {
    const { level, squares } = smoothLevel(values, 0.3);
    expect(difference([level], answer('given.level'))).toBeLessThan(1e-11);
    expect(difference([squares], answer('given.squares'))).toBeLessThan(1e-11);
  });

  it('finds the weight that optimize() of R finds', () => {
    const { squares } = smoothLevel(values, fitted.parameters[0]!);
    expect(squares / answer('best.squares')[0]!).toBeLessThan(1.001);
  });

  it('ends where ses() of R ends', () => {
    // ses() fits the start as well, which saves it up to 17 % of the squared errors where the first years are unlike
    // the rest (residents), and lets the weight go below 0.01. What it forecasts is at most 1.1 % of the range away.
    expect(difference(fitted.forecast(1), answer('ses.mean'), rangeOf(values))).toBeLessThan(0.012);
  });
});
