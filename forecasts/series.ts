import { InsufficientHistory, InvalidSeries, IrregularSeries } from './errors.js';
import type { Regressor } from './known-effects/regressor.js';

/**
 * Observations on a regular grid, oldest first, one value per step. What a step is (an hour, a day) is the caller's to
 * know: the engine counts steps and never reads a clock.
 */
export interface Series {
  /** One value per step, in any unit; NaN is a gap. A gap at the end means that the last steps are not known yet. */
  readonly values: Float64Array;
  /** Seasonal periods that may be present, in steps, such as [7] for days. Empty when there are none to look for. */
  readonly periods: readonly number[];
  /** The quantity cannot be below zero, so no forecast, bound or path is either. */
  readonly nonNegative: boolean;
  /** The quantity cannot pass this value, in the unit of `values`: what is installed, for instance. */
  readonly upperBound?: number;
  /**
   * The most that could be observed at each step, one per value, in their unit; NaN where nothing limits. A value at its limit
   * is then the least that was asked for: what is allocated hides the queue. Absent where values are demand itself.
   */
  readonly limits?: Float64Array;
  /** What is known in advance to move the series, over its history and the horizon of the forecast. */
  readonly regressors?: readonly Regressor[];
}

/** Fewer observations than this show neither a level nor how far values stray from it. */
export const FEWEST_OBSERVATIONS = 3;

/** Squares of larger values leave the range of a double, and no quantity of ours comes near. */
const LARGEST_MAGNITUDE = 1e100;

/**
 * Refuses a series that cannot be forecast honestly, before any arithmetic touches it.
 *
 * Shapes    values [n], any n.
 * Units     any; periods in steps.
 * Throws    IrregularSeries at the first value that is infinite, beyond 1e100, or negative in a non-negative series;
 *           InvalidSeries when a period is not a whole number above 1, or the upper bound leaves no room;
 *           InsufficientHistory when fewer than 3 values are observed.
 */
export function checkSeries({ values, periods, nonNegative, upperBound }: Series): void {
  let observations = 0;
  for (let t = 0; t < values.length; t += 1) {
    const value = values[t]!;
    if (Number.isNaN(value)) continue;
    if (Math.abs(value) > LARGEST_MAGNITUDE) throw new IrregularSeries(t, String(value));
    if (nonNegative && value < 0) throw new IrregularSeries(t, `${value} in a non-negative series`);
    observations += 1;
  }

  for (const period of periods) {
    if (!Number.isInteger(period) || period < 2) {
      throw new InvalidSeries(`needs periods of a whole number of steps, at least 2, got ${period}`);
    }
  }
  if (upperBound !== undefined && !(Number.isFinite(upperBound) && (!nonNegative || upperBound > 0))) {
    throw new InvalidSeries(`needs a finite upper bound that leaves room above zero, got ${upperBound}`);
  }
  if (observations < FEWEST_OBSERVATIONS) {
    throw new InsufficientHistory({ model: 'forecast', observations, required: FEWEST_OBSERVATIONS });
  }
}
