import type { Charge } from '../../../costs/index.js';
import { issuerColumns, resourceColumns, rowOf } from './charge-row.js';
import { MICROS, NANOS, THOUSANDTHS, costOf, decimalText } from './money.js';
import type { Month, Timeline } from './settings.js';
import type { UsageLine } from './usage-line.js';

/** A row of measured usage, in full: list, contracted, billed and effective cost of the same quantity. */
export function usageCharge(line: UsageLine, month: Month, timeline: Timeline): Charge {
  const { product, quantity, priceMicros, pricing, commitment } = line;
  const { resource } = product;
  const contracted = costOf(priceMicros, quantity);
  const quantityText = decimalText(quantity, THOUSANDTHS);
  const isUnused = commitment?.status === 'Unused';
  return {
    ...rowOf(resource.cloud, resource.subAccountId, line.dayMs, month),
    ...resourceColumns(resource, line.dayMs, timeline),
    chargeCategory: 'Usage',
    chargeDescription: isUnused ? `${product.description}, committed and not used` : product.description,
    chargeFrequency: 'Usage-Based',
    // What a commitment covers has been billed with its purchase, and costs what that purchase cost.
    billedCost: decimalText(commitment === null ? contracted : 0, NANOS),
    effectiveCost: decimalText(commitment === null ? contracted : costOf(commitment.terms.priceMicros, quantity), NANOS),
    listCost: decimalText(costOf(product.listPriceMicros, quantity), NANOS),
    contractedCost: decimalText(contracted, NANOS),
    skuId: product.skuId,
    skuPriceId: `${product.skuId}.${pricing.toLowerCase()}`,
    pricingCategory: pricing,
    pricingQuantity: quantityText,
    pricingUnit: product.unit,
    consumedQuantity: isUnused ? null : quantityText,
    consumedUnit: isUnused ? null : product.unit,
    commitmentDiscountId: commitment?.terms.resource.resourceId ?? null,
    commitmentDiscountStatus: commitment?.status ?? null,
    extra: JSON.stringify({
      ...issuerColumns(resource.cloud),
      ListUnitPrice: decimalText(product.listPriceMicros, MICROS),
      ContractedUnitPrice: decimalText(priceMicros, MICROS),
      ...(commitment && {
        CommitmentDiscountCategory: commitment.terms.category,
        CommitmentDiscountName: commitment.terms.resource.resourceName,
        CommitmentDiscountType: commitment.terms.type,
      }),
    }),
  };
}
