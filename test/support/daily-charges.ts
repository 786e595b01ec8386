import { dayAfter, monthOf } from './days.js';
import type { FocusRow } from './focus-csv.js';

/** One charge a day, of the same amount in every cost column, unless `row` says otherwise. */
export function dailyCharges(days: readonly string[], amount: string, row: FocusRow = {}): FocusRow[] {
  return days.map((day) => ({
    ChargePeriodStart: day,
    ChargePeriodEnd: dayAfter(day),
    ...monthOf(day),
    BilledCost: amount,
    EffectiveCost: amount,
    ListCost: amount,
    ContractedCost: amount,
    ...row,
  }));
}
