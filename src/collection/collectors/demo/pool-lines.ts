import { HOUR_MS } from './calendar.js';
import type { GpuPool } from './catalogue/index.js';
import { usedNodes, type PoolHistory } from './pool-history.js';
import { randomOf } from './random.js';
import type { Month, Timeline } from './settings.js';
import { arrivedQuantity, daysOf, type UsageLine } from './usage-line.js';

/** The nodes of a pool, day by day: the commitment first, whether used or not, then on-demand and spot nodes. */
export function poolLines(pool: GpuPool, history: PoolHistory, month: Month, timeline: Timeline): UsageLine[] {
  const { node: product, commitment: terms, spot } = pool;
  const random = randomOf(timeline.seed, `${product.skuId}/${month.startMs}`);
  const priceMicros = product.contractedPriceMicros;

  return daysOf(month).flatMap((dayMs) => {
    const { committedHours, furtherHours } = nodeHours(pool, history, dayMs, timeline);
    const spotPrice = Math.round(product.listPriceMicros * spot.priceShare * (1 + 0.08 * random.normal()));
    const spotHours = Math.round(furtherHours * spot.share);
    const unusedHours = terms.nodes * 24 - committedHours;
    const lines: UsageLine[] = [
      { product, dayMs, quantity: committedHours, pricing: 'Committed', priceMicros, commitment: { terms, status: 'Used' } },
      { product, dayMs, quantity: unusedHours, pricing: 'Committed', priceMicros, commitment: { terms, status: 'Unused' } },
      { product, dayMs, quantity: furtherHours - spotHours, pricing: 'Standard', priceMicros, commitment: null },
      { product, dayMs, quantity: spotHours, pricing: 'Dynamic', priceMicros: spotPrice, commitment: null },
    ];
    return lines
      .map((line) => ({ ...line, quantity: arrivedQuantity(timeline, dayMs, line.quantity * 1000) }))
      .filter((line) => line.quantity > 0);
  });
}

function nodeHours(pool: GpuPool, history: PoolHistory, dayMs: number, timeline: Timeline) {
  const { commitment } = pool;
  const first = Math.round((dayMs - timeline.startMs) / HOUR_MS);
  let committedHours = 0;
  let furtherHours = 0;
  for (let hour = first; hour < first + 24; hour += 1) {
    const nodes = usedNodes(pool, history, hour);
    committedHours += Math.min(nodes, commitment.nodes);
    furtherHours += Math.max(nodes - commitment.nodes, 0);
  }
  return { committedHours, furtherHours };
}
