import { InvalidLevel, InvalidQuestion } from './errors.js';
import { dateQuantile, exhaustionCurve, shortageCurve } from './exhaustion.js';
import { intervalsAt } from './intervals.js';
import { quantileOfSorted } from './math/order.js';
import { expectedAt, simulatePaths, type ForecastDistribution, type Paths } from './paths.js';
import { totalOver } from './totals.js';

const rising: ForecastDistribution = {
  mean: Float64Array.from({ length: 40 }, (_, h) => 100 + h),
  sd: Float64Array.from({ length: 40 }, (_, h) => 5 + 0.5 * h),
  errorCorrelation: 0.9,
  nonNegative: true,
};

/** Three paths of four steps, written out. */
const written: Paths = {
  values: Float64Array.of(1, 2, 3, 4, /**/ 5, 1, 1, 1, /**/ 2, 2, 2, 2),
  count: 3,
  horizon: 4,
};

function column({ values, count, horizon }: Paths, h: number): Float64Array {
  return Float64Array.from({ length: count }, (_, path) => values[path * horizon + h]!).sort();
}

describe('paths', () => {
  it('are rebuilt to the bit from the numbers that are stored', () => {
    const stored = JSON.parse(JSON.stringify({ mean: [...rising.mean], sd: [...rising.sd], rho: rising.errorCorrelation }));
    const again = {
      mean: Float64Array.from(stored.mean),
      sd: Float64Array.from(stored.sd),
      errorCorrelation: stored.rho,
      nonNegative: true,
    };
    expect(simulatePaths(again, { count: 101, seed: 5 })).toEqual(simulatePaths(rising, { count: 101, seed: 5 }));
    expect(simulatePaths(rising, { count: 101, seed: 6 })).not.toEqual(simulatePaths(rising, { count: 101, seed: 5 }));
  });

  it('agree with the intervals at every step', () => {
    const paths = simulatePaths(rising, { count: 4000, seed: 1 });
    const [interval] = intervalsAt(rising, [80]);
    for (const h of [0, 10, 39]) {
      const steps = column(paths, h);
      // A 10 % quantile of 4,000 draws has a standard error of 0.027 standard deviations.
      expect(Math.abs(quantileOfSorted(steps, 0.1) - interval!.lower[h]!)).toBeLessThan(0.12 * rising.sd[h]!);
      expect(Math.abs(quantileOfSorted(steps, 0.9) - interval!.upper[h]!)).toBeLessThan(0.12 * rising.sd[h]!);
    }
  });

  it('carry an error from one step to the next', () => {
    const even = { ...rising, sd: rising.sd.map(() => 8) };
    const { values, count, horizon } = simulatePaths(even, { count: 4000, seed: 2 });
    let products = 0;
    let squares = 0;
    for (let path = 0; path < count; path += 1) {
      const at = (h: number): number => (values[path * horizon + h]! - even.mean[h]!) / even.sd[h]!;
      products += at(20) * at(21);
      squares += (at(20) ** 2 + at(21) ** 2) / 2;
    }
    expect(products / squares).toBeCloseTo(0.9, 1);
  });

  it('stay within what the quantity can be', () => {
    const paths = simulatePaths({ ...rising, sd: rising.sd.map(() => 200), upperBound: 150 }, { count: 200, seed: 3 });
    expect(Math.min(...paths.values)).toBe(0);
    expect(Math.max(...paths.values)).toBe(150);
  });

  it.each<[string, number, Partial<ForecastDistribution>]>([
    ['cannot be negative', 2, {}],
    ['is mostly nothing', 0.3, { excessKurtosis: 0 }],
    ['is mostly nothing, with heavy tails', 0.3, { excessKurtosis: 6 }],
    ['is nearly full', 9, { upperBound: 10 }],
    ['may be any amount', 2, { nonNegative: false }],
  ])('average to the mean of a quantity that %s', (_, mean, rest) => {
    const near = { ...rising, mean: rising.mean.map(() => mean), sd: rising.sd.map(() => 1.5), ...rest };
    const paths = simulatePaths(near, { count: 3000, seed: 9 });
    const average = paths.values.reduce((sum, value) => sum + value, 0) / paths.values.length;
    // Errors last for some 19 steps, so that 3,000 paths of 40 tell about as much as 6,000 draws: three standard errors.
    expect(Math.abs(average - mean)).toBeLessThan((3 * 1.5) / Math.sqrt(6000));
  });

  it('average to more than the median where errors are multiplicative', () => {
    const relative = { ...rising, multiplicative: true, sd: rising.mean.map((mean) => 0.5 * mean) };
    const { values, count, horizon } = simulatePaths(relative, { count: 3000, seed: 10 });
    for (const h of [0, 39]) {
      let average = 0;
      for (let path = 0; path < count; path += 1) average += values[path * horizon + h]! / count;
      expect(average / expectedAt(relative, h)).toBeCloseTo(1, 1);
      expect(average).toBeGreaterThan(1.08 * rising.mean[h]!);
    }
  });

  it('end on one without a mirror image where their number is odd', () => {
    const [one, three] = [1, 3].map((count) => simulatePaths(rising, { count, seed: 5 }));
    expect(three!.values.subarray(0, 40)).toEqual(one!.values);
    expect(three!.values).toHaveLength(120);
    expect(three!.values.subarray(80).every((value) => value > 0)).toBe(true);
  });

  it('come in whole numbers', () => {
    expect(() => simulatePaths(rising, { count: 0, seed: 1 })).toThrow(InvalidQuestion);
    expect(() => simulatePaths(rising, { count: 1.5, seed: 1 })).toThrow(InvalidQuestion);
  });
});

describe('intervals', () => {
  it('widen with the level and come in the order asked', () => {
    const [wide, narrow] = intervalsAt(rising, [95, 50]);
    expect(wide!.level).toBe(95);
    // k(1.959964) = 1.959964 + (7.529015 − 5.879892)/16 = 2.063034 and k(0.674490) = 0.674490 + (0.306849 − 2.023469)/16
    // = 0.567201, times 5.
    expect(wide!.lower[0]).toBeCloseTo(100 - 10.31517, 4);
    expect(narrow!.upper[0]).toBeCloseTo(102.83600, 4);
  });

  it('reach further up than down where errors are multiplicative, and do not explode', () => {
    const relative = { ...rising, multiplicative: true };
    const [wide] = intervalsAt(relative, [95]);
    // 100·exp(±0.05·2.063034)
    expect(wide!.upper[0]).toBeCloseTo(110.8661, 3);
    expect(wide!.lower[0]).toBeCloseTo(90.1989, 3);
    // One standard deviation of 300 %: e·(1 + 3·2.063034 − 1) = 16.82 times the mean, where the exponential has 487 times.
    const [vast] = intervalsAt({ ...relative, sd: relative.mean.map((mean) => 3 * mean) }, [95]);
    expect(vast!.upper[0]).toBeCloseTo(1682.37, 0);
    expect(vast!.lower[0]).toBeGreaterThan(0);
  });

  it.each([49.9, 99.1, NaN, -80])('refuse a level of %d', (level) => {
    expect(() => intervalsAt(rising, [80, level])).toThrow(InvalidLevel);
  });
});

describe('exhaustion', () => {
  it('counts each path once, at its first step over the limit', () => {
    // Over 2: path 1 at step 2, path 2 at step 0, path 3 never, because equal is not over.
    const curve = exhaustionCurve(written, new Float64Array(4).fill(2));
    expect([...curve]).toEqual([1 / 3, 1 / 3, 2 / 3, 2 / 3]);
    expect(dateQuantile(curve, 0.3)).toBe(0);
    expect(dateQuantile(curve, 0.5)).toBe(2);
    expect(dateQuantile(curve, 0.9)).toBeNull();
  });

  it('follows a limit that changes, and none where there is none', () => {
    // 4 is lifted to 10 at step 2 and gone at step 3.
    expect([...exhaustionCurve(written, Float64Array.of(4, 4, 10, NaN))]).toEqual([1 / 3, 1 / 3, 1 / 3, 1 / 3]);
    expect([...exhaustionCurve(written, Float64Array.of(9, 9, 1.5, Infinity))]).toEqual([0, 0, 2 / 3, 2 / 3]);
  });

  it('tells having run out from being short, where more arrives', () => {
    // 2 until step 2, and 10 from then on. One path of three is over at step 0, and none later.
    const limits = Float64Array.of(2, 2, 10, 10);
    expect([...exhaustionCurve(written, limits)]).toEqual([1 / 3, 1 / 3, 1 / 3, 1 / 3]);
    expect([...shortageCurve(written, limits)]).toEqual([1 / 3, 0, 0, 0]);
    expect([...shortageCurve(written, Float64Array.of(2, NaN, 1, 1))]).toEqual([1 / 3, 0, 2 / 3, 2 / 3]);
  });

  it('sees what falls below what has to be kept', () => {
    // Below 2: path 1 at step 0, path 2 at step 1, path 3 never, because equal is not below.
    const kept = new Float64Array(4).fill(2);
    expect([...exhaustionCurve(written, kept, 'below')]).toEqual([1 / 3, 2 / 3, 2 / 3, 2 / 3]);
    expect([...shortageCurve(written, kept, 'below')]).toEqual([1 / 3, 1 / 3, 1 / 3, 1 / 3]);
    expect([...exhaustionCurve(written, Float64Array.of(NaN, NaN, -1, 0), 'below')]).toEqual([0, 0, 0, 0]);
  });

  it('never falls, and is never below the chance of being short', () => {
    const paths = simulatePaths({ ...rising, mean: rising.mean.map(() => 100) }, { count: 501, seed: 3 });
    const limits = Float64Array.from({ length: 40 }, (_, h) => (h < 15 ? 104 : h < 30 ? 120 : 110));
    const passed = exhaustionCurve(paths, limits);
    const short = shortageCurve(paths, limits);
    for (let h = 0; h < 40; h += 1) {
      expect(passed[h]!).toBeGreaterThanOrEqual(Math.max(short[h]!, passed[h - 1] ?? 0));
    }
    expect(short[20]!).toBeLessThan(short[14]!);
    expect(dateQuantile(passed, 1)).toBeNull();
  });

  it('refuses a limit for every other step, and a probability of nothing', () => {
    expect(() => shortageCurve(written, new Float64Array(5))).toThrow(InvalidQuestion);
    expect(() => exhaustionCurve(written, new Float64Array(3))).toThrow(InvalidQuestion);
    expect(() => dateQuantile(new Float64Array(3), 0)).toThrow(InvalidQuestion);
  });
});

describe('totals', () => {
  it('add up the steps of a span, its end not included', () => {
    // Steps 1 and 2 of each path: 5, 2, 4.
    const total = totalOver(written, { start: 1, end: 3 });
    expect(total.mean).toBeCloseTo(11 / 3, 12);
    expect(total.quantile(0.5)).toBe(4);
    expect(total.probabilityAbove(3)).toBeCloseTo(2 / 3, 12);
    expect(total.probabilityAbove(5)).toBe(0);
    expect(total.probabilityAbove(1.9)).toBe(1);
  });

  it('lie in an interval of any level', () => {
    // 80 % of three totals 2, 4, 5: positions 0.2 and 1.8.
    const total = totalOver(written, { start: 1, end: 3 });
    const { level, lower, upper } = total.interval(80);
    expect([level, lower.toFixed(9), upper.toFixed(9)]).toEqual([80, '2.400000000', '4.800000000']);
    expect(total.interval(50).lower).toBe(total.quantile(0.25));
    expect(() => total.interval(99.5)).toThrow(InvalidLevel);
  });

  it('vary more when errors carry over', () => {
    const spread = (errorCorrelation: number): number => {
      const even = { ...rising, sd: rising.sd.map(() => 8), errorCorrelation };
      const total = totalOver(simulatePaths(even, { count: 2000, seed: 4 }), { start: 0, end: 30 });
      return total.quantile(0.9) - total.quantile(0.1);
    };
    expect(spread(0.9)).toBeGreaterThan(2.5 * spread(0));
  });

  it.each([
    [0, 0],
    [-1, 2],
    [2, 5],
    [0.5, 2],
  ])('refuse the span from %d to %d', (start, end) => {
    expect(() => totalOver(written, { start, end })).toThrow(InvalidQuestion);
  });
});
