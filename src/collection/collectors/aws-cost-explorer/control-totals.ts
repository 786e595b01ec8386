import type { BillReading } from './bill-reading.js';
import { metrics } from './cost-row.js';
import { exactAmount, roundingUnit, shownAmount } from './exact-amount.js';

/**
 * Where the groups of a month do not add up to what AWS says of the month: it was restated between
 * two pages, or a page is missing. Each amount may be rounded by itself, to ten decimal places.
 */
export function controlGaps({ rows, monthTotals }: BillReading): string[] {
  const sums = new Map<string, { sum: bigint; count: bigint }>();
  for (const { day, currency, amounts } of rows) {
    for (const metric of metrics) {
      const key = `${metric} of ${day.slice(0, 7)} in ${currency}`;
      const { sum, count } = sums.get(key) ?? { sum: 0n, count: 0n };
      sums.set(key, { sum: sum + exactAmount(amounts[metric])!, count: count + 1n });
    }
  }
  const gaps: string[] = [];
  for (const { month, currency, amounts } of monthTotals) {
    for (const metric of metrics) {
      const key = `${metric} of ${month} in ${currency}`;
      const { sum, count } = sums.get(key) ?? { sum: 0n, count: 0n };
      const total = exactAmount(amounts[metric])!;
      sums.delete(key);
      if (abs(total - sum) > (count + 1n) * roundingUnit) gaps.push(`${key}: ${shownAmount(sum)} in groups and ${shownAmount(total)} in all`);
    }
  }
  for (const [key, { sum }] of sums) if (sum !== 0n) gaps.push(`${key}: ${shownAmount(sum)} in groups and no total`);
  return gaps;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
