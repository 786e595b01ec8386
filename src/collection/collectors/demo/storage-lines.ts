import { DAY_MS } from './calendar.js';
import { limitAt, type Bucket, type Product, type Volume } from './catalogue/index.js';
import { randomOf } from './random.js';
import { daysAgoAt, type Month, type Timeline } from './settings.js';
import { arrivedQuantity, daysOf, type UsageLine } from './usage-line.js';

/** A volume is billed for what it could hold; its snapshots for what is in it. */
export function volumeLines({ gib, provisioned, snapshots }: Volume, month: Month, timeline: Timeline): UsageLine[] {
  return daysOf(month).flatMap((dayMs) => {
    const daysAgo = daysAgoAt(timeline, dayMs);
    return [
      standing(provisioned, dayMs, limitAt(gib, daysAgo), month, timeline),
      standing(snapshots, dayMs, gib.used(daysAgo) * 0.2, month, timeline),
    ];
  });
}

export function bucketLines({ gib, stored, requests }: Bucket, month: Month, timeline: Timeline): UsageLine[] {
  const random = randomOf(timeline.seed, `${requests.skuId}/${month.startMs}`);
  return daysOf(month).flatMap((dayMs) => {
    const size = gib(daysAgoAt(timeline, dayMs));
    const millionRequests = (size / 20_000) * (1 + 0.1 * random.normal());
    return [
      standing(stored, dayMs, size, month, timeline),
      line(requests, dayMs, millionRequests, timeline),
    ];
  });
}

/** What stands for a day of a month is billed as that share of a GiB month. */
function standing(product: Product, dayMs: number, gib: number, month: Month, timeline: Timeline): UsageLine {
  return line(product, dayMs, gib / ((month.endMs - month.startMs) / DAY_MS), timeline);
}

function line(product: Product, dayMs: number, quantity: number, timeline: Timeline): UsageLine {
  return {
    product, dayMs, quantity: arrivedQuantity(timeline, dayMs, Math.round(quantity * 1000)),
    pricing: 'Standard', priceMicros: product.contractedPriceMicros, commitment: null,
  };
}
