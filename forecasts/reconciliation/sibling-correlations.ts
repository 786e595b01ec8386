import { InvalidQuestion } from '../errors.js';
import type { Hierarchy } from './hierarchy.js';

/** [nodes][origins][steps], the same origins for every node; NaN where nothing was observed. */
export type NodeErrors = readonly (readonly Float64Array[])[];

/** How many origins the assumption that siblings err independently is worth. */
const PRIOR_ORIGINS = 2;

/**
 * How far the errors of the parts of each whole go together: one number for all pairs of parts, drawn towards 0 as far as
 * origins are few. A correlation for each pair could not be told from chance, and parts may be thousands.
 *
 * Notation  e errors at rolling origins, uᵢ = eᵢ over its root mean square, k parts observed at a step:
 *           ρ = Σ((Σu)² − Σu²) / Σ(k − 1)Σu² over steps and origins, times K/(K + 2) for K origins, not below 0.
 * Shapes    result [nodes], of each whole; 0 for leaves, and for a whole with one part.
 * Units     a fraction, 0 to below 1.
 * Throws    InvalidQuestion when errors are not of all nodes at the same origins.
 * Source    Schäfer & Strimmer, A shrinkage approach to large-scale covariance matrix estimation, Statistical Applications in
 *           Genetics and Molecular Biology 4(1), 2005 (target of constant correlation).
 */
export function siblingCorrelations({ parents, children }: Hierarchy, errors: NodeErrors): Float64Array {
  if (errors.length !== parents.length) {
    throw new InvalidQuestion('reconciliation', `errors of each of ${parents.length} nodes`, errors.length);
  }
  const origins = errors[0]?.length ?? 0;
  for (const ofNode of errors) {
    if (ofNode.length !== origins) {
      throw new InvalidQuestion('reconciliation', `errors of every node at the same ${origins} origins`, ofNode.length);
    }
  }
  const sizes = errors.map(rootMeanSquare);
  return Float64Array.from(children, (parts) => {
    let shared = 0;
    let possible = 0;
    for (let origin = 0; origin < origins; origin += 1) {
      const steps = parts.reduce((least, part) => Math.min(least, errors[part]![origin]!.length), Infinity);
      for (let h = 0; parts.length > 1 && h < steps; h += 1) {
        let sum = 0;
        let squares = 0;
        let observed = 0;
        for (const part of parts) {
          const scaled = errors[part]![origin]![h]! / sizes[part]!;
          // Not observed, or a part that was never wrong.
          if (Number.isNaN(scaled)) continue;
          sum += scaled;
          squares += scaled * scaled;
          observed += 1;
        }
        if (observed < 2) continue;
        shared += sum * sum - squares;
        possible += (observed - 1) * squares;
      }
    }
    return possible > 0 ? (Math.min(1, Math.max(0, shared / possible)) * origins) / (origins + PRIOR_ORIGINS) : 0;
  });
}

function rootMeanSquare(errors: readonly Float64Array[]): number {
  let squares = 0;
  let count = 0;
  for (const steps of errors) {
    for (const error of steps) {
      if (Number.isNaN(error)) continue;
      squares += error * error;
      count += 1;
    }
  }
  return count > 0 ? Math.sqrt(squares / count) : NaN;
}
