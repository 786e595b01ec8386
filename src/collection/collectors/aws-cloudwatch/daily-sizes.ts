/** Days by their first instant in milliseconds since 1970, each with a size. */
export type DailySizes = ReadonlyMap<number, number>;

const dayMs = 86_400_000;
/** A part that has been silent for so long has ended. Sizes come up to two days late. */
const silentDays = 3;

/**
 * What parts add up to, day by day, on the days on which every part is known. A part counts from its
 * first day to its last, and on its last ones it may only be late: a sum that lacks one would be a
 * loss that never was.
 *
 * @returns the sums, and how many days lack a part
 */
export function wholeDays(parts: readonly DailySizes[], fromMs: number): { sums: DailySizes; lackingCount: number } {
  const spans = parts.filter((part) => part.size > 0).map((part) => ({ part, ...spanOf(part) }));
  const lastMs = Math.max(...spans.map(({ last }) => last));
  const days = [...new Set(spans.flatMap(({ part }) => [...part.keys()]))].filter((day) => day >= fromMs).toSorted((left, right) => left - right);
  const sums = new Map<number, number>();
  for (const day of days) {
    const due = spans.filter(({ first, last }) => day >= first && day <= (lastMs - last >= silentDays * dayMs ? last : lastMs));
    if (due.every(({ part }) => part.has(day))) sums.set(day, due.reduce((sum, { part }) => sum + part.get(day)!, 0));
  }
  return { sums, lackingCount: days.length - sums.size };
}

function spanOf(part: DailySizes): { first: number; last: number } {
  let [first, last] = [Infinity, -Infinity];
  for (const day of part.keys()) [first, last] = [Math.min(first, day), Math.max(last, day)];
  return { first, last };
}
