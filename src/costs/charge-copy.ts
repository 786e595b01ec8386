import { copyText } from '../platform/index.js';
import type { Charge } from './charge.js';

/** Where COPY puts the lines of a delivery: the load, the position in it, and what `copyRow` says. */
export const copyTarget = `charge (load_id, line_number, billing_account_id, charge_period_start, charge_period_end,
  charge_category, charge_class, charge_description, charge_frequency, billing_currency, billed_cost, effective_cost,
  list_cost, contracted_cost, provider_name, service_name, service_category, sub_account_id, region_id, resource_id,
  resource_name, resource_type, sku_id, sku_price_id, pricing_category, pricing_quantity, pricing_unit,
  consumed_quantity, consumed_unit, commitment_discount_id, commitment_discount_status, tags, extra)`;

/** The columns of a charge in COPY's text format, in the order of `copyTarget` after the line number. */
export function copyRow(charge: Charge): string {
  return `${copyText(charge.billingAccountId)}\t${charge.chargePeriodStart}\t${charge.chargePeriodEnd}\t${
    charge.chargeCategory}\t${copyText(charge.chargeClass)}\t${copyText(charge.chargeDescription)}\t${
    copyText(charge.chargeFrequency)}\t${charge.billingCurrency}\t${charge.billedCost}\t${charge.effectiveCost}\t${
    copyText(charge.listCost)}\t${copyText(charge.contractedCost)}\t${copyText(charge.providerName)}\t${
    copyText(charge.serviceName)}\t${charge.serviceCategory}\t${copyText(charge.subAccountId)}\t${
    copyText(charge.regionId)}\t${copyText(charge.resourceId)}\t${copyText(charge.resourceName)}\t${
    copyText(charge.resourceType)}\t${copyText(charge.skuId)}\t${copyText(charge.skuPriceId)}\t${
    copyText(charge.pricingCategory)}\t${copyText(charge.pricingQuantity)}\t${copyText(charge.pricingUnit)}\t${
    copyText(charge.consumedQuantity)}\t${copyText(charge.consumedUnit)}\t${copyText(charge.commitmentDiscountId)}\t${
    copyText(charge.commitmentDiscountStatus)}\t${copyText(charge.tags)}\t${copyText(charge.extra)}`;
}
