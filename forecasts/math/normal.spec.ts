import { answersIn, difference } from '../../test/support/reference-values.js';
import { fillNormal, normalProbability, normalQuantile } from './normal.js';
import { randomStream } from './random.js';

describe('normal distribution', () => {
  it.each([
    ['quantile', normalQuantile],
    ['probability', normalProbability],
  ])('has the %s of R', (name, ours) => {
    const { answer } = answersIn('forecasts/math/normal.csv').find(({ about }) => about === name)!;
    expect(difference([...answer('at')].map(ours), answer('values'))).toBeLessThan(1e-11);
  });

  it('has a quantile that undoes its probability', () => {
    for (let p = 0.001; p < 1; p += 0.013) expect(normalProbability(normalQuantile(p))).toBeCloseTo(p, 13);
  });

  it('is drawn with mean 0, variance 1 and 95 % within 1.96', () => {
    const draws = new Float64Array(100_001);
    fillNormal(draws, randomStream(7));
    const mean = draws.reduce((sum, z) => sum + z, 0) / draws.length;
    const variance = draws.reduce((sum, z) => sum + z * z, 0) / draws.length;
    const within = draws.filter((z) => Math.abs(z) < 1.959963984540054).length / draws.length;
    // Three standard errors of each.
    expect(Math.abs(mean)).toBeLessThan(0.0095);
    expect(Math.abs(variance - 1)).toBeLessThan(0.0135);
    expect(Math.abs(within - 0.95)).toBeLessThan(0.0021);
  });
});
