/** A level over time, by age in days: 0 is the end of the story, larger is longer ago. */
export type Growth = (daysAgo: number) => number;

/** Straight lines between `[daysAgo, level]` points, oldest first, and flat outside them. Two close points make a step. */
export function through(...points: readonly (readonly [daysAgo: number, level: number])[]): Growth {
  return (daysAgo) => {
    const next = points.findIndex(([age]) => age <= daysAgo);
    if (next === 0) return points[0]![1];
    if (next === -1) return points.at(-1)![1];
    const [olderAge, olderLevel] = points[next - 1]!;
    const [newerAge, newerLevel] = points[next]!;
    return olderLevel + ((newerLevel - olderLevel) * (olderAge - daysAgo)) / (olderAge - newerAge);
  };
}

/** The same amount more each day, from no less than a tenth of the level of today. */
export function linear(levelToday: number, perDay: number): Growth {
  return (daysAgo) => Math.max(levelToday - perDay * daysAgo, levelToday / 10);
}

/** The same share more each day; it grows e-fold in `days`. */
export function accelerating(levelToday: number, days: number): Growth {
  return (daysAgo) => levelToday * Math.exp(-daysAgo / days);
}

/** What a growing base and a regular clean-up make together: `height` piles up over `days` and is then removed. */
export function sawtooth(base: Growth, height: number, days: number): Growth {
  // A third of a cycle is left at the end, so that the story does not stop on the day of a clean-up.
  return (daysAgo) => base(daysAgo) + height * (1 - ((daysAgo + days / 3) % days) / days);
}

/** Slow waves around a level: what is in balance. */
export function steady(level: number, wave: number, days: number): Growth {
  return (daysAgo) => level + wave * Math.sin((2 * Math.PI * daysAgo) / days);
}
