import type { Charge } from '../../../costs/index.js';
import { originalBills, restatedBill } from './bill.js';
import { DAY_MS, instant, monthStartMs } from './calendar.js';
import { timelineOf } from './settings.js';

const timeline = timelineOf({ today: new Date('2026-10-16T00:00:00Z') });

/** Exact billionths of a decimal text with at most nine fraction digits. */
function nanos(text: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text)!;
  return BigInt(`${sign}${whole}${fraction.padEnd(9, '0')}`);
}

function total(rows: readonly Charge[], cost: (row: Charge) => string = (row) => row.effectiveCost): bigint {
  return rows.reduce((sum, row) => sum + nanos(cost(row)), 0n);
}

const inDollars = (rows: readonly Charge[]): Charge[] => rows.filter((row) => row.billingCurrency === 'USD');
const dollars = (amount: bigint): number => Number(amount / 10n ** 9n);

describe('the demo bill', () => {
  const all = [...originalBills(timeline)].flat();
  const usage = all.filter((row) => row.chargeCategory === 'Usage');
  const ofMonth = (start: string): Charge[] => all.filter((row) => row.billingPeriodStart === start);

  it('has whole days in calendar months, each charge in the month it is billed in', () => {
    expect(all.filter((row) => {
      const start = Date.parse(row.chargePeriodStart);
      const monthMs = Date.parse(row.billingPeriodStart);
      return start % DAY_MS !== 0 || Date.parse(row.chargePeriodEnd) !== start + DAY_MS
        || monthStartMs(start, 0) !== monthMs || row.billingPeriodEnd !== instant(monthStartMs(monthMs, 1));
    })).toEqual([]);
  });

  it('writes every amount and quantity as an exact decimal', () => {
    const isExact = (text: string | null): boolean => text === null || (/^-?(0|[1-9]\d*)(\.\d{0,8}[1-9])?$/.test(text) && text !== '-0');
    expect(all.filter((row) => [row.billedCost, row.effectiveCost, row.listCost, row.contractedCost, row.pricingQuantity, row.consumedQuantity]
      .some((text) => !isExact(text)))).toEqual([]);
  });

  it('charges quantity times price, to the last digit', () => {
    expect(usage.filter((row) => {
      const prices = JSON.parse(row.extra!) as { ListUnitPrice: string; ContractedUnitPrice: string };
      const times = (price: string): bigint => (nanos(price) * nanos(row.pricingQuantity!)) / 10n ** 9n;
      return nanos(row.listCost!) !== times(prices.ListUnitPrice) || nanos(row.contractedCost!) !== times(prices.ContractedUnitPrice);
    })).toEqual([]);
  });

  it('never charges more than the contract, nor contracts more than the list', () => {
    expect(usage.filter((row) => nanos(row.listCost!) < nanos(row.contractedCost!) || nanos(row.contractedCost!) < nanos(row.effectiveCost))).toEqual([]);
  });

  it('uses every commitment, or not, to exactly what was paid for it, in every month', () => {
    const commitments = new Map<string, Charge[]>();
    for (const row of all.filter(({ commitmentDiscountId }) => commitmentDiscountId !== null)) {
      const key = `${row.billingPeriodStart} ${row.commitmentDiscountId}`;
      commitments.set(key, [...(commitments.get(key) ?? []), row]);
    }
    expect(commitments.size).toBe(13 * 3);
    for (const rows of commitments.values()) {
      const purchases = rows.filter((row) => row.chargeCategory === 'Purchase');
      const covered = rows.filter((row) => row.commitmentDiscountStatus !== null);
      expect(purchases.length).toBe(1);
      expect(total(covered)).toBe(total(purchases, (row) => row.billedCost));
      expect(total(covered, (row) => row.billedCost)).toBe(0n);
      expect(total(purchases)).toBe(0n);
    }
    expect(all.some((row) => row.commitmentDiscountStatus === 'Unused' && row.consumedQuantity === null)).toBe(true);
  });

  it('has every kind of charge, and gives back with a minus', () => {
    expect(new Set(all.map((row) => row.chargeCategory))).toEqual(new Set(['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment']));
    expect(new Set(usage.map((row) => row.pricingCategory))).toEqual(new Set(['Standard', 'Dynamic', 'Committed']));
    const given = all.filter((row) => row.chargeCategory === 'Credit' || row.chargeCategory === 'Adjustment');
    expect(given.map((row) => row.chargePeriodStart.slice(0, 7)).sort()).toEqual(['2026-06', '2026-07', '2026-08']);
    expect(given.filter((row) => nanos(row.billedCost) >= 0n)).toEqual([]);
    expect(all.filter((row) => !given.includes(row) && nanos(row.billedCost) < 0n)).toEqual([]);
  });

  it('bills one sub account in euros and leaves some charges without tags', () => {
    expect(new Set(all.filter((row) => row.billingCurrency === 'EUR').map((row) => row.subAccountId))).toEqual(new Set(['demo-data-eu']));
    expect(usage.some((row) => row.tags === null)).toBe(true);
    const tagged = usage.filter((row) => row.tags?.includes('"team":"data"'));
    expect(tagged.map((row) => row.chargePeriodStart).sort()[0]).toBe(instant(timeline.endMs - 45 * DAY_MS));
  });

  it('grows to between 1.0 and 1.6 million dollars a month', () => {
    const last = dollars(total(inDollars(ofMonth('2026-09-01T00:00:00Z'))));
    expect(last).toBeGreaterThan(1_000_000);
    expect(last).toBeLessThan(1_600_000);
    expect(last).toBeGreaterThan(dollars(total(inDollars(ofMonth('2025-10-01T00:00:00Z')))));
  });

  it('knows about 60 and 30 percent of the last two days', () => {
    const ofDay = (daysAgo: number): number =>
      Number(total(inDollars(usage).filter((row) => row.chargePeriodStart === instant(timeline.endMs - daysAgo * DAY_MS))));
    expect(ofDay(2) / ofDay(3)).toBeCloseTo(0.6, 1);
    expect(ofDay(1) / ofDay(3)).toBeCloseTo(0.3, 1);
  });

  it('comes again for one month, with lines changed, one gone and one correction', () => {
    const before = ofMonth('2026-08-01T00:00:00Z');
    const after = restatedBill(timeline);
    expect(total(after)).not.toBe(total(before));
    const keyOf = (row: Charge): string => [row.chargePeriodStart, row.resourceId, row.skuPriceId, row.commitmentDiscountStatus, row.chargeDescription].join(' ');
    const usageBefore = new Map(before.filter((row) => row.chargeCategory === 'Usage').map((row) => [keyOf(row), row]));
    const usageAfter = new Map(after.filter((row) => row.chargeCategory === 'Usage').map((row) => [keyOf(row), row]));
    expect([...usageBefore.keys()].filter((key) => !usageAfter.has(key)).length).toBe(1);
    expect([...usageAfter].filter(([key]) => !usageBefore.has(key)).map(([, row]) => row.chargeClass)).toEqual(['Correction']);
    expect([...usageAfter].filter(([key, row]) => usageBefore.has(key) && usageBefore.get(key)!.billedCost !== row.billedCost).length).toBe(10);
    expect(all.filter((row) => row.chargeClass !== null)).toEqual([]);
  });
});
