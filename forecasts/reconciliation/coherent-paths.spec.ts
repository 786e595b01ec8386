import fc from 'fast-check';
import { InvalidQuestion } from '../errors.js';
import { intervalsAt } from '../intervals.js';
import { quantileOfSorted } from '../math/order.js';
import { simulatePaths, type ForecastDistribution, type Paths } from '../paths.js';
import { totalOver } from '../totals.js';
import { coherentPaths } from './coherent-paths.js';
import { hierarchyOf } from './hierarchy.js';
import { reconcile } from './reconcile.js';

const horizon = 30;
const steady = (mean: number, sd: number, rest: Partial<ForecastDistribution> = {}): ForecastDistribution => ({
  mean: new Float64Array(horizon).fill(mean),
  sd: Float64Array.from({ length: horizon }, (_, h) => sd * (1 + h / horizon)),
  errorCorrelation: 0.8,
  nonNegative: true,
  ...rest,
});
const all = (count: number): number[] => [...new Array<number>(count).keys()];

function column({ values, count, horizon }: Paths, h: number): Float64Array {
  return Float64Array.from({ length: count }, (_, path) => values[path * horizon + h]!).sort();
}

function momentsOf(values: Float64Array): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

const widthOf = (paths: Paths): number => {
  const { lower, upper } = totalOver(paths, { start: 0, end: horizon }).interval(80);
  return upper - lower;
};

/** An organisation of two departments; the first of three teams, the second of two. */
const organisation = hierarchyOf([-1, 0, 0, 1, 1, 1, 2, 2]);

describe('coherent paths', () => {
  it.each([
    ['independent', 0, 0.8],
    ['alike', 0.7, 0.8],
    ['taking from each other', -0.2, 0.8],
    ['less lasting than those of the whole', 0.3, 0.1],
  ])('let every whole stray as it is said to where the errors of parts are %s', (_, rho, errorCorrelation) => {
    const whole = (sds: number[]): number => {
      const sum = sds.reduce((total, sd) => total + sd, 0);
      const squares = sds.reduce((total, sd) => total + sd * sd, 0);
      return Math.sqrt((1 - rho) * squares + rho * sum * sum);
    };
    const teams = [steady(50, 4), steady(80, 6), steady(30, 5), steady(60, 7), steady(90, 8)].map((team) => ({ ...team, errorCorrelation }));
    const departments = [steady(160, whole([4, 6, 5])), steady(150, whole([7, 8]))];
    const own = [steady(310, whole([whole([4, 6, 5]), whole([7, 8])])), ...departments, ...teams];
    const reconciled = reconcile(organisation, own);
    const paths = coherentPaths(organisation, reconciled, { count: 2000, seed: 3, nodes: all(8) });
    reconciled.forEach((forecast, node) => {
      for (const h of [0, 12, 29]) {
        const { mean, sd } = momentsOf(column(paths[node]!, h));
        expect(Math.abs(mean - forecast.mean[h]!)).toBeLessThan(0.05 * forecast.sd[h]!);
        // Errors have a kurtosis of 5.5: four standard errors over 1,000 pairs are 4·½·√(4.5/1000).
        expect(Math.abs(sd / forecast.sd[h]! - 1.005)).toBeLessThan(0.135);
      }
      // The total over time strays as that of the node's own paths does; of parts only while their errors last as long.
      if (node > 2 && errorCorrelation !== 0.8) return;
      const alone = widthOf(simulatePaths(forecast, { count: 2000, seed: 4 }));
      expect(Math.abs(widthOf(paths[node]!) / alone - 1)).toBeLessThan(0.15);
    });
  });

  it('give each leaf the quantiles of its own forecast', () => {
    const leaves = [steady(50, 20, { multiplicative: true }), steady(80, 16), steady(20, 4, { upperBound: 24 })];
    const family = hierarchyOf([-1, 0, 0, 0]);
    const reconciled = reconcile(family, [steady(158, 28), ...leaves]);
    const paths = coherentPaths(family, reconciled, { count: 2000, seed: 1, nodes: [1, 2] });
    paths.forEach((ofLeaf, i) => {
      const forecast = reconciled[i + 1]!;
      const [interval] = intervalsAt(forecast, [80]);
      for (const h of [0, 29]) {
        const steps = column(ofLeaf, h);
        expect(Math.abs(quantileOfSorted(steps, 0.1) - interval!.lower[h]!)).toBeLessThan(0.16 * forecast.sd[h]!);
        expect(Math.abs(quantileOfSorted(steps, 0.9) - interval!.upper[h]!)).toBeLessThan(0.16 * forecast.sd[h]!);
      }
    });
  });

  it('average to the mean of a whole, also where its parts are mostly nothing', () => {
    const parts = 40;
    const family = hierarchyOf([-1, ...new Array<number>(parts).fill(0)]);
    const rare = steady(0.5, 1.5);
    const reconciled = reconcile(family, [steady(0.5 * parts, 1.5 * Math.sqrt(parts)), ...new Array<ForecastDistribution>(parts).fill(rare)]);
    const [whole] = coherentPaths(family, reconciled, { count: 1000, seed: 2, nodes: [0] });
    for (const h of [0, 29]) expect(Math.abs(momentsOf(column(whole!, h)).mean / reconciled[0]!.mean[h]! - 1)).toBeLessThan(0.06);
  });

  it('keep a whole within what is installed, and its parts with it', () => {
    const family = hierarchyOf([-1, 0, 0]);
    const reconciled = reconcile(family, [steady(95, 8, { upperBound: 100 }), steady(45, 6), steady(50, 6)]);
    const [whole, one, other] = coherentPaths(family, reconciled, { count: 500, seed: 5, nodes: [0, 1, 2] });
    expect(whole!.values.every((value) => value <= 100 * (1 + 1e-9))).toBe(true);
    expect(whole!.values.some((value) => value > 99.999)).toBe(true);
    expect(whole!.values.every((value, i) => Math.abs(one!.values[i]! + other!.values[i]! - value) <= 1e-9 * value)).toBe(true);
  });

  it('are the same whichever nodes are asked for, and mirror each other in pairs', () => {
    const own = [310, 160, 150, 50, 80, 30, 60, 90].map((mean) => steady(mean, mean / 20));
    const reconciled = reconcile(organisation, own);
    const [whole, , , , , , , last] = coherentPaths(organisation, reconciled, { count: 7, seed: 8, nodes: all(8) });
    expect(coherentPaths(organisation, reconciled, { count: 7, seed: 8, nodes: [7, 0] })).toEqual([last, whole]);
    // The seventh is there, and has no mirror image.
    expect(whole!.values.subarray(6 * horizon).every((value) => value > 0)).toBe(true);
    const middle = (h: number): number => (whole!.values[h]! + whole!.values[horizon + h]!) / 2;
    for (const h of [0, 29]) expect(middle(h)).toBeCloseTo(reconciled[0]!.mean[h]!, 6);
  });

  it('refuse nodes and counts that there are not', () => {
    const family = hierarchyOf([-1]);
    expect(() => coherentPaths(family, [steady(1, 1)], { count: 1, seed: 1, nodes: [1] })).toThrow(InvalidQuestion);
    expect(() => coherentPaths(family, [steady(1, 1)], { count: 1, seed: 1, nodes: [0.5] })).toThrow(/nodes from 0 to 0, got 0.5/);
    expect(() => coherentPaths(family, [steady(1, 1)], { count: 0, seed: 1, nodes: [0] })).toThrow(InvalidQuestion);
  });

  it('add up in every path, finite and within bounds, for any forecasts of any trees', () => {
    const steps = 4;
    const value = fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constantFrom(0, 1, 1e-300, 1e9, 1e90));
    const one = fc.record({
      mean: fc.array(value, { minLength: steps, maxLength: steps }),
      sd: fc.array(value, { minLength: steps, maxLength: steps }),
      errorCorrelation: fc.double({ min: 0, max: 0.995, noNaN: true }),
      multiplicative: fc.boolean(),
      nonNegative: fc.boolean(),
      upperBound: fc.option(fc.double({ min: 1, max: 1e6, noNaN: true }), { nil: undefined }),
    });
    const trees = fc.array(fc.tuple(one, fc.double({ min: 0, max: 0.999, noNaN: true })), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(trees, fc.integer(), (nodes, seed) => {
        const hierarchy = hierarchyOf(nodes.map(([, place], node) => Math.floor(place * (node + 1)) - 1));
        const own = nodes.map(([{ mean, sd, upperBound, ...rest }]) => ({
          ...rest,
          mean: Float64Array.from(mean, (one) => Math.min(one, upperBound ?? Infinity)),
          sd: Float64Array.from(sd),
          ...(upperBound === undefined ? {} : { upperBound }),
        }));
        const reconciled = reconcile(hierarchy, own);
        const paths = coherentPaths(hierarchy, reconciled, { count: 5, seed, nodes: all(nodes.length) });
        expect(coherentPaths(hierarchy, reconciled, { count: 5, seed, nodes: all(nodes.length) })).toEqual(paths);
        paths.forEach(({ values }, node) => {
          const { nonNegative, upperBound } = reconciled[node]!;
          const parts = hierarchy.children[node]!;
          for (let i = 0; i < values.length; i += 1) {
            const sum = parts.reduceRight((total, part) => total + paths[part]!.values[i]!, 0);
            const size = parts.reduce((total, part) => total + Math.abs(paths[part]!.values[i]!), 0);
            const rounding = 1e-9 * (size + Math.abs(values[i]!));
            if (!Number.isFinite(values[i]!)) throw new Error(`${values[i]}`);
            if (parts.length > 0 && Math.abs(sum - values[i]!) > rounding) throw new Error(`parts of ${sum} make ${values[i]}`);
            if (nonNegative && values[i]! < -rounding) throw new Error(`${values[i]}, which cannot be negative`);
            if (values[i]! > (upperBound ?? Infinity) + rounding) throw new Error(`${values[i]} of at most ${upperBound}`);
          }
        });
      }),
      { numRuns: 300, seed: 20261125 },
    );
  });
});
