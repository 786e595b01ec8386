import type { Step } from '../../forecasts/index.js';

const units = [
  ['P', 7 * 86_400_000, 'W'],
  ['P', 86_400_000, 'D'],
  ['PT', 3_600_000, 'H'],
  ['PT', 60_000, 'M'],
  ['PT', 1000, 'S'],
] as const;

/** The length of a step as an ISO 8601 duration: `PT1H`, `P1D`, `P1M`. */
export function stepDuration(step: Step): string {
  if ('months' in step) return step.months % 12 === 0 ? `P${step.months / 12}Y` : `P${step.months}M`;
  const [prefix, size, letter] = units.find(([, size]) => step.milliseconds % size === 0) ?? units.at(-1)!;
  return `${prefix}${step.milliseconds / size}${letter}`;
}
