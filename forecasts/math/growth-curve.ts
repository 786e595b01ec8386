const TERMS = 3;
const ROUNDS = 300;
/** In units of the highest point. */
const FINEST_MOVE = 1e-5;
/** Points expected this close to zero, in units of the highest, would otherwise outweigh all others. */
const LOWEST_EXPECTED = 1e-6;

/** A curve a + b·h + c·h², none of the three below 0. */
export type GrowthCurve = (h: number) => number;

/** What a growth curve is made of: noise, wandering and a wrong slope. */
export interface GrowthTerms {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly longest: number;
  readonly highest: number;
}

/** Points to lay a growth curve through. */
export interface GrowthPoints {
  readonly steps: Float64Array;
  readonly heights: Float64Array;
  /** How many observations stand behind each point. */
  readonly counts: Float64Array;
  /** How high each point was expected to be. */
  readonly expected: Float64Array;
}

/**
 * The curve a + b·h + c·h² with a, b, c ≥ 0 that lies closest to the points, by weighted least squares: the shape that a
 * forecast's error variance takes when noise (a), wandering (b) and a wrong slope (c) add up.
 *
 * Notation  a point of height v, expected height p and count k weighs k/p²: a variance is known to a fraction of itself.
 * Shapes    steps, heights, counts and expected [points], at least one point; steps ≥ 1, counts ≥ 0, the rest ≥ 0.
 * Units     heights and expected heights in one unit, the result in the same.
 * Source    Franc, Hlaváč & Navara, Sequential coordinate-wise algorithm for the non-negative least squares problem,
 *           CAIP 2005.
 */
export function fitGrowthCurve(points: GrowthPoints): GrowthCurve {
  const { a, b, c, longest, highest } = growthTerms(points);
  return (h) => highest * (a + (b * h) / longest + c * (h / longest) ** 2);
}

/**
 * The terms of `fitGrowthCurve`, in units of the longest step and the highest point: a + b·(h/longest) + c·(h/longest)² is the
 * curve over `highest`.
 *
 * Shapes    as there.
 * Units     a, b and c have none; `longest` in steps, `highest` in the unit of the heights.
 * Source    as there.
 */
export function growthTerms({ steps, heights, counts, expected }: GrowthPoints): GrowthTerms {
  // Steps are measured in the longest and heights in the highest, so that no product leaves the range of a double.
  const longest = largest(steps) || 1;
  const highest = Math.max(largest(heights), largest(expected)) || 1;
  const products = new Float64Array(TERMS * TERMS);
  const targets = new Float64Array(TERMS);
  const term = [1, 0, 0];
  for (let k = 0; k < steps.length; k += 1) {
    const weight = counts[k]! / Math.max(expected[k]! / highest, LOWEST_EXPECTED) ** 2;
    term[1] = steps[k]! / longest;
    term[2] = term[1] * term[1];
    for (let i = 0; i < TERMS; i += 1) {
      targets[i]! += weight * term[i]! * (heights[k]! / highest);
      for (let j = 0; j < TERMS; j += 1) products[i * TERMS + j]! += weight * term[i]! * term[j]!;
    }
  }

  const coefficients = new Float64Array(TERMS);
  for (let round = 0, moved = 1; round < ROUNDS && moved > FINEST_MOVE; round += 1) {
    moved = 0;
    for (let i = 0; i < TERMS; i += 1) {
      const curvature = products[i * TERMS + i]!;
      if (curvature === 0) continue;
      let slope = -targets[i]!;
      for (let j = 0; j < TERMS; j += 1) slope += products[i * TERMS + j]! * coefficients[j]!;
      const next = Math.max(0, coefficients[i]! - slope / curvature);
      moved = Math.max(moved, Math.abs(next - coefficients[i]!));
      coefficients[i] = next;
    }
  }
  const [a, b, c] = coefficients;
  return { a: a!, b: b!, c: c!, longest, highest };
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i += 1) most = Math.max(most, values[i]!);
  return most;
}
