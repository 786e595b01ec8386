import { difference, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { intermittent, smoothDemand } from './intermittent.js';

describe('intermittent demand', () => {
  it('smooths the chance and the size of demand separately', () => {
    // p = ½, z = 4: e = −2, p = ¼; e = 4 − 1 = 3, z = 4, p = ⅝
    const { mean, squares } = smoothDemand(Float64Array.of(0, 4), 0.5, 0.5);
    expect(mean).toBeCloseTo(2.5, 12);
    expect(squares).toBeCloseTo(13, 12);
  });

  it('fades once demand has ended', () => {
    const values = Float64Array.from({ length: 120 }, (_, t) => (t < 80 && t % 4 === 0 ? 8 : 0));
    const [mean] = intermittent.fit({ values, periods: [] }).forecast(1);
    expect(mean).toBeLessThan(1);
    expect(mean).toBeGreaterThanOrEqual(0);
  });

  it('refuses seven observations', () => {
    expect(() => intermittent.fit({ values: new Float64Array(7), periods: [] })).toThrow(InsufficientHistory);
  });
});

describe.each(referencesIn('forecasts/models/intermittent.csv'))('intermittent demand, on %s', (_, { values, answer }) => {
  it('smooths chance and size as HoltWinters() of R does', () => {
    const { mean, squares } = smoothDemand(values, 0.1, 0.2);
    expect(difference([mean], answer('given.mean'))).toBeLessThan(1e-11);
    expect(difference([squares], answer('given.squares'))).toBeLessThan(1e-11);
  });

  it('finds weights as good as the best that optim() of R finds', () => {
    const [alpha, beta] = intermittent.fit({ values, periods: [] }).parameters;
    const { squares } = smoothDemand(values, alpha!, beta!);
    expect(squares / answer('within.squares')[0]!).toBeLessThan(1.002);
    // Without our bounds on the weights up to 1.8 % less is left, mostly by not learning at all: the start has seen the
    // whole series.
    expect(squares / answer('anywhere.squares')[0]!).toBeLessThan(1.02);
  });
});
