/** FOCUS ChargeCategory. */
export const chargeCategories = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'] as const;
export type ChargeCategory = (typeof chargeCategories)[number];

/**
 * One row of a FOCUS dataset, as it is stored. Names are FOCUS columns in camel case.
 *
 * Money and quantities stay text: exact decimals in the syntax of SQL `numeric`, never a float.
 * Null means the file gave no value; it never stands for zero.
 */
export interface Charge {
  /** Instants as PostgreSQL reads them, in UTC, for example `2026-09-01T00:00:00Z`. */
  billingPeriodStart: string;
  billingPeriodEnd: string;
  chargePeriodStart: string;
  chargePeriodEnd: string;
  billingAccountId: string;
  chargeCategory: ChargeCategory;
  chargeClass: 'Correction' | null;
  chargeDescription: string | null;
  chargeFrequency: string | null;
  billingCurrency: string;
  billedCost: string;
  effectiveCost: string;
  listCost: string | null;
  contractedCost: string | null;
  providerName: string;
  serviceName: string;
  /** As FOCUS spells it, for example `AI and Machine Learning`. */
  serviceCategory: string;
  subAccountId: string | null;
  regionId: string | null;
  resourceId: string | null;
  resourceName: string | null;
  resourceType: string | null;
  skuId: string | null;
  skuPriceId: string | null;
  pricingCategory: string | null;
  pricingQuantity: string | null;
  pricingUnit: string | null;
  consumedQuantity: string | null;
  consumedUnit: string | null;
  commitmentDiscountId: string | null;
  commitmentDiscountStatus: string | null;
  /** A JSON object of tag key to value, as text. */
  tags: string | null;
  /** A JSON object of every other column that has a value, as text. */
  extra: string | null;
}
