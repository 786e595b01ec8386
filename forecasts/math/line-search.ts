/**
 * Minimum of a function of one variable over an interval: the best point of a coarse grid, then steps of half the size
 * around the best so far. A one-step error as a function of a smoothing weight often has two valleys, which the grid sees
 * and a descent from one start would not.
 *
 * Shapes    grid [points], ascending; its first and last point bound the search.
 * Units     `finest` is the smallest step tried, in the unit of the variable, as is the result.
 * Source    Kolda, Lewis & Torczon, Optimization by direct search, SIAM Review 45(3), 2003, §1 (compass search).
 */
export function minimiseOnGrid(
  objective: (x: number) => number,
  { grid, firstStep, finest }: { grid: readonly number[]; firstStep: number; finest: number },
): number {
  const lowest = grid[0]!;
  const highest = grid.at(-1)!;
  let best = lowest;
  let least = Infinity;
  const attempt = (x: number): void => {
    const value = objective(x);
    if (value < least) {
      least = value;
      best = x;
    }
  };
  grid.forEach(attempt);
  for (let step = firstStep; step >= finest; step /= 2) {
    const centre = best;
    if (centre + step <= highest) attempt(centre + step);
    if (centre - step >= lowest) attempt(centre - step);
  }
  return best;
}
