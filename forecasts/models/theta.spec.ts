import { difference, rangeOf, referencesIn } from '../../test/support/reference-values.js';
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

describe.each(referencesIn('forecasts/models/theta.csv'))('theta, on %s', (_, { values, answer }) => {
  const fit = (learnt?: readonly number[]) => theta.fit({ values, periods: [] }, learnt);

  it('follows the equations of the paper, as R does with lines by lsfit()', () => {
    expect(difference(fit([0.3, 0.4]).forecast(12), answer('given.mean'))).toBeLessThan(1e-11);
  });

  it('finds the weight and the share that optim() of R finds', () => {
    const fitted = fit();
    expect(difference(fitted.parameters, answer('best.weights'), 1)).toBeLessThan(0.003);
    expect(difference(fitted.forecast(12), answer('best.mean'), rangeOf(values))).toBeLessThan(0.001);
  });

  it('goes on as thetaf() of R does with its weight and its share of one half', () => {
    // thetaf() keeps the one line through all observations, and starts where ses() starts. The next step is the same
    // once the start is forgotten, which after n steps it is but for (1 − α)ⁿ; where it never is, on rare demand, they
    // differ by 0.4 % of the range. Twelve steps ahead the lines have parted by up to 1.6 %, on the population. With
    // weight and share of their own the two differ more, since ours may follow the line nearly whole: 1.1 % in the
    // median, 39 % on the population.
    const alpha = answer('thetaf.alpha')[0]!;
    const mean = answer('thetaf.mean');
    const isForgotten = (1 - alpha) ** values.length < 1e-4;
    const ours = fit([alpha, 0.5]).forecast(12);
    const nextStep = difference(ours.subarray(0, 1), mean.subarray(0, 1), rangeOf(values));
    expect(nextStep).toBeLessThan(isForgotten ? 1e-6 : 0.005);
    expect(difference(ours, mean, rangeOf(values))).toBeLessThan(0.016);
  });
});
