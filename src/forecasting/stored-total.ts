import { changedPaths, simulatePaths, totalOver, type PathChange, type Paths } from '../../forecasts/index.js';
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
 * @param change what is supposed of each step; nothing when left out
 *
 * Units  the unit of the forecast; `level` in percent. The same seed gives the same answer.
 */
export function storedTotal(
  stored: StoredDistribution,
  span: { start: number; end: number },
  { seed, level, change }: { seed: number; level: number; change?: PathChange | undefined },
): StoredTotal {
  const paths = pathsOfStored(stored, seed);
  return totalOfPaths(change ? changedPaths(paths, change) : paths, span, level);
}

/** Ways a stored forecast may go, for who asks of them more than once. The same seed gives the same. */
export function pathsOfStored(stored: StoredDistribution, seed: number): Paths {
  return simulatePaths(toDistribution(stored), { count: pathCount, seed });
}

/** What the steps [start, end) of paths add up to, with a central interval of `level` percent. */
export function totalOfPaths(paths: Paths, span: { start: number; end: number }, level: number): StoredTotal {
  const total = totalOver(paths, span);
  return {
    mean: total.mean,
    ...total.interval(level),
    probabilityAbove: (amount) => total.probabilityAbove(amount),
  };
}
