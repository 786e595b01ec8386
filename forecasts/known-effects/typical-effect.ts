import type { EffectSize } from './regressor.js';

/** Occurrences are drawn in to this many of their usual deviations: one that met a spike does not decide. */
const USUAL_DEVIATIONS = 4;
const NORMAL_SCALE = 1.4826;

/** What occurrences of a regressor have in common. */
export interface TypicalEffect {
  readonly mean: number;
  /** How far the mean may be off. */
  readonly standardError: number;
  /** Standard deviation of occurrences around the mean, beyond what noise explains. */
  readonly spread: number;
}

/**
 * The mean of what occurrences show, wild ones drawn in.
 *
 * Notation  bᵣ what occurrence r shows, wᵣ its weight, m their count, σ noise: c the median of bᵣ, of two middle ones the one
 *           nearer to 0; bᵣ is drawn in to c ± 4·max(1.4826·median |bᵣ − c|, σ/√wᵣ). b the weighted mean, v the weighted
 *           variance · m/(m − 1): standard error² = max(σ²/Σ wᵣ, v/m), spread² = v − m·σ²/Σ wᵣ where that is above 0.
 * Shapes    shown and weights [m], m ≥ 2, weights above 0.
 * Units     the unit of `shown`; noise is the standard deviation of an occurrence of weight 1.
 * Source    Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35(1), 1964 (drawing in).
 */
export function typicalEffect(shown: Float64Array, weights: Float64Array, noise: number): TypicalEffect {
  const count = shown.length;
  const centre = nearerMedian(shown);
  const drawnIn = new Float64Array(count);
  for (let r = 0; r < count; r += 1) drawnIn[r] = Math.abs(shown[r]! - centre);
  const usual = NORMAL_SCALE * nearerMedian(drawnIn);
  let total = 0;
  let sum = 0;
  for (let r = 0; r < count; r += 1) {
    const limit = USUAL_DEVIATIONS * Math.max(usual, noise / Math.sqrt(weights[r]!));
    drawnIn[r] = Math.max(centre - limit, Math.min(centre + limit, shown[r]!));
    total += weights[r]!;
    sum += weights[r]! * drawnIn[r]!;
  }
  const mean = sum / total;
  let squares = 0;
  for (let r = 0; r < count; r += 1) squares += weights[r]! * (drawnIn[r]! - mean) ** 2;
  const variance = ((squares / total) * count) / (count - 1);
  const fromNoise = (noise * noise) / total;
  return {
    mean,
    standardError: Math.sqrt(Math.max(fromNoise, variance / count)),
    spread: Math.sqrt(Math.max(0, variance - count * fromNoise)),
  };
}

/** Of two middle values the one nearer to zero, so that of two occurrences the wild one does not count. */
function nearerMedian(values: Float64Array): number {
  const sorted = values.toSorted();
  const low = sorted[(sorted.length - 1) >> 1]!;
  const high = sorted[sorted.length >> 1]!;
  return Math.abs(low) <= Math.abs(high) ? low : high;
}

/**
 * An effect as an amount, or as a fraction of what there would be without it: as whichever it is the steadier. A support fee
 * stays what it is while costs grow; a tax grows with them.
 *
 * Notation  b mean, s standard error: the form with the smaller s/|b|. Its size is drawn to 0 as far as it may be chance, to
 *           b/(1 + s²/b²); its standard deviation is that of the next occurrence, √(s² + spread²).
 * Shapes    shown, expected and weights [m]: what each occurrence shows on the scale of the series, and the value that it
 *           would have been without.
 * Units     shown in the unit of the series, or as a difference of logarithms; expected in the unit of the series.
 * Source    Hoerl & Kennard, Ridge regression, Technometrics 12(1), 1970 (the ridge of a single regressor, s²/b²).
 */
export function steadierForm(
  shown: Float64Array,
  expected: Float64Array,
  { weights, noise, isLogarithmic }: { weights: Float64Array; noise: number; isLogarithmic: boolean },
): Required<EffectSize> {
  const fractionsShown = isLogarithmic ? shown.map(Math.expm1) : shown.map((b, r) => b / expected[r]!);
  const amountsShown = isLogarithmic ? fractionsShown.map((b, r) => b * expected[r]!) : shown;
  const usual = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  const fractions = typicalEffect(fractionsShown, weights, isLogarithmic ? noise : noise / usual);
  const amounts = typicalEffect(amountsShown, weights, isLogarithmic ? noise * usual : noise);
  // A fraction of nothing, or of less, is no size.
  const isRelative =
    expected.every((value) => value > 0) &&
    fractions.standardError * Math.abs(amounts.mean) <= amounts.standardError * Math.abs(fractions.mean);
  const { mean, standardError, spread } = isRelative ? fractions : amounts;
  return { size: mean / (1 + (standardError / mean) ** 2), sd: Math.hypot(standardError, spread), isRelative };
}
