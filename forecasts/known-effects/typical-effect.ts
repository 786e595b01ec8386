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

/** A step at which a regressor was active, in the unit of the series. */
export interface ActiveStep {
  /** Which occurrence it belongs to. */
  readonly occurrence: number;
  /** The regressor there. */
  readonly x: number;
  readonly value: number;
  /** What the value would have been without the effect. */
  readonly expected: number;
}

/**
 * An effect as an amount, or as a fraction of what there would be without it: whichever comes closer to the steps that it was
 * active at. A support fee stays what it is while costs grow; a tax grows with them.
 *
 * Notation  μ expected values: the form with the smaller Σ |y − μ − b·x| or Σ |y − μ·(1 + b)ˣ| over active steps. Its size is
 *           drawn to 0 as far as it may be chance, to b/(1 + s²/b²) with s its standard error; its standard deviation is that
 *           of the next occurrence, √(s² + spread²).
 * Shapes    shown and weights [m]: what each occurrence shows on the scale of the series.
 * Units     shown in the unit of the series, or as a difference of logarithms; noise alike.
 * Source    Hoerl & Kennard, Ridge regression, Technometrics 12(1), 1970 (the ridge of a single regressor, s²/b²).
 */
export function closerForm(
  shown: Float64Array,
  steps: readonly ActiveStep[],
  { weights, noise, isLogarithmic }: { weights: Float64Array; noise: number; isLogarithmic: boolean },
): Required<EffectSize> {
  const levels = levelsOf(steps, shown.length);
  const usual = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const fractionsShown = isLogarithmic ? shown.map(Math.expm1) : shown.map((b, r) => b / levels[r]!);
  const amountsShown = isLogarithmic ? fractionsShown.map((b, r) => b * levels[r]!) : shown;
  const fractions = typicalEffect(fractionsShown, weights, isLogarithmic ? noise : noise / usual);
  const amounts = typicalEffect(amountsShown, weights, isLogarithmic ? noise * usual : noise);

  let missedByFraction = 0;
  let missedByAmount = 0;
  for (const { x, value, expected } of steps) {
    missedByFraction += Math.abs(value - expected * (1 + fractions.mean) ** x);
    missedByAmount += Math.abs(value - expected - amounts.mean * x);
  }
  // A fraction of nothing, or of less, is no size, and nothing can lose more than all.
  const isRelative = levels.every((level) => level > 0) && fractions.mean > -1 && missedByFraction <= missedByAmount;
  const { mean, standardError, spread } = isRelative ? fractions : amounts;
  return { size: mean / (1 + (standardError / mean) ** 2), sd: Math.hypot(standardError, spread), isRelative };
}

/** The mean of what was expected at each occurrence. */
function levelsOf(steps: readonly ActiveStep[], count: number): Float64Array {
  const levels = new Float64Array(count);
  const lengths = new Float64Array(count);
  for (const { occurrence, expected } of steps) {
    levels[occurrence]! += expected;
    lengths[occurrence]! += 1;
  }
  return levels.map((sum, r) => sum / lengths[r]!);
}
