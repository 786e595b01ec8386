import fc from 'fast-check';

import {
  forecast,
  ForecastError,
  InsufficientHistory,
  InvalidHorizon,
  InvalidLevel,
  InvalidSeries,
  IrregularSeries,
  type Forecast,
  type Series,
} from './index.js';

const week = [0, 10, 20, 10, 0, -20, -20];
const wiggle = (t: number): number => 3 * Math.sin(t * t * 1.7);
const daily = (length: number): Float64Array => Float64Array.from({ length }, (_, t) => 200 + week[t % 7]! + wiggle(t));
const series = (values: ArrayLike<number>, rest: Partial<Series> = {}): Series => ({
  values: Float64Array.from(values),
  periods: [7],
  nonNegative: true,
  ...rest,
});
const question = { horizon: 30, levels: [80, 95] };

/** What holds for every forecast, whatever the series. */
function expectSound(answer: Forecast, { nonNegative, upperBound }: Series, horizon: number): void {
  for (const values of [answer.mean, answer.sd]) {
    if (values.length !== horizon || !values.every(Number.isFinite)) throw new Error('mean or sd is not finite');
  }
  for (const { lower, upper } of answer.intervals) {
    for (let h = 0; h < horizon; h += 1) {
      const inside = lower[h]! < upper[h]! && lower[h]! <= answer.mean[h]! && answer.mean[h]! <= upper[h]!;
      if (!inside) throw new Error(`step ${h}: ${lower[h]} … ${answer.mean[h]} … ${upper[h]}`);
      if (nonNegative && lower[h]! < 0) throw new Error(`step ${h}: lower bound ${lower[h]} below zero`);
      if (upperBound !== undefined && upper[h]! > upperBound) throw new Error(`step ${h}: above the upper bound`);
    }
  }
  const { accuracy } = answer;
  if (accuracy !== null && !Object.values(accuracy).every((value) => value === null || Number.isFinite(value))) {
    throw new Error('accuracy is not finite');
  }
  const weight = answer.models.reduce((sum, model) => sum + model.weight, 0);
  expect(weight).toBeCloseTo(1, 10);
  expect(answer.errorCorrelation).toBeGreaterThanOrEqual(0);
  expect(answer.errorCorrelation).toBeLessThan(1);
}

function width({ intervals }: Forecast, h: number): number {
  return intervals[0]!.upper[h]! - intervals[0]!.lower[h]!;
}

describe('forecast', () => {
  it.each([[[]], [[1]], [[1, 2]], [[NaN, NaN, NaN, NaN]], [[1, NaN, NaN, 2]]])('refuses %j, naming what it needs', (values) => {
    expect(() => forecast(series(values), question)).toThrow(InsufficientHistory);
    expect(() => forecast(series(values), question)).toThrow(/^forecast needs at least 3 observations, got \d$/);
  });

  it.each([3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 20])('forecasts %d points with an honest interval', (length) => {
    const asked = series(daily(length));
    const answer = forecast(asked, question);
    expectSound(answer, asked, 30);
    // The noise alone spans 6; an interval that knew the future would still be about that wide.
    expect(width(answer, 29)).toBeGreaterThan(6);
  });

  it('is not certain of a line through three points', () => {
    const { intervals } = forecast(series([10, 20, 30]), question);
    expect(intervals[0]!.lower[0]).toBeLessThan(25);
    expect(intervals[0]!.upper[0]).toBeGreaterThan(40);
  });

  it('is wider the less it has seen', () => {
    expect(width(forecast(series(daily(10)), question), 20)).toBeGreaterThan(width(forecast(series(daily(200)), question), 20));
  });

  it('continues a constant, in a narrow interval that is not empty', () => {
    const asked = series(new Float64Array(100).fill(42));
    const answer = forecast(asked, question);
    expectSound(answer, asked, 30);
    answer.mean.forEach((value) => expect(value).toBeCloseTo(42, 8));
    expect(width(answer, 0)).toBeLessThan(1);
    expect(answer.accuracy).toMatchObject({ mase: null, coverage95: 1 });
  });

  it('forecasts zeros, and long runs of them, without going below', () => {
    const zeros = series(new Float64Array(60));
    expectSound(forecast(zeros, question), zeros, 30);
    expect(forecast(zeros, question).accuracy!.wape).toBeNull();
    const runs = series(Float64Array.from({ length: 120 }, (_, t) => (t % 31 < 4 ? 8 : 0)));
    expectSound(forecast(runs, question), runs, 30);
  });

  it.each([5, 6])('expects demand that comes every %d days, and nothing in between', (every) => {
    const lumps = series(Float64Array.from({ length: 120 }, (_, t) => (t % every === 0 ? 60 : 0)));
    const answer = forecast(lumps, question);
    expectSound(answer, lumps, 30);
    const total = answer.mean.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(total - (30 * 60) / every)).toBeLessThan(60);
    expect(answer.intervals[1]!.upper[0]).toBeGreaterThan(30);
  });

  it('bridges a gap at the end, and is less sure the longer it is', () => {
    const values = daily(120);
    const whole = forecast(series(values), question);
    const late = series([...values.subarray(0, 100), ...new Float64Array(20).fill(NaN)]);
    const bridged = forecast(late, question);
    expectSound(bridged, late, 30);
    // Step 0 is the day after the grid, so it falls on the same weekday with and without the gap.
    expect(Math.abs(bridged.mean[2]! - whole.mean[2]!)).toBeLessThan(12);
    expect(bridged.sd[0]!).toBeGreaterThan(whole.sd[0]!);
  });

  it('forecasts across gaps inside as if they were filled', () => {
    const values = daily(120);
    const holes = values.map((value, t) => (t % 5 === 3 || (t > 60 && t < 75) ? NaN : value));
    const asked = series(holes);
    const answer = forecast(asked, question);
    expectSound(answer, asked, 30);
    const whole = forecast(series(values), question);
    answer.mean.forEach((value, h) => expect(Math.abs(value - whole.mean[h]!)).toBeLessThan(10));
  });

  it.each([1, 2, 5, 20])('keeps its scale after one spike of 1e6, %d steps before the end', (before) => {
    const values = daily(100);
    values[100 - before] = 1e6;
    const asked = series(values);
    const answer = forecast(asked, question);
    expectSound(answer, asked, 30);
    expect(Math.max(...answer.mean)).toBeLessThan(300);
    expect(Math.min(...answer.mean)).toBeGreaterThan(100);
    expect(Math.max(...answer.intervals[1]!.upper)).toBeLessThan(500);
  });

  it('follows a level shift a week before the end, and covers both levels for a while', () => {
    const values = daily(120).map((value, t) => (t >= 113 ? value + 150 : value));
    const answer = forecast(series(values), question);
    for (let h = 0; h < 30; h += 1) expect(Math.abs(answer.mean[h]! - (350 + week[(120 + h) % 7]!))).toBeLessThan(25);
    const { lower, upper } = answer.intervals[1]!;
    for (let h = 0; h < 5; h += 1) {
      expect(lower[h]).toBeLessThan(200 + week[(120 + h) % 7]!);
      expect(upper[h]).toBeGreaterThan(350 + week[(120 + h) % 7]!);
    }
    // Later the old level leaves the 80 % interval; that levels can jump at all stays within the 95 %.
    expect(answer.intervals[0]!.lower[29]).toBeGreaterThan(200 + week[149 % 7]!);
  });

  it('lets a volume that grows steadily go on growing', () => {
    const values = Float64Array.from({ length: 120 }, (_, t) => 1000 + 5 * t + wiggle(t));
    const answer = forecast(series(values), { horizon: 180, levels: [80] });
    // 1000 + 5·299 = 2495
    expect(Math.abs(answer.mean[179]! - 2495)).toBeLessThan(45);
  });

  it.each([
    [[1, 2, Infinity, 4], 2],
    [[1, -Infinity, NaN, 4], 1],
    [[1, 2, 3, 1e101], 3],
    [[NaN, 2, 3, -1, -2], 3],
  ])('refuses %j, naming index %d', (values, index) => {
    expect(() => forecast(series(values), question)).toThrow(IrregularSeries);
    expect(() => forecast(series(values), question)).toThrow(expect.objectContaining({ index }));
  });

  it('refuses contradictions by name', () => {
    const fine = daily(30);
    expect(() => forecast(series(fine, { periods: [0] }), question)).toThrow(InvalidSeries);
    expect(() => forecast(series(fine, { periods: [7.5] }), question)).toThrow(InvalidSeries);
    expect(() => forecast(series(fine, { upperBound: 0 }), question)).toThrow(InvalidSeries);
    expect(() => forecast(series(fine), { horizon: 0, levels: [80] })).toThrow(InvalidHorizon);
    expect(() => forecast(series(fine), { horizon: 2.5, levels: [80] })).toThrow(InvalidHorizon);
    expect(() => forecast(series(fine), { horizon: 3, levels: [49] })).toThrow(InvalidLevel);
    expect(() => forecast(series(fine), { horizon: 3, levels: [80, 100] })).toThrow(InvalidLevel);
  });

  it('gives the same answer to the bit, and leaves the series as it was', () => {
    const asked = series(daily(150));
    const before = Float64Array.from(asked.values);
    expect(forecast(asked, question)).toEqual(forecast(asked, question));
    expect(asked.values).toEqual(before);
  });

  it('never goes above what is installed', () => {
    const asked = series(Float64Array.from({ length: 90 }, (_, t) => 10 + t + wiggle(t)), { upperBound: 110 });
    const answer = forecast(asked, question);
    expectSound(answer, asked, 30);
    expect(answer.mean[29]).toBe(110);
  });

  it('says how it did, and better than the seasonal naive method on a series with noise', () => {
    const { accuracy } = forecast(series(daily(200)), question);
    expect(accuracy!.origins).toBeGreaterThanOrEqual(8);
    expect(accuracy!.mase).toBeLessThan(1);
    expect(accuracy!.coverage95).toBeGreaterThan(0.85);
    expect(accuracy!.rmse).toBeGreaterThanOrEqual(accuracy!.mae);
  });

  it('answers any series soundly, or refuses it by name', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: 0, max: 1000, noNaN: true }) },
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 100, 100, 100) },
      { weight: 2, arbitrary: fc.constant(NaN) },
      { weight: 1, arbitrary: fc.double({ min: -1e12, max: 1e12 }) },
      { weight: 1, arbitrary: fc.constantFrom(1e6, 1e-300, 5e-324, 1e99, 1e101, Infinity, -0) },
    );
    const repeated = fc
      .tuple(fc.array(value, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 12 }))
      .map(([part, times]) => Array.from({ length: times }, () => part).flat());
    const odd = fc.record({
      values: fc.oneof(fc.array(value, { maxLength: 90 }), fc.array(value, { minLength: 150, maxLength: 400 }), repeated),
      periods: fc.constantFrom([], [7], [2], [7, 30], [12, 3], [24], [5, 35], [2, 8, 32]),
      nonNegative: fc.boolean(),
      upperBound: fc.option(fc.double({ min: -10, max: 1e6, noNaN: true }), { nil: undefined }),
      horizon: fc.integer({ min: 1, max: 60 }),
    });

    let answered = 0;
    fc.assert(
      fc.property(odd, ({ values, periods, nonNegative, upperBound, horizon }) => {
        const asked = { values: Float64Array.from(values), periods, nonNegative, upperBound };
        let answer: Forecast;
        try {
          answer = forecast(asked, { horizon, levels: [50, 80, 99] });
        } catch (error) {
          if (error instanceof ForecastError) return;
          throw error;
        }
        answered += 1;
        expectSound(answer, asked, horizon);
      }),
      { numRuns: 1000, seed: 20261122 },
    );
    expect(answered).toBeGreaterThan(300);
  });
});
