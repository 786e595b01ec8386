import { steadierForm, typicalEffect } from './typical-effect.js';

const equal = (count: number): Float64Array => new Float64Array(count).fill(1);

describe('a typical effect', () => {
  it('is the mean of its occurrences, as sure as they agree', () => {
    // mean 10; squares 4 + 0 + 4 over 3 · 3/2 = 4 = variance; the noise explains 3·(1²/3) = 1 of it.
    const { mean, standardError, spread } = typicalEffect(Float64Array.of(8, 10, 12), equal(3), 1);
    expect(mean).toBeCloseTo(10, 12);
    expect(standardError).toBeCloseTo(Math.sqrt(4 / 3), 12);
    expect(spread).toBeCloseTo(Math.sqrt(3), 12);
  });

  it('is no surer than noise allows, however alike two occurrences are', () => {
    const { standardError, spread } = typicalEffect(Float64Array.of(5, 5), equal(2), 3);
    expect(standardError).toBeCloseTo(3 / Math.SQRT2, 12);
    expect(spread).toBe(0);
  });

  it('is not decided by the occurrence that met a spike', () => {
    // Median 10, median distance 1: drawn in to 10 + 4·1.4826·1 = 15.93, so (9 + 9 + 10 + 11 + 15.93)/5.
    expect(typicalEffect(Float64Array.of(9, 11, 10, 1e6, 9), equal(5), 0.1).mean).toBeCloseTo(10.986, 3);
    // Of two, the one nearer to nothing is believed: 3 and 3 + 4·1/√1.
    expect(typicalEffect(Float64Array.of(3, 1e6), equal(2), 1).mean).toBeCloseTo(5, 12);
  });

  it('is an amount where amounts were steady, and a fraction where fractions were', () => {
    const levels = Float64Array.of(100, 200, 300, 400);
    const fee = steadierForm(Float64Array.of(50, 51, 49, 50), levels, { weights: equal(4), noise: 0.5, isLogarithmic: false });
    expect(fee.isRelative).toBe(false);
    expect(fee.size).toBeCloseTo(50, 1);
    const tax = steadierForm(levels.map((level) => 0.2 * level), levels, { weights: equal(4), noise: 0.5, isLogarithmic: false });
    expect(tax.isRelative).toBe(true);
    expect(tax.size).toBeCloseTo(0.2, 4);
  });

  it('is read off logarithms in both forms', () => {
    const levels = Float64Array.of(100, 200, 400);
    const tax = steadierForm(new Float64Array(3).fill(Math.log(0.7)), levels, { weights: equal(3), noise: 0.001, isLogarithmic: true });
    expect(tax).toMatchObject({ isRelative: true });
    expect(tax.size).toBeCloseTo(-0.3, 5);
    const fee = steadierForm(levels.map((level) => Math.log(1 + 30 / level)), levels, { weights: equal(3), noise: 0.001, isLogarithmic: true });
    expect(fee).toMatchObject({ isRelative: false });
    expect(fee.size).toBeCloseTo(30, 2);
  });

  it('is drawn to nothing as far as it may be chance', () => {
    // Standard error 1/√2 of noise 1 over two occurrences of 3: 3/(1 + 0.5/9).
    const { size, sd } = steadierForm(Float64Array.of(3, 3), Float64Array.of(-1, -1), { weights: equal(2), noise: 1, isLogarithmic: false });
    expect(size).toBeCloseTo(3 / (1 + 0.5 / 9), 12);
    expect(sd).toBeCloseTo(Math.SQRT1_2, 12);
  });
});
