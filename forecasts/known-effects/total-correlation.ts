/** As for errors that were seen: beyond this a path is a straight line, and its first step decides the last. */
const HIGHEST = 0.995;
/** Halvings of the interval in which ρ is searched for: to a millionth. */
const ROUNDS = 20;

/**
 * Correlation between the errors of neighbouring steps when part of them is one and the same for all steps, such as what
 * the size of a migration may be off: the one under which totals over the whole horizon stray as far as both together.
 *
 * Notation  o standard deviations of own errors with correlation ρ, c those of the common error, s² = o² + c²:
 *           V(s, ρ) = Σᵢ Σⱼ sᵢ·sⱼ·ρ^|i−j|; the result r solves V(s, r) = V(o, ρ) + (Σ c)².
 * Shapes    own and all [horizon], own ≤ all; result from ρ to 0.995.
 * Units     own and all in one unit; correlations are fractions.
 * Source    ours, as for the errors that were seen (`errorCorrelation`).
 */
export function totalCorrelation(own: Float64Array, all: Float64Array, correlation: number): number {
  let common = 0;
  for (let h = 0; h < all.length; h += 1) common += Math.sqrt(Math.max(0, all[h]! ** 2 - own[h]! ** 2));
  if (common === 0) return correlation;

  const variance = totalVariance(own, correlation) + common * common;
  let low = correlation;
  let high = Math.max(correlation, HIGHEST);
  for (let round = 0; round < ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    if (totalVariance(all, middle) < variance) low = middle;
    else high = middle;
  }
  return low;
}

function totalVariance(sd: Float64Array, rho: number): number {
  let variance = 0;
  // What the steps before still weigh at this one.
  let before = 0;
  for (let h = 0; h < sd.length; h += 1) {
    variance += sd[h]! * (sd[h]! + 2 * before);
    before = rho * (before + sd[h]!);
  }
  return variance;
}
