import type { Bounds } from './bounds.js';
import { valuesOf } from './hierarchy.js';

/** What is to be divided among parts, one entry per part; [parts] each. */
export interface Parts {
  /** What each part was expected to be; what it gets, afterwards. */
  readonly values: Float64Array;
  /** How much each part may move, in relation to the others; 0 or more. */
  readonly weights: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Divides a total among parts, each as near to what it was expected to be as the others allow.
 *
 * Notation  X total, m expected values, w weights, l and u bounds: the x that minimises Σ (xᵢ − mᵢ)²/wᵢ with Σ xᵢ = X and
 *           l ≤ x ≤ u. Without bounds xᵢ = mᵢ + wᵢ·(X − Σm)/Σw. Where that breaks bounds, the side that is broken by more
 *           in sum is held at its bounds, and the rest divided among the others: each round holds at least one part, and
 *           none that has been held would leave its bound again.
 * Shapes    parts [k], k ≥ 1. Σ xᵢ = X where Σl ≤ X ≤ Σu; otherwise all parts are at the nearer bounds.
 * Units     one unit for the total, values and bounds; a weight is the square of it.
 * Source    Bitran & Hax, Disaggregation and resource allocation using convex knapsack problems with bounded variables,
 *           Management Science 27(4), 1981.
 */
export function divide(total: number, { values, weights, lower, upper }: Parts): void {
  const k = values.length;
  const held = new Uint8Array(k);
  let free = k;
  for (let round = 0; round < k; round += 1) {
    let rest = total;
    let weight = 0;
    for (let i = 0; i < k; i += 1) {
      rest -= values[i]!;
      if (!held[i]) weight += weights[i]!;
    }
    // Parts that nothing is known to move share alike.
    const alike = 1 / free;
    const dividedAt = (i: number): number => values[i]! + rest * (weight > 0 ? weights[i]! / weight : alike);
    let below = 0;
    let above = 0;
    for (let i = 0; i < k; i += 1) {
      if (held[i]) continue;
      const value = dividedAt(i);
      below += Math.max(0, lower[i]! - value);
      above += Math.max(0, value - upper[i]!);
    }
    const isWithin = below === 0 && above === 0;
    for (let i = 0; i < k; i += 1) {
      if (held[i]) continue;
      const value = dividedAt(i);
      if (isWithin) {
        values[i] = value;
      } else if (below >= above ? value < lower[i]! : value > upper[i]!) {
        values[i] = below >= above ? lower[i]! : upper[i]!;
        held[i] = 1;
        free -= 1;
      }
    }
    if (isWithin) return;
  }
}

/** Divides a total among the parts of one whole, where values are those of all nodes. */
export function divideAmong(
  parts: Int32Array,
  values: Float64Array,
  { total, weights, bounds }: { total: number; weights: Float64Array; bounds: Bounds },
): void {
  const divided = valuesOf(parts, values);
  divide(total, { values: divided, weights, lower: valuesOf(parts, bounds.lower), upper: valuesOf(parts, bounds.upper) });
  for (let i = 0; i < parts.length; i += 1) values[parts[i]!] = divided[i]!;
}
