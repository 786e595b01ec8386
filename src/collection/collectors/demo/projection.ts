import { originalBills } from './bill.js';
import { DAY_MS } from './calendar.js';
import type { Team } from './catalogue/index.js';
import type { Timeline } from './settings.js';
import { UNSETTLED_DAYS } from './usage-line.js';

/** Whose cost a budget is about. */
export type Payer = Team | 'organisation';

/** Days in each of the two spans whose difference is the drift: whole weeks, so that weekends weigh the same in both. */
const SPAN_DAYS = 28;

/**
 * Expected effective cost in dollars of a period, by the simplest rule that a person would use: settled days as billed,
 * any other day like the same weekday of the last four weeks, plus the drift from the four weeks before. It sets the
 * amounts of the demo's budgets; forecasts are made elsewhere.
 *
 * Shapes  the period is [startMs, endMs), whole days; days before the timeline count as nothing.
 */
export function costProjection(timeline: Timeline): (payer: Payer, startMs: number, endMs: number) => number {
  const costs = dailyCosts(timeline);
  const settledDays = Math.round((timeline.endMs - timeline.startMs) / DAY_MS) - UNSETTLED_DAYS;

  return (payer, startMs, endMs) => {
    const daily = costs.get(payer)!;
    const latest = daily.subarray(settledDays - SPAN_DAYS, settledDays);
    const before = daily.subarray(Math.max(settledDays - 2 * SPAN_DAYS, 0), settledDays - SPAN_DAYS);
    // Who has no eight weeks of history has no drift yet: the difference would be its beginning.
    const drift = before[0]! > 0 ? (mean(latest) - mean(before)) / SPAN_DAYS : 0;

    let total = 0;
    for (let ms = Math.max(startMs, timeline.startMs); ms < endMs; ms += DAY_MS) {
      const day = Math.round((ms - timeline.startMs) / DAY_MS);
      if (day < settledDays) {
        total += daily[day]!;
        continue;
      }
      const ahead = day - settledDays;
      const sameWeekday = latest.filter((_, i) => (ahead - i) % 7 === 0);
      total += mean(sameWeekday) + drift * (ahead + (SPAN_DAYS + 1) / 2);
    }
    return total;
  };
}

/** Effective cost by payer and day of the timeline, in dollars. Euros are left out: a budget has one currency. */
function dailyCosts(timeline: Timeline): Map<Payer, Float64Array> {
  const days = Math.round((timeline.endMs - timeline.startMs) / DAY_MS);
  const payers: readonly Payer[] = ['research', 'platform', 'product', 'data', 'organisation'];
  const costs = new Map(payers.map((payer) => [payer, new Float64Array(days)]));
  for (const bill of originalBills(timeline)) {
    for (const { billingCurrency, chargePeriodStart, effectiveCost, tags } of bill) {
      if (billingCurrency !== 'USD') continue;
      const day = Math.round((Date.parse(chargePeriodStart) - timeline.startMs) / DAY_MS);
      const cost = Number(effectiveCost);
      costs.get('organisation')![day]! += cost;
      const team = tags === null ? undefined : (JSON.parse(tags) as { team?: Team }).team;
      if (team !== undefined) costs.get(team)![day]! += cost;
    }
  }
  return costs;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
