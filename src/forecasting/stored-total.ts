import { simulatePaths, totalOver } from '../../forecasts/index.js';
import { toDistribution, type StoredDistribution } from './forecast.queries.js';

const pathCount = 1_000;

/** What the days of a span add up to, with a central interval of `level` percent. */
export interface StoredTotal {
  mean: number;
  lower: number;
  upper: number;
  level: number;
  probabilityAbove(amount: number): number;
}

/**
 * The total of a stored forecast over the steps [start, end), from paths drawn again.
 *
 * Units  the unit of the forecast; `level` in percent. The same seed gives the same answer.
 */
export function storedTotal(
  stored: StoredDistribution,
  span: { start: number; end: number },
  { seed, level }: { seed: number; level: number },
): StoredTotal {
  const total = totalOver(simulatePaths(toDistribution(stored), { count: pathCount, seed }), span);
  return {
    mean: total.mean,
    ...total.interval(level),
    probabilityAbove: (amount) => total.probabilityAbove(amount),
  };
}
