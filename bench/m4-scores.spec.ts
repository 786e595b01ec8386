import { m4Scores, smape, type ScoredSeries } from './m4-scores.js';
import { naive2 } from './naive2.js';

const constant = (length: number, value: number): Float64Array => new Float64Array(length).fill(value);

describe('Naive 2', () => {
  it('repeats the last value where there is no season', () => {
    expect([...naive2(Float64Array.of(3, 1, 4, 1, 5), 1, 3)]).toEqual([5, 5, 5]);
    // Fewer than three seasons are no season.
    expect([...naive2(Float64Array.of(1, 9, 1, 9, 1), 2, 2)]).toEqual([1, 1]);
  });

  it('repeats a multiplicative season on the last level', () => {
    // Two steps that alternate around 10 by a half: the average of each window is 10, the figure 0.5 and 1.5.
    const values = Float64Array.from({ length: 24 }, (_, t) => (t % 2 === 0 ? 5 : 15));
    expect([...naive2(values, 2, 3)].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([5, 15, 5]);
    // The last value is twice what it was, and so is what follows in its phase.
    values[23] = 30;
    const [first, second] = naive2(values, 2, 2);
    expect(second! / first!).toBeGreaterThan(2.5);
    expect(second).toBeCloseTo(30, 9);
  });

  it('gives a gap the value before it', () => {
    expect([...naive2(Float64Array.of(NaN, 2, 3, NaN, NaN), 1, 2)]).toEqual([3, 3]);
  });
});

describe('the scores of M4', () => {
  it('have a symmetric percentage that is 0 where both are 0', () => {
    // 200·10/210 for the first, 0 for the second, 200 for the third; the gap is passed over.
    expect(smape(Float64Array.of(100, 0, 5, NaN), Float64Array.of(110, 0, 0, 1))).toBeCloseTo((2000 / 210 + 0 + 200) / 3, 12);
  });

  /** Training 1, 2, 3, 4, 5, so that the scale is 1 and Naive 2 says 5. */
  const series = (mean: number[], half80: number, half95: number): ScoredSeries => {
    const bounds = (half: number) => ({ lower: Float64Array.from(mean, (f) => f - half), upper: Float64Array.from(mean, (f) => f + half) });
    return {
      training: Float64Array.of(1, 2, 3, 4, 5),
      actuals: Float64Array.of(6, 8),
      forecast: { mean: Float64Array.from(mean), intervals: new Map([[80, bounds(half80)], [95, bounds(half95)]]) },
    };
  };

  it('hold a set against Naive 2', () => {
    const { smape: percent, mase, owa, coverage80, coverage95, msis } = m4Scores([series([6, 6], 1, 1.5)], 1);
    // Errors 0 and 2; Naive 2 is off by 1 and 3.
    expect(mase).toBeCloseTo(1, 12);
    expect(percent).toBeCloseTo(400 / 14 / 2, 12);
    expect(owa).toBeCloseTo(0.5 * (400 / 14 / 2 / ((200 / 11 + 600 / 13) / 2) + 1 / 2), 12);
    expect([coverage80, coverage95]).toEqual([0.5, 0.5]);
    // Width 3 twice, and 8 lies half a unit above 7.5, forty times.
    expect(msis).toBeCloseTo((3 + 3 + 20) / 2, 12);
  });

  it('average over series, count a refused one as Naive 2, and leave out what has no scale', () => {
    const refused: ScoredSeries = { ...series([6, 8], 1, 1), forecast: null };
    const flat: ScoredSeries = { ...series([6, 8], 1, 1), training: constant(5, 3) };
    const scores = m4Scores([series([6, 8], 1, 1), refused, flat], 1);
    expect(scores).toMatchObject({ series: 2, refused: 1, mase: 1, coverage95: 1, msis: 2 });
    expect(scores.owa).toBeCloseTo(0.5, 12);
  });
});
