import type { Charge } from '../../../costs/index.js';
import { buckets, gpuPools, services, volumes } from './catalogue/index.js';
import { invoiceCharges } from './invoice.js';
import { poolHistory } from './pool-history.js';
import { poolLines } from './pool-lines.js';
import { correctionCharge, restatedLines, restatedMonth } from './restatement.js';
import { serviceLines } from './service-lines.js';
import type { Month, Timeline } from './settings.js';
import { bucketLines, volumeLines } from './storage-lines.js';
import { usageCharge } from './usage-charge.js';
import type { UsageLine } from './usage-line.js';

/** The bills of all months as they first came, oldest first: a few thousand charges each. */
export function* originalBills(timeline: Timeline): Generator<Charge[]> {
  const linesOf = usageLines(timeline);
  for (const month of timeline.months) {
    const lines = linesOf(month);
    yield [...lines.map((line) => usageCharge(line, month, timeline)), ...invoiceCharges(lines, month, timeline)];
  }
}

/** The one bill that came again, corrected. */
export function restatedBill(timeline: Timeline): Charge[] {
  const month = restatedMonth(timeline);
  const lines = restatedLines(usageLines(timeline)(month), month);
  return [
    ...lines.map((line) => usageCharge(line, month, timeline)),
    ...invoiceCharges(lines, month, timeline),
    correctionCharge(month, timeline),
  ];
}

/** Measured usage by month. No month depends on another, so one can be made without the rest. */
function usageLines(timeline: Timeline): (month: Month) => UsageLine[] {
  const pools = gpuPools.map((pool) => ({ pool, history: poolHistory(pool, timeline) }));
  return (month) => [
    ...pools.flatMap(({ pool, history }) => poolLines(pool, history, month, timeline)),
    ...volumes.flatMap((volume) => volumeLines(volume, month, timeline)),
    ...buckets.flatMap((bucket) => bucketLines(bucket, month, timeline)),
    ...services.flatMap((service) => serviceLines(service, month, timeline)),
  ];
}
