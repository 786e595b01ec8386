import type { Group } from '@aws-sdk/client-cost-explorer';
import type { ChargeCategory } from '../../../costs/index.js';
import { BadPayload } from '../../collector-failure.js';
import { exactAmount } from './exact-amount.js';

export const metrics = ['UnblendedCost', 'AmortizedCost', 'NetAmortizedCost'] as const;
export type CostExplorerMetric = (typeof metrics)[number];

/** Exact decimals, as AWS writes them. */
export type Amounts = Readonly<Record<CostExplorerMetric, string>>;

/** What one group cost on one day. */
export interface CostRow {
  /** Such as `2026-11-01`. */
  day: string;
  category: ChargeCategory;
  /** The values of the keys that costs are grouped by, in their order. */
  keys: readonly string[];
  amounts: Amounts;
  currency: string;
}

/**
 * The amounts of a group or of a total, and their currency.
 *
 * @throws BadPayload naming the metric, what it needs and what it got
 */
export function amountsOf(stated: Group['Metrics'], of: string): { amounts: Amounts; currency: string } {
  const refuse = (reason: string): never => {
    throw new BadPayload(`AWS Cost Explorer gives for ${of} ${reason}`, JSON.stringify(stated ?? null));
  };
  let currency: string | undefined;
  const entries = metrics.map((metric) => {
    const { Amount: amount, Unit: unit } = stated?.[metric] ?? refuse(`no ${metric}`);
    if (amount === undefined || exactAmount(amount) === undefined) refuse(`the ${metric} ${shown(amount)}, and it needs an exact decimal`);
    if (unit === undefined || !/^[A-Z]{3}$/.test(unit)) refuse(`the currency ${shown(unit)} of ${metric}, and it needs an ISO 4217 code`);
    currency ??= unit;
    if (currency !== unit) refuse(`both ${currency} and ${unit}, and a charge has one currency`);
    return [metric, amount];
  });
  return { amounts: Object.fromEntries(entries) as Amounts, currency: currency! };
}

const shown = (text: string | undefined): string => JSON.stringify(text?.slice(0, 60) ?? null);
