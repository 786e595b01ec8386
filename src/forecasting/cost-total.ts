import type { StoredDistribution } from './forecast.queries.js';
import { storedTotal } from './stored-total.js';

/** What a calendar month is expected to cost, with its interval. */
export interface CostTotal {
  currency: string;
  /** End of the settled days it was forecast from. */
  origin: Date;
  start: Date;
  end: Date;
  mean: number;
  lower: number;
  upper: number;
  /** Nominal coverage of the interval in percent. */
  level: number;
}

const dayMs = 86_400_000;
const seed = 20_270_103;
const level = 80;

/**
 * The first calendar month that has not begun, seen from now or, where the data ends earlier, from
 * its end. Null when the forecast does not reach the month's end.
 */
export function costOfNextMonth(stored: StoredDistribution & { currency: string }, now: Date): CostTotal | null {
  const { currency, origin, horizon } = stored;
  const from = origin.getTime() + horizon * dayMs < now.getTime() ? origin : now;
  const start = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1));
  const end = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 2, 1));
  const stepOf = (date: Date) => Math.round((date.getTime() - origin.getTime()) / dayMs);
  if (stepOf(end) > horizon) return null;
  const { mean, lower, upper } = storedTotal(stored, { start: Math.max(0, stepOf(start)), end: stepOf(end) }, { seed, level });
  return { currency, origin, start, end, mean, lower, upper, level };
}
