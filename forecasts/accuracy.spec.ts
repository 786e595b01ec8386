import { difference, referencesIn } from '../test/support/reference-values.js';
import { coverage, mae, mase, naiveScale, rmse, wape, winklerScore } from './accuracy.js';

// Errors −2, 0, 4; the third step was not observed.
const actuals = Float64Array.of(8, 10, NaN, 14);
const means = Float64Array.of(10, 10, 50, 10);

describe('accuracy', () => {
  it('measures points, passing over gaps', () => {
    expect(mae(actuals, means)).toBe(2);
    expect(rmse(actuals, means)).toBeCloseTo(Math.sqrt(20 / 3), 12);
    // 6 of 32
    expect(wape(actuals, means)).toBeCloseTo(0.1875, 12);
  });

  it('scales by the seasonal naive error', () => {
    // period 2: |5 − 1|, |4 − 2|, |6 − 5|, so 7/3
    const scale = naiveScale(Float64Array.of(1, 2, 5, 4, 6), 2);
    expect(scale).toBeCloseTo(7 / 3, 12);
    expect(mase(actuals, means, scale)).toBeCloseTo(6 / 7, 12);
  });

  it('has no percentage of nothing, and no scale without change', () => {
    expect(wape(new Float64Array(3), Float64Array.of(1, 1, 1))).toBeNaN();
    expect(mase(actuals, means, 0)).toBeNaN();
  });

  it('scores intervals by width and by what they miss', () => {
    const lower = means.map((value) => value - 3);
    const upper = means.map((value) => value + 3);
    expect(coverage(actuals, lower, upper)).toBeCloseTo(2 / 3, 12);
    // 80 %: widths 6, 6, 6 and 2/0.2·(14 − 13) = 10, over three steps
    expect(winklerScore(actuals, lower, upper, 80)).toBeCloseTo(28 / 3, 10);
  });

  it('counts a bound as inside', () => {
    expect(coverage(Float64Array.of(1, 2), Float64Array.of(1, 1), Float64Array.of(3, 2))).toBe(1);
  });
});

describe.each(referencesIn('forecasts/accuracy.csv'))('accuracy, on %s', (_, { values, periods, answer }) => {
  const [mean, lower, upper] = [answer('mean'), answer('lower'), answer('upper')];
  const origin = values.length - mean.length;
  const held = values.subarray(origin);

  it('is that of accuracy() of R for points, and its definition for shares and intervals', () => {
    const ours = {
      mae: mae(held, mean),
      rmse: rmse(held, mean),
      mase: mase(held, mean, naiveScale(values.subarray(0, origin), periods[0] ?? 1)),
      wape: wape(held, mean),
      winkler: winklerScore(held, lower, upper, 80),
      coverage: coverage(held, lower, upper),
    };
    for (const [measure, value] of Object.entries(ours)) expect(difference([value], answer(measure))).toBeLessThan(1e-9);
  });
});
