import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { randomStream } from '../forecasts/math/random.js';
import { billedResources, type BilledResource } from './focus-resources.js';

/** A generated FOCUS 1.0 file, and what an import of it has to add up to. */
export interface FocusFile {
  path: string;
  rowCount: number;
  bytes: number;
  /** Exact sums over the file, decimals as they are written in it. */
  billedCost: string;
  effectiveCost: string;
}

/** The 43 columns of FOCUS 1.0 in the alphabetical order of real exports, and one of the provider's own. */
const header = [
  'AvailabilityZone', 'BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd',
  'BillingPeriodStart', 'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargeFrequency', 'ChargePeriodEnd',
  'ChargePeriodStart', 'CommitmentDiscountCategory', 'CommitmentDiscountId', 'CommitmentDiscountName',
  'CommitmentDiscountStatus', 'CommitmentDiscountType', 'ConsumedQuantity', 'ConsumedUnit', 'ContractedCost',
  'ContractedUnitPrice', 'EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'ListUnitPrice', 'PricingCategory',
  'PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName', 'RegionId', 'RegionName', 'ResourceId',
  'ResourceName', 'ResourceType', 'ServiceCategory', 'ServiceName', 'SkuId', 'SkuPriceId', 'SubAccountId',
  'SubAccountName', 'Tags', 'x_CostLineId',
];
const numbers = new Set([
  'BilledCost', 'ConsumedQuantity', 'ContractedCost', 'ContractedUnitPrice', 'EffectiveCost', 'ListCost', 'ListUnitPrice',
  'PricingQuantity', 'x_CostLineId',
]);

const resourceCount = 4_000;
const hoursInMonth = 30 * 24;
const firstHour = Date.UTC(2026, 8, 1);
const priceDecimals = 7;
/** A cost is a price of 7 decimals times a quantity of 4. */
const costDecimals = 11;

/**
 * Writes a month of hourly charges of a few thousand resources of three providers, some 800 bytes a
 * row; the same seed writes the same bytes. Texts are quoted and numbers are not, as AWS does it.
 */
export async function writeFocusFile(path: string, rowCount: number, seed: number, signal: AbortSignal): Promise<FocusFile> {
  const random = randomStream(seed);
  const templates = billedResources(resourceCount, random).map(templateOf);
  const at = (name: string) => header.indexOf(name);
  const costs = ['BilledCost', 'ListCost'].map(at);
  const reducedCosts = ['ContractedCost', 'EffectiveCost'].map(at);
  const quantities = ['ConsumedQuantity', 'PricingQuantity'].map(at);
  const [start, end, lineId] = [at('ChargePeriodStart'), at('ChargePeriodEnd'), at('x_CostLineId')];
  const file = createWriteStream(path, { highWaterMark: 4 * 1024 * 1024 });
  let billed = 0n;
  let effective = 0n;
  let lines = `${header.join(',')}\n`;

  for (let index = 0; index < rowCount; index += 1) {
    const { row, unitPriceE7 } = templates[Math.floor(random.next() * templates.length)]!;
    const hour = firstHour + Math.floor((index * hoursInMonth) / rowCount) * 3_600_000;
    const quantityE4 = 1 + Math.floor(random.next() * 240_000);
    const costE11 = unitPriceE7 * quantityE4;
    const reducedE11 = costE11 - Math.floor(costE11 / 20);
    billed += BigInt(costE11);
    effective += BigInt(reducedE11);
    for (const column of costs) row[column] = decimal(costE11, costDecimals);
    for (const column of reducedCosts) row[column] = decimal(reducedE11, costDecimals);
    for (const column of quantities) row[column] = decimal(quantityE4, 4);
    row[start] = instant(hour);
    row[end] = instant(hour + 3_600_000);
    row[lineId] = `${10_000_000 + index}`;
    lines += `${row.join(',')}\n`;
    if (lines.length > 1024 * 1024) {
      signal.throwIfAborted();
      if (!file.write(lines)) await once(file, 'drain');
      lines = '';
    }
  }
  file.end(lines);
  await finished(file);
  return { path, rowCount, bytes: file.bytesWritten, billedCost: decimal(billed, costDecimals), effectiveCost: decimal(effective, costDecimals) };
}

/** The values that every charge of a resource repeats, ready to be written. */
function templateOf({ columns, unitPriceE7 }: BilledResource): { row: string[]; unitPriceE7: number } {
  const values: Record<string, string> = {
    ...columns,
    BillingCurrency: 'USD',
    BillingPeriodStart: '2026-09-01T00:00:00Z',
    BillingPeriodEnd: '2026-10-01T00:00:00Z',
    ChargeCategory: 'Usage',
    ChargeFrequency: 'Usage-Based',
    ContractedUnitPrice: decimal(unitPriceE7, priceDecimals),
    ListUnitPrice: decimal(unitPriceE7, priceDecimals),
  };
  const row = header.map((name) => {
    const value = values[name] ?? '';
    return numbers.has(name) || value === '' ? value : `"${value.replaceAll('"', '""')}"`;
  });
  return { row, unitPriceE7 };
}

function instant(time: number): string {
  return `"${new Date(time).toISOString().slice(0, 19)}Z"`;
}

/** A whole number of the last decimal as a decimal. */
function decimal(units: number | bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
