import { forecast, totalOver, type ForecastDistribution, type Paths } from '../index.js';
import { fillNormal } from '../math/normal.js';
import { quantileOfSorted } from '../math/order.js';
import { randomStream } from '../math/random.js';
import { expectedAt } from '../paths.js';
import { coherentPaths } from './coherent-paths.js';
import { addUp, hierarchyOf } from './hierarchy.js';
import { reconcile } from './reconcile.js';

const LENGTH = 150;
const HORIZON = 30;
const DEPARTMENTS = 3;
const TEAMS_EACH = 5;
/** The figures of the decision on reconciliation are from 60 of each kind. */
const REPEATS = 8;
const PATHS = 200;

const hierarchy = hierarchyOf([
  -1,
  ...new Array<number>(DEPARTMENTS).fill(0),
  ...Array.from({ length: DEPARTMENTS * TEAMS_EACH }, (_, team) => 1 + Math.floor(team / TEAMS_EACH)),
]);
const nodes = hierarchy.parents.length;
const levelOf = (node: number): 0 | 1 | 2 => (node === 0 ? 0 : node <= DEPARTMENTS ? 1 : 2);

/**
 * Daily use of an organisation. Teams have a size, a week, growth and a level that wanders and jumps now and then; some use
 * something on one day in five only. A share of what they stray is common to all, and to their department.
 */
function simulate(seed: number, common: number): Float64Array[] {
  const random = randomStream(seed);
  const normal = (): Float64Array => {
    const draws = new Float64Array(LENGTH + HORIZON);
    fillNormal(draws, random);
    return draws;
  };
  const between = (low: number, high: number): number => low + (high - low) * random.next();
  const ofAll = normal();
  const driftOfAll = normal();
  const ofDepartments = Array.from({ length: DEPARTMENTS }, normal);
  const values = Array.from({ length: nodes }, () => new Float64Array(LENGTH + HORIZON));
  for (let team = 1 + DEPARTMENTS; team < nodes; team += 1) {
    const [own, drift] = [normal(), normal()];
    const ofDepartment = ofDepartments[hierarchy.parents[team]! - 1]!;
    const size = 20 * Math.exp(between(-1, 1.5));
    const growth = size * between(-0.0014, 0.0026);
    const week = Array.from({ length: 7 }, (_, day) => (day > 4 ? between(0.65, 1) : between(1, 1.1)));
    const noise = between(0.1, 0.3);
    const isRare = random.next() < 0.15;
    let level = size;
    let stray = 0;
    for (let t = 0; t < LENGTH + HORIZON; t += 1) {
      level += growth + 0.01 * size * (Math.sqrt(common) * driftOfAll[t]! + Math.sqrt(1 - common) * drift[t]!);
      if (random.next() < 1 / 120) level *= between(0.8, 1.3);
      level = Math.max(level, 0.05 * size);
      stray = 0.4 * stray + noise * (Math.sqrt(common / 2) * (ofAll[t]! + ofDepartment[t]!) + Math.sqrt(1 - common) * own[t]!);
      const value = Math.max(0, level * week[t % 7]! * (1 + stray));
      values[team]![t] = !isRare ? value : random.next() < 0.2 ? 4 * value : 0;
    }
  }
  const step = new Float64Array(nodes);
  for (let t = 0; t < LENGTH + HORIZON; t += 1) {
    step.set(values.map((ofNode) => ofNode[t]!));
    addUp(hierarchy, step);
    step.forEach((value, node) => (values[node]![t] = value));
  }
  return values;
}

const forecastAt = (values: Float64Array, origin: number): ForecastDistribution =>
  forecast({ values: values.slice(0, origin), periods: [7], nonNegative: true }, { horizon: HORIZON, levels: [] });

/** Mean absolute error of single days and of the whole horizon, by level; in units of the usual weekly change of the node. */
class Errors {
  readonly ofDays = [0, 0, 0];
  readonly ofTotals = [0, 0, 0];

  add(values: Float64Array, expected: (h: number) => number, node: number): void {
    let scale = 0;
    for (let t = 7; t < LENGTH; t += 1) scale += Math.abs(values[t]! - values[t - 7]!) / (LENGTH - 7);
    let total = 0;
    for (let h = 0; h < HORIZON; h += 1) {
      const error = values[LENGTH + h]! - expected(h);
      total += error;
      this.ofDays[levelOf(node)]! += Math.abs(error) / scale;
    }
    this.ofTotals[levelOf(node)]! += Math.abs(total) / scale;
  }
}

/** How often days, by level, and totals of all nodes lay inside the 80 and 95 % intervals of paths. */
class Coverage {
  private readonly days = { 80: [0, 0, 0], 95: [0, 0, 0] };
  private readonly totals = { 80: 0, 95: 0 };
  private readonly nodes = [0, 0, 0];

  add(values: Float64Array, paths: Paths, node: number): void {
    const actual = values.subarray(LENGTH);
    const total = actual.reduce((sum, value) => sum + value, 0);
    const totals = totalOver(paths, { start: 0, end: HORIZON });
    this.nodes[levelOf(node)]! += 1;
    for (const level of [80, 95] as const) {
      const { lower, upper } = totals.interval(level);
      if (total >= lower && total <= upper) this.totals[level] += 1;
      const tail = (1 - level / 100) / 2;
      for (let h = 0; h < HORIZON; h += 1) {
        const sorted = Float64Array.from({ length: paths.count }, (_, path) => paths.values[path * HORIZON + h]!).sort();
        const isInside = actual[h]! >= quantileOfSorted(sorted, tail) && actual[h]! <= quantileOfSorted(sorted, 1 - tail);
        if (isInside) this.days[level][levelOf(node)]! += 1;
      }
    }
  }

  ofDays(level: 80 | 95): number[] {
    return this.days[level].map((inside, i) => inside / (HORIZON * this.nodes[i]!));
  }

  ofTotals(level: 80 | 95): number {
    return this.totals[level] / this.nodes.reduce((sum, count) => sum + count, 0);
  }
}

describe.each([0, 0.5])('a simulated organisation whose teams have %d of what they stray in common', (common) => {
  const own = new Errors();
  const reconciled = new Errors();
  const coherent = new Coverage();

  beforeAll(() => {
    for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
      const values = simulate(100 * repeat + 10 * common, common);
      const forecasts = values.map((ofNode) => forecastAt(ofNode, LENGTH));
      const result = reconcile(hierarchy, forecasts);
      const paths = coherentPaths(hierarchy, result, { count: PATHS, seed: repeat, nodes: [...forecasts.keys()] });
      values.forEach((ofNode, node) => {
        own.add(ofNode, (h) => expectedAt(forecasts[node]!, h), node);
        reconciled.add(ofNode, (h) => result[node]!.mean[h]!, node);
        coherent.add(ofNode, paths[node]!, node);
      });
    }
  }, 120_000);

  it.each([0, 1, 2] as const)('is forecast no worse by adding up, at level %d', (level) => {
    // 0.98 to 1.00, and totals 0.92 to 1.00, over many; single organisations differ by a tenth.
    expect(reconciled.ofDays[level]! / own.ofDays[level]!).toBeLessThan(1.05);
    expect(reconciled.ofTotals[level]! / own.ofTotals[level]!).toBeLessThan(1.1);
  });

  it('has coherent paths that cover what comes as often as they say', () => {
    // 81 and 96 % of days, 80 and 94 % of totals over many.
    for (const level of [0, 1, 2] as const) {
      expect(coherent.ofDays(80)[level]!).toBeGreaterThan(0.7);
      expect(coherent.ofDays(80)[level]!).toBeLessThan(0.92);
      expect(coherent.ofDays(95)[level]!).toBeGreaterThan(0.89);
    }
    expect(coherent.ofTotals(80)).toBeGreaterThan(0.7);
    expect(coherent.ofTotals(80)).toBeLessThan(0.9);
    expect(coherent.ofTotals(95)).toBeGreaterThan(0.88);
  });
});
