/** What is assumed before any origin was seen, and how many origins that assumption is worth. */
const PRIOR_CORRELATION = 0.9;
const PRIOR_ORIGINS = 2;
/** Beyond this a path is a straight line, and its first step decides the last. */
const HIGHEST = 0.995;
/** Halvings of the interval in which ρ is searched for: to a millionth. */
const ROUNDS = 20;

/**
 * Correlation between the errors of neighbouring steps: the one under which totals over a whole horizon stray as far as
 * they did at rolling origins. The correlation of neighbours alone would miss that errors far apart share a wrong slope,
 * and totals would look too certain.
 *
 * Notation  u = e/s errors in standard deviations, S their sum over the n steps of an origin. With correlation ρ,
 *           E S² = n(1 + ρ)/(1 − ρ) − 2ρ(1 − ρⁿ)/(1 − ρ)²; ρ is chosen so that Σ S² over origins meets its expectation.
 *           The result is drawn towards 0.9 as far as origins are few.
 * Shapes    errors [origins][steps of that origin], NaN where nothing was observed; variance [horizon], and steps beyond
 *           it are left out.
 * Units     a fraction, 0 to 0.995; 0.9 without origins.
 * Source    Box, Jenkins & Reinsel, Time Series Analysis, 4th ed., §3.2 (correlation ρᵏ of errors k steps apart); to match
 *           a variance with its expectation is the method of moments.
 */
export function errorCorrelation(errors: readonly Float64Array[], variance: Float64Array): number {
  const lengths: number[] = [];
  let sumsSquared = 0;
  let squares = 0;
  for (const error of errors) {
    let sum = 0;
    let length = 0;
    for (let h = 0; h < Math.min(error.length, variance.length); h += 1) {
      // A step that never varied has no error to correlate.
      if (Number.isNaN(error[h]!) || !(variance[h]! > 0)) continue;
      const scaled = error[h]! / Math.sqrt(variance[h]!);
      sum += scaled;
      squares += scaled * scaled;
      length += 1;
    }
    // One step has no neighbour to be correlated with.
    if (length < 2) continue;
    sumsSquared += sum * sum;
    lengths.push(length);
  }
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === 0 || squares === 0) return PRIOR_CORRELATION;

  // In units of what the errors really were, so that a variance drawn towards its prior does not pass for correlation.
  const observed = (sumsSquared * total) / squares;
  let low = 0;
  let high = HIGHEST;
  for (let round = 0; round < ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    if (sumOverLengths(middle, lengths) < observed) low = middle;
    else high = middle;
  }
  return (lengths.length * low + PRIOR_ORIGINS * PRIOR_CORRELATION) / (lengths.length + PRIOR_ORIGINS);
}

function sumOverLengths(rho: number, lengths: readonly number[]): number {
  const rest = 1 - rho;
  let sum = 0;
  let previous = -1;
  let term = 0;
  for (const n of lengths) {
    // Most origins have as many steps as the one before.
    if (n !== previous) term = (n * (1 + rho)) / rest - (2 * rho * (1 - rho ** n)) / (rest * rest);
    previous = n;
    sum += term;
  }
  return sum;
}
