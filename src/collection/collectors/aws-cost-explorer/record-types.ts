import type { Expression } from '@aws-sdk/client-cost-explorer';
import type { ChargeCategory } from '../../../costs/index.js';

/**
 * The charge category of a record type ("charge type" in the console), in the spellings that AWS uses.
 * Every other one is usage: also what Savings Plans cover, and the negation that takes its on-demand
 * cost back, so that both add up to nothing billed, as in FOCUS.
 */
const recordTypes: Readonly<Record<Exclude<ChargeCategory, 'Usage'>, readonly string[]>> = {
  Purchase: [
    'Fee', 'Other', 'Other out-of-cycle charges', 'Recurring', 'Recurring reservation fee', 'RIFee', 'SavingsPlanRecurringFee',
    'SavingsPlanUpfrontFee', 'Support', 'Support fee', 'Upfront', 'Upfront reservation fee',
  ],
  Tax: ['Tax'],
  Credit: ['Credit'],
  Adjustment: [
    'Bundled Discount', 'BundledDiscount', 'Distributor Discount', 'EdpDiscount', 'Enterprise Discount Program Discount',
    'Private Rate Card Discount', 'PrivateRateDiscount', 'Refund', 'Solution Provider Program Discount',
  ],
};

const categoryOf = new Map(Object.entries(recordTypes).flatMap(([category, names]) => names.map((name) => [name, category as ChargeCategory])));

export function categoryOfRecordType(recordType: string): ChargeCategory {
  return categoryOf.get(recordType) ?? 'Usage';
}

const ofRecordTypes = (names: readonly string[]): Expression => ({ Dimensions: { Key: 'RECORD_TYPE', Values: [...names] } });

/** Questions that have every charge in exactly one of them, by its category. */
export const categoryFilters: readonly { category: ChargeCategory; filter: Expression }[] = [
  { category: 'Usage', filter: { Not: ofRecordTypes([...categoryOf.keys()]) } },
  ...Object.entries(recordTypes).map(([category, names]) => ({ category: category as ChargeCategory, filter: ofRecordTypes(names) })),
];
