import { meanFactor, relativeSdOf } from '../error-moments.js';
import { USUAL_EXCESS_KURTOSIS } from '../error-shape.js';
import { InvalidQuestion } from '../errors.js';
import { deviationAt, expectedAt, type ForecastDistribution } from '../paths.js';
import { boundsOf, type Bounds } from './bounds.js';
import { dependenceOf } from './dependence.js';
import { divideAmong } from './divide.js';
import { addUp, valuesOf, type Hierarchy } from './hierarchy.js';
import { siblingCorrelations, type NodeErrors } from './sibling-correlations.js';

/** What is known beside the forecasts themselves. */
export interface ReconciliationEvidence {
  /** Errors of each node at rolling origins, from which it is learnt how far the errors of siblings go together. */
  readonly errors?: NodeErrors;
}

/** What is believed of each node at one step; [nodes] each. */
interface Beliefs {
  /** What is expected. */
  readonly means: Float64Array;
  /** How far that is trusted: the variance that MinT weighs by. */
  readonly variances: Float64Array;
  /** How far it may stray: what the intervals show. */
  readonly sds: Float64Array;
}

/**
 * Reconciles the forecasts of a hierarchy, each made by itself, so that the parts add up to the whole. Each forecast knows
 * something that the others do not: a whole shows trends that drown in the noise of its parts, a part shows what it alone
 * does. They are weighed by how sure each is at each step, which is the minimum trace (MinT) solution with variances per step.
 *
 * Notation  ŷ and w mean and variance of a node's own forecast. From the leaves up, m and v are mean and variance of what is
 *           known below and at a node: of a leaf ŷ and w; of a whole, with M = Σm and V = (1 − ρ)Σv + ρ(Σ√v)² over its
 *           parts, gain g = V/(V + w), m = M + g(ŷ − M), v = (1 − g)V. A root's m is its result. From the roots down, the
 *           result of a whole is divided among its parts in proportion to their covariances (1 − ρ)v + ρ√v·Σ√v with
 *           its sum, within their bounds. Without ρ and bounds this is (S′W⁻¹S)⁻¹S′W⁻¹ŷ with W = diag w, in O(nodes).
 * Spread    the standard deviation of a whole is (1 − g)·that of its parts + g·its own: both see the same future, so that
 *           their errors are not independent, and the weighted mean is hardly surer than they are. The parts keep
 *           theirs, unless no dependence among them explains the whole's.
 * Mean      expected values add up, and medians do not. The point of a forecast with multiplicative errors is its median;
 *           the result has the expected value as its mean, and the median as its centre.
 * Shapes    forecasts [nodes], all of one horizon; result [nodes]. Wholes are sums of their parts to the bit in ascending
 *           order of the parts, and to 1e-9 in any. Bounds of leaves are kept; those of a whole where its parts allow.
 * Units     one unit for all nodes. Deterministic, to the bit.
 * Throws    InvalidQuestion when there is not one forecast per node, or horizons differ.
 * Source    Wickramasuriya, Athanasopoulos & Hyndman, Optimal forecast reconciliation for hierarchical and grouped time
 *           series through trace minimization, JASA 114(526), 2019; Hyndman & Athanasopoulos, Forecasting: Principles
 *           and Practice, 3rd ed., §11.3, and §5.6 for means and medians.
 */
export function reconcile(
  hierarchy: Hierarchy,
  forecasts: readonly ForecastDistribution[],
  { errors }: ReconciliationEvidence = {},
): ForecastDistribution[] {
  const horizon = checkForecasts(hierarchy, forecasts);
  const correlations = errors ? siblingCorrelations(hierarchy, errors) : new Float64Array(forecasts.length);
  const bounds = boundsOf(hierarchy, forecasts);
  const reconciled = forecasts.map((forecast, node) => ofTheSameKind(forecast, bounds, node));
  for (let h = 0; h < horizon; h += 1) {
    const beliefs = ownBeliefs(forecasts, h);
    fromLeavesUp(hierarchy, beliefs, correlations);
    fromRootsDown(hierarchy, beliefs, correlations, bounds);
    addUp(hierarchy, beliefs.means);
    reconciled.forEach((result, node) => write(result, h, beliefs.means[node]!, beliefs.sds[node]!));
  }
  return reconciled;
}

/** The horizon that all forecasts share. */
export function checkForecasts({ parents }: Hierarchy, forecasts: readonly ForecastDistribution[]): number {
  if (forecasts.length !== parents.length) {
    throw new InvalidQuestion('reconciliation', `one forecast for each of ${parents.length} nodes`, forecasts.length);
  }
  const horizon = forecasts[0]?.mean.length ?? 0;
  for (const { mean, sd } of forecasts) {
    if (mean.length !== horizon || sd.length !== horizon) {
      throw new InvalidQuestion('reconciliation', `forecasts that all have ${horizon} steps`, mean.length);
    }
  }
  return horizon;
}

/** What each forecast says by itself. */
function ownBeliefs(forecasts: readonly ForecastDistribution[], h: number): Beliefs {
  const means = Float64Array.from(forecasts, (forecast) => expectedAt(forecast, h));
  const sds = Float64Array.from(forecasts, (forecast, node) => deviationAt(forecast, h, means[node]!));
  return { means, variances: sds.map((sd) => sd * sd), sds };
}

/** Weighs what is known of the parts of each whole with what it says of itself, in place. */
function fromLeavesUp({ order, children }: Hierarchy, { means, variances, sds }: Beliefs, correlations: Float64Array): void {
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const node = order[i]!;
    const parts = children[node]!;
    if (parts.length === 0) continue;
    let mean = 0;
    let variance = 0;
    let deviation = 0;
    let furthest = 0;
    let together = 0;
    for (const part of parts) {
      mean += means[part]!;
      variance += variances[part]!;
      deviation += Math.sqrt(variances[part]!);
      furthest = Math.max(furthest, sds[part]!);
      together += sds[part]!;
    }
    const rho = correlations[node]!;
    const below = (1 - rho) * variance + rho * deviation * deviation;
    const gain = below > 0 ? below / (below + variances[node]!) : 0;
    // What dependence among the parts can make of their sum, as near to what the whole says as it gets: from all of them
    // cancelling out the one that strays furthest, to all of them straying as one.
    const explained = Math.min(Math.max(sds[node]!, 2 * furthest - together), together);
    means[node] = mean + gain * (means[node]! - mean);
    variances[node] = (1 - gain) * below;
    sds[node] = (1 - gain) * explained + gain * sds[node]!;
  }
}

/** Divides what is known of each whole among its parts, in place. */
function fromRootsDown(
  { parents, order, children }: Hierarchy,
  { means, variances, sds }: Beliefs,
  correlations: Float64Array,
  bounds: Bounds,
): void {
  for (const node of order) {
    const parts = children[node]!;
    if (parents[node] === -1) means[node] = Math.min(bounds.upper[node]!, Math.max(bounds.lower[node]!, means[node]!));
    if (parts.length === 0) continue;
    const rho = correlations[node]!;
    const deviations = valuesOf(parts, variances).map(Math.sqrt);
    const together = deviations.reduce((sum, deviation) => sum + deviation, 0);
    const weights = deviations.map((deviation) => deviation * ((1 - rho) * deviation + rho * together));
    divideAmong(parts, means, { total: means[node]!, weights, bounds });
    const spread = dependenceOf(valuesOf(parts, sds), sds[node]!).sds;
    for (let i = 0; i < parts.length; i += 1) sds[parts[i]!] = spread[i]!;
  }
}

/** A forecast to be written, of the kind that the node's own is, within bounds that it can keep. */
function ofTheSameKind(own: ForecastDistribution, { lower, upper }: Bounds, node: number): ForecastDistribution {
  return {
    mean: own.mean.slice(),
    sd: own.sd.slice(),
    errorCorrelation: own.errorCorrelation,
    ...(own.excessKurtosis === undefined ? {} : { excessKurtosis: own.excessKurtosis }),
    nonNegative: lower[node]! >= 0,
    ...(upper[node]! < Infinity ? { upperBound: upper[node]! } : {}),
    ...(own.multiplicative ? { multiplicative: true, centre: own.mean.slice() } : {}),
  };
}

function write(result: ForecastDistribution, h: number, mean: number, sd: number): void {
  result.mean[h] = mean;
  result.sd[h] = sd;
  if (!result.centre) return;
  result.centre[h] = mean;
  if (!(mean > 0)) return;
  const { excessKurtosis = USUAL_EXCESS_KURTOSIS } = result;
  const relative = relativeSdOf(sd / mean, excessKurtosis);
  result.centre[h] = mean / meanFactor(relative, excessKurtosis);
  result.sd[h] = relative * result.centre[h]!;
}
