import { DRAWS_PER_PATH, DRAWS_PER_STEP, ErrorWalk, type ErrorProcess } from '../error-process.js';
import { heavyTailed, USUAL_EXCESS_KURTOSIS } from '../error-shape.js';
import { InvalidQuestion } from '../errors.js';
import { fillNormal } from '../math/normal.js';
import { randomStream, type RandomStream } from '../math/random.js';
import { checkCount, deviationAt, drawable, processOf, valueAround, type ForecastDistribution, type Paths } from '../paths.js';
import { boundsOf, type Bounds } from './bounds.js';
import { dependenceOf } from './dependence.js';
import { divideAmong } from './divide.js';
import { addUp, valuesOf, type Hierarchy } from './hierarchy.js';
import { checkForecasts } from './reconcile.js';

/** Wholes off their bounds by no more than this, in relation to them, are so by rounding. */
const ROUNDING = 1e-9;

/**
 * Simulated paths of a whole hierarchy at once: in each of them the parts add up to the whole at every step. They are drawn
 * for the leaves and added up, with errors that go together as far as makes each whole stray as its own forecast says.
 *
 * Notation  u of a root as in `simulatePaths`. Of the parts of a whole, errors are drawn that
 *           go together as `dependenceOf` says, each going on over the steps as its own forecast says, and what they lack of the error s·u of
 *           the whole is divided among them. So the errors of the parts of every whole add up to its own, at every step,
 *           and totals over time stray as those of the whole do. The value of a leaf is that of its u.
 * Tolerance leaves have the quantiles of their own forecasts. Of wholes, the mean is theirs but for what 1/√count leaves to
 *           chance, and the standard deviation within 10 % while errors are small beside the mean; sums have lighter
 *           tails than the wholes are said to have.
 * Shapes    reconciled [nodes], as `reconcile` gives them; one Paths for each of `nodes`, in that order. Every second path
 *           mirrors the errors of the one before it. Several roots stray independently.
 * Units     the unit of the forecasts. The same seed gives the same paths, to the bit, whichever nodes are asked for.
 * Throws    InvalidQuestion when count is not a whole number of at least 1, when there is not one forecast per node, or a
 *           node asked for is none.
 * Source    Panagiotelis, Gamakumara, Athanasopoulos & Hyndman, Probabilistic forecast reconciliation: properties,
 *           evaluation and score optimisation, EJOR 306(2), 2023 (coherent samples).
 */
export function coherentPaths(
  hierarchy: Hierarchy,
  reconciled: readonly ForecastDistribution[],
  { count, seed, nodes }: { count: number; seed: number; nodes: readonly number[] },
): Paths[] {
  checkCount(count);
  const horizon = checkForecasts(hierarchy, reconciled);
  const unknown = nodes.find((node) => !(node in hierarchy.children));
  if (unknown !== undefined) throw new InvalidQuestion('paths', `nodes from 0 to ${hierarchy.parents.length - 1}`, unknown);

  const steps = stepsOf(hierarchy, reconciled, horizon);
  const bounds = boundsOf(hierarchy, reconciled);
  const errors = new Errors(hierarchy, reconciled.map(processOf), randomStream(seed));
  const results = nodes.map((): Paths => ({ values: new Float64Array(count * horizon), count, horizon }));
  const values = new Float64Array(reconciled.length);
  for (let path = 0; path < count; path += 2) {
    for (let h = 0; h < horizon; h += 1) {
      const scores = errors.next(steps[h]!, h);
      for (let mirrored = path; mirrored < Math.min(count, path + 2); mirrored += 1) {
        leavesAt(hierarchy, steps[h]!, scores, mirrored === path ? 1 : -1, values);
        addUp(hierarchy, values);
        if (!bounds.areOfLeaves) settle(hierarchy, bounds, steps[h]!, values);
        nodes.forEach((node, i) => {
          results[i]!.values[mirrored * horizon + h] = values[node]!;
        });
      }
    }
  }
  return results;
}

/** What all paths have in common at a step; [nodes] each. */
interface Step {
  /** Around what, how far and how the values of a leaf lie; as in `valueAt`. */
  readonly centres: Float64Array;
  readonly spreads: Float64Array;
  readonly isMultiplicative: Uint8Array;
  readonly kurtoses: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly sds: Float64Array;
  /** Standard deviation of the errors that are drawn for a node as a part of its whole. */
  readonly drawn: Float64Array;
  /** What a node takes, as a part, of the gap between its whole and the sum of the parts. */
  readonly shares: Float64Array;
  /** Correlation between the errors drawn for the parts of a whole. */
  readonly correlations: Float64Array;
}

function stepsOf(hierarchy: Hierarchy, reconciled: readonly ForecastDistribution[], horizon: number): Step[] {
  const drawables = reconciled.map(drawable);
  const isMultiplicative = Uint8Array.from(reconciled, ({ multiplicative }) => (multiplicative ? 1 : 0));
  const kurtoses = Float64Array.from(reconciled, ({ excessKurtosis }) => excessKurtosis ?? USUAL_EXCESS_KURTOSIS);
  const lower = Float64Array.from(reconciled, ({ nonNegative }) => (nonNegative ? 0 : -Infinity));
  const upper = Float64Array.from(reconciled, ({ upperBound }) => upperBound ?? Infinity);
  return Array.from({ length: horizon }, (_, h) => {
    const sds = Float64Array.from(reconciled, (forecast) => deviationAt(forecast, h, forecast.mean[h]!));
    const centres = Float64Array.from(drawables, ({ centre, mean }) => (centre ?? mean)[h]!);
    const spreads = Float64Array.from(drawables, ({ sd }) => sd[h]!);
    return { centres, spreads, isMultiplicative, kurtoses, lower, upper, sds, ...dependences(hierarchy, sds) };
  });
}

function dependences({ children }: Hierarchy, sds: Float64Array): Pick<Step, 'drawn' | 'shares' | 'correlations'> {
  const drawn = new Float64Array(sds.length);
  const shares = new Float64Array(sds.length);
  const correlations = new Float64Array(sds.length);
  children.forEach((parts, whole) => {
    if (parts.length === 0) return;
    const dependence = dependenceOf(valuesOf(parts, sds), sds[whole]!);
    correlations[whole] = dependence.correlation;
    for (let i = 0; i < parts.length; i += 1) {
      drawn[parts[i]!] = dependence.drawn[i]!;
      shares[parts[i]!] = dependence.shares[i]!;
    }
  });
  return { drawn, shares, correlations };
}

/** The errors of all nodes along one path, in standard deviations. */
class Errors {
  private readonly roots: Int32Array;
  /** Every whole before its parts. */
  private readonly wholes: Int32Array;
  private readonly directions: Float64Array;
  private readonly draws: Float64Array;
  /** One for each node, and then one for each whole. */
  private readonly walks: readonly ErrorWalk[];
  /** What each node strays by itself, and what the parts of each whole have in common. */
  private readonly own: Float64Array;
  private readonly common: Float64Array;
  private readonly scores: Float64Array;

  constructor(
    private readonly hierarchy: Hierarchy,
    processes: readonly ErrorProcess[],
    private readonly random: RandomStream,
  ) {
    const nodes = processes.length;
    this.roots = hierarchy.order.filter((node) => hierarchy.parents[node] === -1);
    this.wholes = hierarchy.order.filter((node) => hierarchy.children[node]!.length > 0);
    this.walks = [...processes, ...Array.from(this.wholes, (whole) => processes[whole]!)].map((process) => new ErrorWalk(process));
    this.directions = new Float64Array(DRAWS_PER_PATH * this.walks.length);
    this.draws = new Float64Array(DRAWS_PER_STEP * this.walks.length);
    this.own = new Float64Array(nodes);
    this.common = new Float64Array(this.wholes.length);
    this.scores = new Float64Array(nodes);
  }

  /** The standard normal u of each node at step h, from 0, of each step of a path in turn; [nodes]. */
  next({ sds, drawn, shares, correlations }: Step, h: number): Float64Array {
    const { hierarchy, roots, wholes, own, common, scores } = this;
    this.goOn(h);
    for (const root of roots) scores[root] = own[root]!;
    for (let whole = 0; whole < wholes.length; whole += 1) {
      const node = wholes[whole]!;
      const parts = hierarchy.children[node]!;
      const together = Math.sqrt(correlations[node]!) * common[whole]!;
      const apart = Math.sqrt(1 - correlations[node]!);
      let gap = sds[node]! * scores[node]!;
      for (let i = 0; i < parts.length; i += 1) {
        const part = parts[i]!;
        scores[part] = drawn[part]! * (apart * own[part]! + together);
        gap -= scores[part]!;
      }
      for (let i = 0; i < parts.length; i += 1) {
        const part = parts[i]!;
        scores[part] = sds[part]! > 0 ? (scores[part]! + shares[part]! * gap) / sds[part]! : 0;
      }
    }
    return scores;
  }

  private goOn(h: number): void {
    const { walks, draws, directions, own, common } = this;
    if (h === 0) {
      fillNormal(directions, this.random);
      walks.forEach((walk, i) => walk.begin(directions[i]!));
    }
    fillNormal(draws, this.random);
    for (let i = 0; i < walks.length; i += 1) {
      const error = walks[i]!.next(h, draws[i]!, draws[walks.length + i]!);
      if (i < own.length) own[i] = error;
      else common[i - own.length] = error;
    }
  }
}

function leavesAt({ children }: Hierarchy, step: Step, scores: Float64Array, sign: number, values: Float64Array): void {
  const { centres, spreads, isMultiplicative, kurtoses, lower, upper } = step;
  for (let node = 0; node < values.length; node += 1) {
    if (children[node]!.length > 0) continue;
    const error = spreads[node]! * heavyTailed(sign * scores[node]!, kurtoses[node]!);
    const value = valueAround(centres[node]!, error, isMultiplicative[node] === 1);
    values[node] = Math.min(upper[node]!, Math.max(lower[node]!, value));
  }
}

/** Moves parts as little as possible, where a whole is off its bounds. */
function settle(hierarchy: Hierarchy, bounds: Bounds, { sds }: Step, values: Float64Array): void {
  const areKept = values.every((value, node) => {
    const rounding = ROUNDING * Math.abs(value);
    return value >= bounds.lower[node]! - rounding && value <= bounds.upper[node]! + rounding;
  });
  if (areKept) return;
  for (const node of hierarchy.order) {
    const parts = hierarchy.children[node]!;
    if (hierarchy.parents[node] === -1) {
      values[node] = Math.min(bounds.upper[node]!, Math.max(bounds.lower[node]!, values[node]!));
    }
    if (parts.length === 0) continue;
    divideAmong(parts, values, { total: values[node]!, weights: valuesOf(parts, sds).map((sd) => sd * sd), bounds });
  }
  addUp(hierarchy, values);
}
