import { InvalidLevel, InvalidQuestion } from './errors.js';
import { dateQuantile, exhaustionCurve } from './exhaustion.js';
import { intervalsAt } from './intervals.js';
import { quantileOfSorted } from './math/order.js';
import { simulatePaths, type ForecastDistribution, type Paths } from './paths.js';
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
    const { values, count, horizon } = simulatePaths(rising, { count: 4000, seed: 2 });
    let products = 0;
    for (let path = 0; path < count; path += 1) {
      const at = (h: number): number => (values[path * horizon + h]! - rising.mean[h]!) / rising.sd[h]!;
      products += at(20) * at(21);
    }
    expect(products / count).toBeCloseTo(0.9, 1);
  });

  it('stay within what the quantity can be', () => {
    const paths = simulatePaths({ ...rising, sd: rising.sd.map(() => 200), upperBound: 150 }, { count: 200, seed: 3 });
    expect(Math.min(...paths.values)).toBe(0);
    expect(Math.max(...paths.values)).toBe(150);
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

  it('refuses a limit for every other step, and a probability of nothing', () => {
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

  it('vary more when errors carry over', () => {
    const spread = (errorCorrelation: number): number => {
      const total = totalOver(simulatePaths({ ...rising, errorCorrelation }, { count: 2000, seed: 4 }), { start: 0, end: 30 });
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
