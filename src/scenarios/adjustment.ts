import type { PathChange } from '../../forecasts/index.js';
import type { Scope } from '../access/index.js';
import type { Money } from '../platform/index.js';
import type { UsageMetric } from '../usage/index.js';

/** What an adjustment changes. */
export enum ScenarioTarget {
  DEMAND = 'DEMAND',
  CAPACITY = 'CAPACITY',
  COST = 'COST',
}

/** One change that a scenario supposes, as it is stored. */
export interface Adjustment {
  description: string;
  target: ScenarioTarget;
  /** Of demand and capacity; null for costs. */
  metric: UsageMetric | null;
  scope: Scope;
  /** Ids as in the API; empty is all of the scope. */
  resourceIds: string[];
  /** Empty is any. */
  gpuModels: string[];
  effectiveFrom: string;
  /** Null when it stays. */
  effectiveUntil: string | null;
  /** Days over which it grows from nothing to the whole. */
  rampDays: number;
  /** Exactly one of factor and shift is set. */
  factor: number | null;
  /** Per day, in the unit of what is changed. */
  shift: number | null;
  /** Of a shift of costs. */
  currency: string | null;
  /** What one more unit of capacity costs a month; null is what its capacity says. */
  unitCostPerMonth: Money | null;
  /** Whether what the resources cost changes as their demand does. */
  costFollowsDemand: boolean;
}

const dayMs = 86_400_000;

/**
 * How much of an adjustment holds on each day from `origin` on.
 *
 * Shapes  [horizon], from 0 (not at all) to 1 (the whole). Day h holds from origin + h days; a ramp reaches the whole on
 *         the day that begins `rampDays` after `effectiveFrom`.
 */
export function weights({ effectiveFrom, effectiveUntil, rampDays }: Pick<Adjustment, 'effectiveFrom' | 'effectiveUntil' | 'rampDays'>, origin: Date, horizon: number): Float64Array {
  const from = Date.parse(effectiveFrom);
  const until = effectiveUntil === null ? Infinity : Date.parse(effectiveUntil);
  return Float64Array.from({ length: horizon }, (_, day) => {
    const at = origin.getTime() + day * dayMs;
    // A day in which it begins is changed from the next one on, unless it begins with the day.
    if (at < from || at >= until) return 0;
    return rampDays === 0 ? 1 : Math.min(1, (at - from) / (rampDays * dayMs));
  });
}

/** What adjustments of one and the same series make of it, one laid over the other in their order. */
export function changeOf(adjustments: readonly Pick<Adjustment, 'factor' | 'shift' | 'effectiveFrom' | 'effectiveUntil' | 'rampDays'>[], origin: Date, horizon: number): PathChange {
  const factor = new Float64Array(horizon).fill(1);
  const shift = new Float64Array(horizon);
  for (const adjustment of adjustments) {
    weights(adjustment, origin, horizon).forEach((weight, day) => {
      const times = adjustment.factor === null ? 1 : 1 + (adjustment.factor - 1) * weight;
      factor[day]! *= times;
      shift[day] = shift[day]! * times + (adjustment.shift ?? 0) * weight;
    });
  }
  return { factor, shift };
}
