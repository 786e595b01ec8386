import type { Charge } from '../../../costs/index.js';
import { clouds, currencyOf, EURO_SUB_ACCOUNT, gcp, type Cloud } from './accounts.js';
import { amountCharge, type AmountLine } from './amount-charge.js';
import { DAY_MS, monthStartMs } from './calendar.js';
import { gpuPools, type Commitment } from './catalogue/index.js';
import { MICROS, NANOS, THOUSANDTHS, costOf, decimalText, toWholeCents } from './money.js';
import type { Month, Timeline } from './settings.js';
import { UNSETTLED_DAYS, type UsageLine } from './usage-line.js';

/** What a month's bill has besides measured usage: commitments, support, taxes, credits, refunds. */
export function invoiceCharges(lines: readonly UsageLine[], month: Month, timeline: Timeline): Charge[] {
  const purchases = gpuPools.map(({ commitment }) => purchaseCharge(commitment, lines, month, timeline));
  const amounts = [...credits(month, timeline), ...refunds(month, timeline)];
  // Support and taxes come with the invoice, which is written when the last day of the month is settled.
  if (month.endMs + UNSETTLED_DAYS * DAY_MS <= timeline.endMs) {
    for (const cloud of clouds) amounts.push(...supportAndTax(cloud, lines, month));
  }
  return [...purchases, ...amounts.map((line) => amountCharge(line, month, timeline))];
}

/**
 * The commitment of a month, dated to its first day. It is invoiced by the hour passed, used or not, so an open month
 * shows what has accrued so far: Used + Unused effective cost equals the purchase in every month, also in that one.
 */
function purchaseCharge(terms: Commitment, lines: readonly UsageLine[], month: Month, timeline: Timeline): Charge {
  const { resource, priceMicros } = terms;
  let hours = 0;
  for (const line of lines) if (line.commitment?.terms === terms) hours += line.quantity;
  const purchase = amountCharge({
    cloud: resource.cloud, dayMs: month.startMs, category: 'Purchase', frequency: 'Recurring', nanos: costOf(priceMicros, hours),
    description: `${terms.type}, ${terms.nodes} nodes around the clock, no upfront`,
    serviceName: resource.serviceName, serviceCategory: resource.serviceCategory, subAccountId: resource.subAccountId, resource,
  }, month, timeline);
  const sku = `demo-${resource.cloud.key}-${resource.resourceName.slice('demo-'.length)}`;
  const price = decimalText(priceMicros, MICROS);
  return {
    ...purchase,
    // FOCUS: a purchase that covers future charges has no effective cost of its own.
    effectiveCost: '0',
    skuId: sku,
    skuPriceId: sku,
    pricingQuantity: decimalText(hours, THOUSANDTHS),
    pricingUnit: 'Hours',
    commitmentDiscountId: resource.resourceId,
    extra: JSON.stringify({
      ...JSON.parse(purchase.extra!) as object,
      ListUnitPrice: price,
      ContractedUnitPrice: price,
      CommitmentDiscountCategory: terms.category,
      CommitmentDiscountName: resource.resourceName,
      CommitmentDiscountType: terms.type,
    }),
  };
}

const EURO_TAX_PERCENT = 21;
const SUPPORT_TAX_PERCENT = 8;

/** Support is a share of the month's usage at contracted prices. In dollars only support is taxed, in euros everything. */
function supportAndTax(cloud: Cloud, lines: readonly UsageLine[], month: Month): AmountLine[] {
  const used = { USD: 0, EUR: 0 };
  for (const { product, priceMicros, quantity } of lines) {
    if (product.resource.cloud === cloud) used[currencyOf(product.resource.subAccountId)] += costOf(priceMicros, quantity);
  }
  const support = toWholeCents((used.USD * cloud.supportPercent) / 100);
  const atEnd = { cloud, dayMs: month.endMs - DAY_MS, frequency: 'Recurring', serviceCategory: 'Other' } as const;
  const tax = (percent: number, base: number, subAccountId: string | null): AmountLine => ({
    ...atEnd, category: 'Tax', serviceName: 'Tax (demo)', subAccountId, nanos: toWholeCents((base * percent) / 100),
    description: subAccountId === null ? `Sales tax, ${percent} % of support` : `VAT, ${percent} % of usage`,
  });
  return [
    {
      ...atEnd, category: 'Purchase', serviceName: cloud.supportPlan, subAccountId: 'demo-platform', nanos: support,
      description: `Demo support plan, ${cloud.supportPercent} % of usage`,
    },
    tax(SUPPORT_TAX_PERCENT, support, null),
    ...(cloud === gcp ? [tax(EURO_TAX_PERCENT, used.EUR, EURO_SUB_ACCOUNT)] : []),
  ];
}

/** A promotion that ran out: two credits, four and three months before the current month. */
function credits(month: Month, timeline: Timeline): AmountLine[] {
  const hasCredit = [-4, -3].some((offset) => monthStartMs(timeline.endMs, offset) === month.startMs);
  return !hasCredit ? [] : [{
    cloud: gcp, dayMs: month.startMs + 14 * DAY_MS, category: 'Credit', frequency: 'One-Time', nanos: -12_500 * 10 ** NANOS,
    description: 'Demo promotional credit for the product launch', serviceName: 'Vertex AI (demo)',
    serviceCategory: 'AI and Machine Learning', subAccountId: 'demo-product',
  }];
}

/** For an outage, the provider gives back the commitment of the hours it could not deliver. */
function refunds(month: Month, timeline: Timeline): AmountLine[] {
  return gpuPools.flatMap(({ resource, commitment, outage }) => {
    if (outage === null) return [];
    const dayMs = timeline.endMs - Math.ceil(outage.daysAgo) * DAY_MS;
    if (dayMs < month.startMs || dayMs >= month.untilMs) return [];
    return [{
      cloud: resource.cloud, dayMs, category: 'Adjustment' as const, frequency: 'One-Time' as const, resource,
      nanos: -costOf(commitment.priceMicros, commitment.nodes * outage.hours * 1000),
      description: `Refund for ${outage.hours} hours of outage`, serviceName: resource.serviceName,
      serviceCategory: resource.serviceCategory, subAccountId: resource.subAccountId,
    }];
  });
}
