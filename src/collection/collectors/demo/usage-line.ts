import { DAY_MS } from './calendar.js';
import type { Commitment, Product } from './catalogue/index.js';
import { daysAgoAt, type Month, type Timeline } from './settings.js';

/** One product used on one day: what a usage row of the bill is made of. */
export interface UsageLine {
  product: Product;
  dayMs: number;
  /** In thousandths of the product's unit. */
  quantity: number;
  /** FOCUS PricingCategory. */
  pricing: 'Standard' | 'Dynamic' | 'Committed';
  /** Millionths per unit before the commitment: the contracted price, or the spot price of the day. */
  priceMicros: number;
  /** The commitment that pays for the line, which may be for nodes nobody used. */
  commitment: { terms: Commitment; status: 'Used' | 'Unused' } | null;
}

/** The delivered days of a month. */
export function daysOf({ startMs, untilMs }: Month): number[] {
  return Array.from({ length: Math.round((untilMs - startMs) / DAY_MS) }, (_, day) => startMs + day * DAY_MS);
}

/** Bills arrive late: of yesterday and the day before, only a part is known. */
const ARRIVED_SHARE = [0.3, 0.6];
/** Days at the end of the story whose cost is not complete. */
export const UNSETTLED_DAYS = ARRIVED_SHARE.length;

export function arrivedQuantity(timeline: Timeline, dayMs: number, quantity: number): number {
  return Math.floor(quantity * (ARRIVED_SHARE[daysAgoAt(timeline, dayMs) - 1] ?? 1));
}
