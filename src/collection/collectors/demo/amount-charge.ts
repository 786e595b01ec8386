import type { Charge } from '../../../costs/index.js';
import type { Cloud } from './accounts.js';
import { issuerColumns, noResource, resourceColumns, rowOf } from './charge-row.js';
import type { DemoResource } from './catalogue/index.js';
import { NANOS, decimalText } from './money.js';
import type { Month, Timeline } from './settings.js';

/** A row of the bill that is not measured usage, such as a tax: it has an amount, but nothing it multiplies. */
export interface AmountLine {
  cloud: Cloud;
  dayMs: number;
  category: Charge['chargeCategory'];
  isCorrection?: boolean;
  description: string;
  /** Billionths of the currency, negative for what is given back. */
  nanos: number;
  frequency: 'One-Time' | 'Recurring';
  serviceName: string;
  serviceCategory: string;
  subAccountId: string | null;
  resource?: DemoResource;
}

export function amountCharge(line: AmountLine, month: Month, timeline: Timeline): Charge {
  const amount = decimalText(line.nanos, NANOS);
  const isPurchase = line.category === 'Purchase';
  const sku = isPurchase ? `demo-${line.cloud.key}-${line.serviceName.replace(' (demo)', '').toLowerCase().replaceAll(' ', '-')}` : null;
  return {
    ...rowOf(line.cloud, line.subAccountId, line.dayMs, month),
    ...(line.resource === undefined ? noResource : resourceColumns(line.resource, line.dayMs, timeline)),
    serviceName: line.serviceName,
    serviceCategory: line.serviceCategory,
    chargeCategory: line.category,
    chargeClass: line.isCorrection === true ? 'Correction' : null,
    chargeDescription: line.description,
    chargeFrequency: line.frequency,
    billedCost: amount,
    effectiveCost: amount,
    listCost: amount,
    contractedCost: amount,
    skuId: sku,
    skuPriceId: sku,
    pricingCategory: isPurchase ? 'Standard' : null,
    pricingQuantity: isPurchase ? '1' : null,
    pricingUnit: isPurchase ? 'Months' : null,
    extra: JSON.stringify({
      ...issuerColumns(line.cloud),
      ...(isPurchase && { ListUnitPrice: amount, ContractedUnitPrice: amount }),
    }),
  };
}
