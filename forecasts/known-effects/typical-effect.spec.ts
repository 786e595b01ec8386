import { closerForm, typicalEffect, type ActiveStep } from './typical-effect.js';

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

  /** One step for each occurrence. */
  const daily = (levels: readonly number[], effect: (level: number, occurrence: number) => number): ActiveStep[] =>
    levels.map((expected, occurrence) => ({ occurrence, x: 1, expected, value: expected + effect(expected, occurrence) }));

  it('is an amount where amounts were steady, and a fraction where fractions were', () => {
    const levels = [100, 200, 300, 400];
    const linear = { weights: equal(4), noise: 0.5, isLogarithmic: false };
    const fee = daily(levels, (_, r) => 50 + [0, 1, -1, 0][r]!);
    expect(closerForm(Float64Array.of(50, 51, 49, 50), fee, linear)).toMatchObject({ isRelative: false, size: expect.closeTo(50, 1) });
    const tax = daily(levels, (level) => 0.2 * level);
    expect(closerForm(Float64Array.of(20, 40, 60, 80), tax, linear)).toMatchObject({ isRelative: true, size: expect.closeTo(0.2, 4) });
  });

  it('is read off logarithms in both forms', () => {
    const levels = [100, 200, 400];
    const logarithmic = { weights: equal(3), noise: 0.001, isLogarithmic: true };
    const holidays = daily(levels, (level) => -0.3 * level);
    const off = closerForm(new Float64Array(3).fill(Math.log(0.7)), holidays, logarithmic);
    expect(off).toMatchObject({ isRelative: true, size: expect.closeTo(-0.3, 5) });
    const fees = daily(levels, () => 30);
    const fee = closerForm(Float64Array.from(levels, (level) => Math.log(1 + 30 / level)), fees, logarithmic);
    expect(fee).toMatchObject({ isRelative: false, size: expect.closeTo(30, 2) });
  });

  it('is a fraction where it follows the hours of its day', () => {
    // Two days that are alike, each with a night at 50 and a noon at 150, a third of which is gone.
    const steps = [0, 1].flatMap((occurrence) => [50, 150].map((expected) => ({ occurrence, x: 1, expected, value: (expected * 2) / 3 })));
    const { isRelative, size } = closerForm(Float64Array.of(-100 / 3, -100 / 3), steps, { weights: equal(2), noise: 1, isLogarithmic: false });
    expect([isRelative, size]).toEqual([true, expect.closeTo(-1 / 3, 3)]);
  });

  it('is an amount where there is nothing to take a fraction of', () => {
    const steps = daily([0, 0, 5], () => 40);
    expect(closerForm(Float64Array.of(40, 40, 40), steps, { weights: equal(3), noise: 1, isLogarithmic: false }).isRelative).toBe(false);
  });

  it('is drawn to nothing as far as it may be chance', () => {
    // Standard error 1/√2 of noise 1 over two occurrences of 3: 3/(1 + 0.5/9).
    const { size, sd } = closerForm(Float64Array.of(3, 3), daily([-1, -1], () => 3), { weights: equal(2), noise: 1, isLogarithmic: false });
    expect(size).toBeCloseTo(3 / (1 + 0.5 / 9), 12);
    expect(sd).toBeCloseTo(Math.SQRT1_2, 12);
  });
});
