import type { Charge } from '../../../costs/index.js';
import { aws } from './accounts.js';
import { amountCharge } from './amount-charge.js';
import { DAY_MS, monthStartMs } from './calendar.js';
import { NANOS } from './money.js';
import type { Month, Timeline } from './settings.js';
import type { UsageLine } from './usage-line.js';

/** The month whose bill is delivered a second time, corrected: two months before the current one. */
export function restatedMonth(timeline: Timeline): Month {
  const startMs = monthStartMs(timeline.endMs, -2);
  return timeline.months.find((month) => month.startMs === startMs)!;
}

const MISMETERED_SKU = 'demo-aws-egress-internet';
const DOUBLED_SKU = 'demo-aws-sagemaker-g6';

/** What the provider found wrong in that month: egress metered too high for ten days, and a day of notebooks charged twice. */
export function restatedLines(lines: readonly UsageLine[], month: Month): UsageLine[] {
  return lines.flatMap((line) => {
    const day = (line.dayMs - month.startMs) / DAY_MS;
    if (line.product.skuId === DOUBLED_SKU && day === 16) return [];
    if (line.product.skuId === MISMETERED_SKU && day < 10) return [{ ...line, quantity: Math.round(line.quantity * 0.7) }];
    return [line];
  });
}

/** What was found after the invoice is not changed on it but corrected: the row keeps the periods it corrects. */
export function correctionCharge(month: Month, timeline: Timeline): Charge {
  return amountCharge({
    cloud: aws, dayMs: month.startMs + 20 * DAY_MS, category: 'Usage', isCorrection: true, frequency: 'One-Time', nanos: -2_350 * 10 ** NANOS,
    description: 'Demo correction of control plane hours', serviceName: 'Amazon Elastic Kubernetes Service (demo)',
    serviceCategory: 'Compute', subAccountId: 'demo-platform',
  }, month, timeline);
}
