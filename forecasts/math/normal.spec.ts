import { fillNormal, normalProbability, normalQuantile } from './normal.js';
import { randomStream } from './random.js';

describe('normal distribution', () => {
  it.each([
    // Tabulated: qnorm in R 4.
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.0005, -3.2905267314918945],
  ])('has its %d quantile at %d', (p, quantile) => {
    expect(normalQuantile(p)).toBeCloseTo(quantile, 12);
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
