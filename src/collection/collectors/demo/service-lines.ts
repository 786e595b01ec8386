import { isWeekend } from './calendar.js';
import type { Service } from './catalogue/index.js';
import { randomOf } from './random.js';
import { daysAgoAt, type Month, type Timeline } from './settings.js';
import { arrivedQuantity, daysOf, type UsageLine } from './usage-line.js';

const NOISE = 0.03;
/** Spot capacity costs about this share of the list price, and a little more or less each day. */
const SPOT_PRICE_SHARE = 0.38;

export function serviceLines(
  { product, perDay, yearlyGrowth, weekendShare, isSpot }: Service,
  month: Month,
  timeline: Timeline,
): UsageLine[] {
  const random = randomOf(timeline.seed, `${product.skuId}/${month.startMs}`);
  return daysOf(month).map((dayMs) => {
    const growth = yearlyGrowth ** (-daysAgoAt(timeline, dayMs) / 365);
    const units = perDay * growth * (isWeekend(dayMs) ? weekendShare : 1) * (1 + NOISE * random.normal());
    const spotPrice = Math.round(product.listPriceMicros * SPOT_PRICE_SHARE * (1 + 0.08 * random.normal()));
    return {
      product, dayMs, quantity: arrivedQuantity(timeline, dayMs, Math.round(units * 1000)),
      pricing: isSpot ? 'Dynamic' : 'Standard',
      priceMicros: isSpot ? spotPrice : product.contractedPriceMicros,
      commitment: null,
    };
  });
}
