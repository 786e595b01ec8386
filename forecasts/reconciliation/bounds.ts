import type { ForecastDistribution } from '../paths.js';
import type { Hierarchy } from './hierarchy.js';

/** Between which values each node can be without a part of it leaving its own bounds; [nodes] each. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** No whole is held closer than its parts hold it by themselves. */
  readonly areOfLeaves: boolean;
}

/**
 * Bounds that can all be kept at once. A whole is at least what its parts are at least, whatever it says of itself: where a
 * whole and its parts contradict each other, the parts are right.
 *
 * Shapes    distributions [nodes]. Any total between the bounds of a whole can be divided among its parts within theirs.
 * Units     the unit of the forecasts; infinite where there is no bound.
 * Source    ours.
 */
export function boundsOf({ order, children }: Hierarchy, distributions: readonly ForecastDistribution[]): Bounds {
  const lower = Float64Array.from(distributions, ({ nonNegative }) => (nonNegative ? 0 : -Infinity));
  const upper = Float64Array.from(distributions, ({ upperBound }) => upperBound ?? Infinity);
  let areOfLeaves = true;
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const node = order[i]!;
    const parts = children[node]!;
    if (parts.length === 0) continue;
    let least = 0;
    let most = 0;
    for (const part of parts) {
      least += lower[part]!;
      most += upper[part]!;
    }
    if (lower[node]! > least || upper[node]! < most) areOfLeaves = false;
    lower[node] = Math.min(Math.max(lower[node]!, least), most);
    upper[node] = Math.max(Math.min(upper[node]!, most), lower[node]!);
  }
  return { lower, upper, areOfLeaves };
}
