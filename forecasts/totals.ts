import { InvalidQuestion } from './errors.js';
import { checkLevels } from './intervals.js';
import { quantileOfSorted } from './math/order.js';
import type { Paths } from './paths.js';

/** What a span of steps may add up to. */
export interface TotalDistribution {
  /** In the unit of the paths times one step. */
  readonly mean: number;
  /** The total that is not passed with probability p, 0 to 1. */
  quantile(p: number): number;
  /** Where the total lies with a probability of `level` percent, 50 to 99: the quantiles on either side. */
  interval(level: number): { readonly level: number; readonly lower: number; readonly upper: number };
  /** The probability that the total is above `amount`; equal to it is not above it. */
  probabilityAbove(amount: number): number;
}

/**
 * Distribution of the total over the steps [start, end), from simulated paths. Add what is already spent by asking for
 * the probability above (amount − spent).
 *
 * Shapes    start and end count from 0, the first forecast step; end is not included.
 * Units     the unit of the paths, summed over steps.
 * Throws    InvalidQuestion when the span is empty or reaches beyond the horizon; so do the questions to the result, for a
 *           probability outside 0 to 1 or an amount that is none, and InvalidLevel for a level outside 50 to 99.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.5 (intervals from simulated futures).
 */
export function totalOver(paths: Paths, { start, end }: { start: number; end: number }): TotalDistribution {
  const { values, count, horizon } = paths;
  if (!Number.isInteger(start) || start < 0 || start >= horizon) {
    throw new InvalidQuestion('total', `a start between 0 and ${horizon - 1}`, start);
  }
  if (!Number.isInteger(end) || end <= start || end > horizon) {
    throw new InvalidQuestion('total', `an end between ${start + 1} and ${horizon}`, end);
  }

  const totals = new Float64Array(count);
  for (let path = 0; path < count; path += 1) {
    let sum = 0;
    for (let h = start; h < end; h += 1) sum += values[path * horizon + h]!;
    totals[path] = sum;
  }
  totals.sort();
  const mean = totals.reduce((sum, total) => sum + total, 0) / count;
  const quantile = (p: number): number => {
    if (!(p >= 0 && p <= 1)) throw new InvalidQuestion('total quantile', 'a probability between 0 and 1', p);
    return quantileOfSorted(totals, p);
  };

  return {
    mean,
    quantile,
    interval(level) {
      checkLevels([level]);
      const tail = (1 - level / 100) / 2;
      return { level, lower: quantile(tail), upper: quantile(1 - tail) };
    },
    probabilityAbove(amount) {
      // A threshold without an amount is a mistake of the caller's, not a certainty.
      if (Number.isNaN(amount)) throw new InvalidQuestion('probability above', 'an amount', amount);
      const firstAbove = totals.findIndex((total) => total > amount);
      return firstAbove < 0 ? 0 : (count - firstAbove) / count;
    },
  };
}
