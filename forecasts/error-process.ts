import { growthTerms } from './math/growth-curve.js';

/**
 * How the error of a path goes on from step to step: as three errors that are drawn apart, each of which makes the variance of a
 * forecast grow in its own way.
 */
export interface ErrorProcess {
  /** Share of each in the error of a step, as standard deviations whose squares add up to 1; [horizon]. */
  readonly noise: Float64Array;
  readonly wandering: Float64Array;
  readonly slope: Float64Array;
  /** Correlation of the noise of neighbouring steps. */
  readonly correlation: number;
}

/** Draws that a path takes for every step, and those it takes once. */
export const DRAWS_PER_STEP = 2;
export const DRAWS_PER_PATH = 1;

/**
 * Tells from how the standard deviation grows what errors are made of. Noise comes and goes, and is as large at every step; a
 * level that wanders off does not come back by itself, and its variance grows with the steps; a wrong slope is wrong in the
 * same direction for all of the horizon, and its variance grows with their square. One correlation for all of it would let
 * a path wander off and come back again and again, and pass any limit far too often.
 *
 * Notation  s²ₕ ≈ vₕ = a + b·h + c·h² by least squares of relative size, each step of weight 1/h;  noise √(a/vₕ), wandering
 *           √(b·h/vₕ), slope √(c·h²/vₕ). The correlation of the noise is the one with which that of neighbouring errors is the
 *           one given, on average over steps; it is between 0 and that.
 * Shapes    sd [horizon].
 * Units     those of the error, or a fraction of the centre where errors are multiplicative; the result has none.
 * Source    Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, §2.3, §4.1 (what noise, level and
 *           slope add to the variance of a forecast); to read them off the variance is ours.
 */
export function errorProcess(sd: Float64Array, correlation: number): ErrorProcess {
  const horizon = sd.length;
  const noise = new Float64Array(horizon).fill(1);
  const wandering = new Float64Array(horizon);
  const slope = new Float64Array(horizon);
  const variances = sd.map((s) => s * s);
  const steps = variances.map((_, h) => h + 1);
  const counts = steps.map((step, h) => (variances[h]! > 0 ? 1 / step : 0));
  const { a, b, c, longest } = growthTerms({ steps, heights: variances, counts, expected: variances });
  for (let h = 0; h < horizon; h += 1) {
    const share = steps[h]! / longest;
    const variance = a + b * share + c * share * share;
    // Where nothing may go wrong there is nothing to tell apart.
    if (!(variance > 0)) continue;
    noise[h] = Math.sqrt(a / variance);
    wandering[h] = Math.sqrt((b * share) / variance);
    slope[h] = share * Math.sqrt(c / variance);
  }
  return { noise, wandering, slope, correlation: noiseCorrelation({ noise, wandering, slope }, correlation) };
}

/** What the noise has to be correlated by: neighbouring errors of what wanders or slopes are nearly the same. */
function noiseCorrelation({ noise, wandering, slope }: Omit<ErrorProcess, 'correlation'>, correlation: number): number {
  let ofNoise = 0;
  let left = 0;
  for (let h = 1; h < noise.length; h += 1) {
    ofNoise += noise[h]! * noise[h - 1]!;
    left += correlation - wandering[h]! * wandering[h - 1]! * Math.sqrt(h / (h + 1)) - slope[h]! * slope[h - 1]!;
  }
  return ofNoise > 0 ? Math.min(correlation, Math.max(0, left / ofNoise)) : correlation;
}

/**
 * The errors along a path, step by step, of which each is standard normal by itself.
 *
 * Notation  z, w and v independent standard normal draws:  u = noiseₕ·aₕ + wanderingₕ·Σw/√h + slopeₕ·v with a₁ = z₁,
 *           aₕ = ρ·aₕ₋₁ + √(1 − ρ²)·zₕ.
 * Units     standard deviations, all of them.
 * Source    see `errorProcess`.
 */
export class ErrorWalk {
  private readonly innovation: number;
  private passing = 0;
  private level = 0;
  private direction = 0;

  constructor(private readonly process: ErrorProcess) {
    this.innovation = Math.sqrt(1 - process.correlation ** 2);
  }

  /** Begins another path, which is wrong in direction v. */
  begin(v: number): void {
    this.level = 0;
    this.direction = v;
  }

  /** The error of step h, from 0; of each step in turn. */
  next(h: number, z: number, w: number): number {
    const { noise, wandering, slope, correlation } = this.process;
    this.passing = h === 0 ? z : correlation * this.passing + this.innovation * z;
    this.level += w;
    return noise[h]! * this.passing + (wandering[h]! * this.level) / Math.sqrt(h + 1) + slope[h]! * this.direction;
  }
}

/**
 * The errors of one path.
 *
 * Shapes    draws [2 · horizon + 1], standard normal; errors [horizon], overwritten.
 * Units     standard deviations.
 */
export function fillErrors(errors: Float64Array, walk: ErrorWalk, draws: Float64Array): void {
  const horizon = errors.length;
  walk.begin(draws[DRAWS_PER_STEP * horizon]!);
  for (let h = 0; h < horizon; h += 1) errors[h] = walk.next(h, draws[h]!, draws[horizon + h]!);
}
