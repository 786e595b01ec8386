import { InvalidLevel } from './errors.js';
import { normalQuantile } from './math/normal.js';
import { valueAt, type ForecastDistribution } from './paths.js';

/** Where the value of each step lies with a probability of `level` percent. */
export interface Interval {
  /** Percent, 50 to 99. */
  readonly level: number;
  /** [horizon]. */
  readonly lower: Float64Array;
  /** [horizon]. */
  readonly upper: Float64Array;
}

/**
 * Central intervals of a forecast, at any level from 50 to 99 %: the quantiles, step by step, of the paths that
 * `simulatePaths` draws from the same numbers.
 *
 * Notation  μ mean, s standard deviation, z the (½ + level/200) quantile of the standard normal: the values for ±z, as in
 *           `valueAt`.
 * Shapes    mean and sd [horizon]; one interval per level, in the order asked.
 * Units     levels in percent; bounds in the unit of `mean`.
 * Throws    InvalidLevel for a level outside 50 to 99.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.5.
 */
export function intervalsAt(distribution: ForecastDistribution, levels: readonly number[]): Interval[] {
  checkLevels(levels);
  return levels.map((level) => {
    const z = normalQuantile(0.5 + level / 200);
    const horizon = distribution.mean.length;
    const lower = new Float64Array(horizon);
    const upper = new Float64Array(horizon);
    for (let h = 0; h < horizon; h += 1) {
      lower[h] = valueAt(distribution, h, -z);
      upper[h] = valueAt(distribution, h, z);
    }
    return { level, lower, upper };
  });
}

/**
 * Refuses a level that no interval can be made for.
 *
 * Units     levels in percent.
 * Throws    InvalidLevel at the first level outside 50 to 99.
 */
export function checkLevels(levels: readonly number[]): void {
  for (const level of levels) {
    if (!(level >= 50 && level <= 99)) throw new InvalidLevel(level);
  }
}
