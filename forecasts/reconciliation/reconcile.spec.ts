import fc from 'fast-check';
import { InvalidQuestion } from '../errors.js';
import { intervalsAt } from '../intervals.js';
import { randomStream } from '../math/random.js';
import { expectedAt, type ForecastDistribution } from '../paths.js';
import { hierarchyOf, type Hierarchy } from './hierarchy.js';
import { reconcile } from './reconcile.js';
import { siblingCorrelations } from './sibling-correlations.js';

const known = (mean: number[], sd: number[], rest: Partial<ForecastDistribution> = {}): ForecastDistribution => ({
  mean: Float64Array.from(mean),
  sd: Float64Array.from(sd),
  errorCorrelation: 0.5,
  nonNegative: false,
  ...rest,
});
const meansOf = (distributions: readonly ForecastDistribution[], h = 0): number[] => distributions.map(({ mean }) => mean[h]!);

/** A node is mostly a part of an earlier one. */
function randomParents(nodes: number, next: () => number): number[] {
  return Array.from({ length: nodes }, (_, node) => (node === 0 || next() < 0.05 ? -1 : Math.floor(next() * Math.min(node, 8))));
}

/** Solves A·x = b by elimination; A [n × n]. */
function solve(rows: number[][], right: number[]): number[] {
  const n = right.length;
  const a = rows.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < n; i += 1) {
    const pivot = a.slice(i).reduce((best, row, offset) => (Math.abs(row[i]!) > Math.abs(a[best]![i]!) ? i + offset : best), i);
    [a[i], a[pivot]] = [a[pivot]!, a[i]!];
    for (let j = i + 1; j < n; j += 1) {
      const factor = a[j]![i]! / a[i]![i]!;
      for (let k = i; k <= n; k += 1) a[j]![k]! -= factor * a[i]![k]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i -= 1) {
    x[i] = (a[i]![n]! - a[i]!.slice(i + 1, n).reduce((sum, value, k) => sum + value * x[i + 1 + k]!, 0)) / a[i]![i]!;
  }
  return x;
}

/** MinT as it is published, by dense matrices: S·(S′W⁻¹S)⁻¹·S′W⁻¹·ŷ. */
function minimumTrace({ parents, children }: Hierarchy, y: number[], w: number[][]): number[] {
  const leaves = [...parents.keys()].filter((node) => children[node]!.length === 0);
  const isWithin = (leaf: number, node: number): boolean => leaf === node || (parents[leaf]! >= 0 && isWithin(parents[leaf]!, node));
  const s = y.map((_, node) => leaves.map((leaf) => (isWithin(leaf, node) ? 1 : 0)));
  // W⁻¹S, column by column.
  const weighted = leaves.map((_, j) => solve(w, s.map((row) => row[j]!)));
  const normal = leaves.map((_, i) => leaves.map((_, j) => s.reduce<number>((sum, row, node) => sum + row[i]! * weighted[j]![node]!, 0)));
  const bottom = solve(normal, weighted.map((column) => column.reduce((sum, value, node) => sum + value * y[node]!, 0)));
  return s.map((row) => row.reduce<number>((sum, one, j) => sum + one * bottom[j]!, 0));
}

describe('reconciliation', () => {
  it('moves the whole towards its parts and the parts towards the whole, by how sure each is', () => {
    // The parts say 4 + 6 = 10 with variance 1 + 3 = 4, the whole 16 with variance 8: gain 4/12, so 10 + 6/3 = 12.
    // The 2 that are missing are divided 1 : 3.
    const family = hierarchyOf([-1, 0, 0]);
    const result = reconcile(family, [known([16], [Math.sqrt(8)]), known([4], [1]), known([6], [Math.sqrt(3)])]);
    expect(meansOf(result).map((mean) => mean.toFixed(9))).toEqual(['12.000000000', '4.500000000', '7.500000000']);
  });

  it('is the minimum trace solution on any tree, at every step', () => {
    const { next } = randomStream(5);
    for (let round = 0; round < 12; round += 1) {
      const nodes = 30 + round;
      const hierarchy = hierarchyOf(randomParents(nodes, next));
      const own = Array.from({ length: nodes }, () => known([0, 1].map(() => 100 * next() - 30), [0, 1].map(() => 0.1 + 5 * next())));
      const result = reconcile(hierarchy, own);
      for (const h of [0, 1]) {
        const w = own.map(({ sd }, i) => own.map((_, j) => (i === j ? sd[h]! ** 2 : 0)));
        const published = minimumTrace(hierarchy, meansOf(own, h), w);
        meansOf(result, h).forEach((mean, node) => expect(mean).toBeCloseTo(published[node]!, 7));
      }
    }
  });

  it('is the minimum trace solution where errors of siblings go together', () => {
    const { next } = randomStream(6);
    const family = hierarchyOf([-1, 0, 0, 0]);
    const own = [3, 1, 2, 0.5].map((sd) => known([50 * next()], [sd]));
    // Errors of the parts that are alike at each of three origins: correlation 1, drawn to 3/5.
    const alike = Array.from({ length: 3 }, () => Float64Array.from({ length: 5 }, () => next() - 0.5));
    const errors = [2, 1, 4, 9].map((size) => alike.map((steps) => steps.map((error) => size * error)));
    expect(siblingCorrelations(family, errors)[0]).toBeCloseTo(0.6, 12);

    const together = (i: number, j: number): number => (i === 0 || j === 0 ? 0 : 0.6);
    const w = own.map(({ sd }, i) => own.map((other, j) => (i === j ? 1 : together(i, j)) * sd[0]! * other.sd[0]!));
    const published = minimumTrace(family, meansOf(own), w);
    meansOf(reconcile(family, own, { errors })).forEach((mean, node) => expect(mean).toBeCloseTo(published[node]!, 9));
  });

  it('leaves forecasts that add up as they are', () => {
    const chain = hierarchyOf([-1, 0, 1, 1]);
    const result = reconcile(chain, [known([7], [3]), known([7], [3]), known([3], [1.5]), known([4], [1.5])]);
    expect(meansOf(result)).toEqual([7, 7, 3, 4]);
    expect(result.map(({ sd }) => sd[0]!.toFixed(9))).toEqual(['3.000000000', '3.000000000', '1.500000000', '1.500000000']);
  });

  it('never takes from a part what it does not have, nor gives it more than it can hold', () => {
    const parts = [
      known([1], [5], { nonNegative: true }),
      known([30], [5], { nonNegative: true, upperBound: 32 }),
      known([20], [5], { nonNegative: true }),
    ];
    const family = hierarchyOf([-1, 0, 0, 0]);
    // Weights alike: all lose (51 − 30)/3 = 7, of which the first has 1, and the others lose 10.
    const scarce = meansOf(reconcile(family, [known([30], [1e-6], { nonNegative: true }), ...parts]));
    expect(scarce.map(Math.round)).toEqual([30, 0, 20, 10]);
    const plenty = meansOf(reconcile(family, [known([63], [1e-6], { nonNegative: true }), ...parts]));
    expect(plenty.map(Math.round)).toEqual([63, 6, 32, 25]);
  });

  it('keeps the bound of a whole where its parts allow it, and theirs where they do not', () => {
    const family = hierarchyOf([-1, 0, 0]);
    const part = known([10], [1], { nonNegative: true });
    const full = known([30], [1], { nonNegative: true, upperBound: 15 });
    expect(meansOf(reconcile(family, [full, part, part]))).toEqual([15, 7.5, 7.5]);
    // What is owed can make the whole negative, whatever it says of itself.
    const owed = known([-20], [1], { upperBound: -5 });
    expect(meansOf(reconcile(family, [known([0], [1], { nonNegative: true }), owed, known([2], [1], { upperBound: 3 })]))).toEqual([-2, -5, 3]);
  });

  it('adds up what is expected, which lies above the median of multiplicative errors', () => {
    const family = hierarchyOf([-1, 0, 0]);
    const relative = known([100], [40], { multiplicative: true, nonNegative: true });
    const expected = expectedAt(relative, 0);
    expect(expected).toBeGreaterThan(108);
    const [whole, part] = reconcile(family, [known([2 * expected], [60], { nonNegative: true }), relative, relative]);
    expect(whole!.mean[0]).toBeCloseTo(2 * expected, 9);
    // Nothing had to move: the median and the intervals are those it had.
    expect(part!.mean[0]).toBeCloseTo(expected, 9);
    expect(part!.centre![0]).toBeCloseTo(100, 6);
    expect(part!.sd[0]).toBeCloseTo(40, 6);
    expect(expectedAt(part!, 0)).toBe(part!.mean[0]);
  });

  it('leaves each its own standard deviation, as far as the parts can explain the whole', () => {
    const family = hierarchyOf([-1, 0, 0]);
    const spreads = (whole: number, one: number, other: number): number[] =>
      reconcile(family, [known([10], [whole]), known([5], [one]), known([5], [other])]).map(({ sd }) => Math.round(1000 * sd[0]!) / 1000);
    // Independent, alike, and taking from each other.
    expect(spreads(5, 3, 4)).toEqual([5, 3, 4]);
    expect(spreads(6.9, 3, 4)).toEqual([6.9, 3, 4]);
    expect(spreads(1, 4, 4)).toEqual([1, 4, 4]);
    // All together stray by 2 at most, with the variance 2 to the 100 of the whole: 10/51 of the gain, 2 + 8/51.
    expect(spreads(10, 1, 1)).toEqual([2.157, 1.078, 1.078]);
    // What is known of the whole and of one part tells the other, which had been said to be less sure.
    const [whole, one, other] = spreads(5, 30, 10);
    expect(whole).toBeLessThan(6);
    expect(one).toBeLessThan(13);
    expect(other).toBeGreaterThan(9);
  });

  it('refuses forecasts that do not fit the hierarchy, or each other', () => {
    const family = hierarchyOf([-1, 0]);
    expect(() => reconcile(family, [known([1], [1])])).toThrow(InvalidQuestion);
    expect(() => reconcile(family, [known([1], [1]), known([1, 2], [1, 1])])).toThrow(/forecasts that all have 1 steps, got 2/);
    const both = [known([1], [1]), known([1], [1])];
    expect(() => reconcile(family, both, { errors: [[]] })).toThrow(/errors of each of 2 nodes, got 1/);
    expect(() => reconcile(family, both, { errors: [[Float64Array.of(1)], []] })).toThrow(/same 1 origins, got 0/);
  });

  it('makes 10,000 parts of one whole add up', () => {
    const leaf = known(new Array<number>(90).fill(2), new Array<number>(90).fill(0.5), { nonNegative: true });
    const hierarchy = hierarchyOf([-1, ...new Array<number>(10_000).fill(0)]);
    const whole = known(new Array<number>(90).fill(22_000), new Array<number>(90).fill(300), { nonNegative: true });
    const result = reconcile(hierarchy, [whole, ...new Array<ForecastDistribution>(10_000).fill(leaf)]);
    expect(result[1]!.mean[0]! * 10_000).toBeCloseTo(result[0]!.mean[0]!, 4);
  });

  it('makes any forecasts of any trees add up, finite, within their bounds, and the same again', () => {
    const value = fc.oneof(
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.constantFrom(0, 0, 1, 1e-300, 1e9, 1e90),
    );
    const steps = 3;
    const one = fc.record({
      mean: fc.array(value, { minLength: steps, maxLength: steps }),
      sd: fc.array(value, { minLength: steps, maxLength: steps }),
      errorCorrelation: fc.double({ min: 0, max: 0.995, noNaN: true }),
      multiplicative: fc.boolean(),
      nonNegative: fc.boolean(),
      upperBound: fc.option(fc.double({ min: 1, max: 1e6, noNaN: true }), { nil: undefined }),
    });
    const trees = fc.array(fc.tuple(one, fc.double({ min: 0, max: 0.999, noNaN: true })), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(trees, (nodes) => {
        const parents = nodes.map(([, place], node) => Math.floor(place * (node + 1)) - 1);
        const own = nodes.map(([{ mean, sd, upperBound, ...rest }]) => ({
          ...rest,
          mean: Float64Array.from(mean, (one) => Math.min(one, upperBound ?? Infinity)),
          sd: Float64Array.from(sd),
          ...(upperBound === undefined ? {} : { upperBound }),
        }));
        const hierarchy = hierarchyOf(parents);
        const result = reconcile(hierarchy, own);
        expect(reconcile(hierarchy, own)).toEqual(result);
        const intervals = result.map((distribution) => intervalsAt(distribution, [50, 95]));
        result.forEach(({ mean, sd, nonNegative, upperBound }, node) => {
          const parts = hierarchy.children[node]!;
          for (let h = 0; h < steps; h += 1) {
            if (!Number.isFinite(mean[h]!) || !(sd[h]! >= 0 && sd[h]! < Infinity)) throw new Error(`${mean[h]} ± ${sd[h]}`);
            for (const { lower, upper } of intervals[node]!) {
              const rounding = 1e-9 * Math.abs(mean[h]!);
              const isInside = lower[h]! <= mean[h]! + rounding && mean[h]! <= upper[h]! + rounding;
              if (!isInside) throw new Error(`step ${h}: ${lower[h]} … ${mean[h]} … ${upper[h]}`);
            }
            if (nonNegative && mean[h]! < 0) throw new Error(`${mean[h]}, which cannot be negative`);
            if (mean[h]! > (upperBound ?? Infinity) * (1 + 1e-9)) throw new Error(`${mean[h]} of at most ${upperBound}`);
            if (parts.length === 0) continue;
            // Backwards, which is another order than they were added up in.
            const sum = parts.reduceRight((total, part) => total + result[part]!.mean[h]!, 0);
            const size = parts.reduce((total, part) => total + Math.abs(result[part]!.mean[h]!), 0);
            if (Math.abs(sum - mean[h]!) > 1e-9 * size) throw new Error(`parts of ${sum} make a whole of ${mean[h]}`);
          }
        });
      }),
      { numRuns: 400, seed: 20261124 },
    );
  });
});
