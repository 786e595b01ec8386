import type { WholeBillingPeriod } from '../../../costs/index.js';
import { InvalidInput } from '../../../platform/index.js';
import { PagesChanged } from '../../aws/failures.js';
import { BadPayload, CollectorUnavailable } from '../../collector-failure.js';
import type { Collector, Contact } from '../../collector.js';
import { readBill, type BillReading, type DayRange } from './bill-reading.js';
import { chargeOf, dayAfter, dayOf, firstOfNextMonth, instantOf, periodOf } from './charge-of-row.js';
import { controlGaps } from './control-totals.js';
import { CostExplorer } from './cost-explorer-client.js';
import { costForecasts } from './cost-forecast.js';
import { metrics } from './cost-row.js';
import { dimensions, settingsSchema, type CostExplorerSettings } from './settings.js';

const rowsOfBatch = 5_000;

/**
 * What AWS charged day by day, from Cost Explorer. Months are read whole, to the end of the month that
 * the window ends in: a month that is read in part would lose its other days.
 *
 * Unit    the billing currency, exact decimals as AWS writes them.
 * Throws  CollectorUnavailable for what may pass, restated pages included; CollectorRejected for
 *         credentials, rights and questions that AWS refuses.
 * Source  https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
 */
export const awsCostExplorer: Collector<CostExplorerSettings> = {
  name: 'aws-cost-explorer',
  description: 'Daily costs of AWS from Cost Explorer, by any two of its keys.',
  settingsSchema,
  // 200 pages are two dollars.
  callLimits: { perRun: 1_000, perDay: 200 },

  windowPolicy({ groupBy, firstReach }) {
    checkKeys(groupBy);
    return { firstReach, overlap: 'P1M', align: { start: 'P1M', end: 'P1D' }, delay: 'PT0S', step: null };
  },

  async *collect(settings, { window, ...contact }) {
    checkKeys(settings.groupBy);
    const explorer = new CostExplorer(settings, contact);
    const range = wholeMonths(window.start, window.end);
    const reading = await readConsistently(explorer, range, settings, contact);
    yield { kind: 'billing-periods', rows: periodsOf(reading, range, settings) };
    for (let from = 0; from < reading.rows.length; from += rowsOfBatch) {
      contact.signal.throwIfAborted();
      const rows = reading.rows.slice(from, from + rowsOfBatch);
      yield { kind: 'charges', rows: rows.map((row) => chargeOf(row, reading.estimatedDays.has(row.day), settings)) };
    }
    if (settings.forecastDays === 0) return;
    const forecasts = await costForecasts(explorer, dayOf(window.end), settings, contact);
    if (forecasts.length > 0) yield { kind: 'comparison-forecasts', rows: forecasts };
  },

  async test(settings, { now, ...contact }) {
    checkKeys(settings.groupBy);
    const today = dayOf(now);
    const yesterday = dayAfter(today, -1);
    const question = { TimePeriod: { Start: yesterday, End: today }, Metrics: [...metrics], Granularity: 'DAILY' as const, GroupBy: settings.groupBy.map(({ type, key }) => ({ Type: type, Key: key })) };
    const page = await new CostExplorer(settings, contact).costAndUsage(question);
    if (!Array.isArray(page.ResultsByTime)) throw new BadPayload('AWS Cost Explorer answered without results', JSON.stringify(page));
    const count = page.ResultsByTime.reduce((sum, { Groups: groups }) => sum + (groups?.length ?? 0), 0);
    const keys = settings.groupBy.map(({ key }) => key).join(' and ');
    return `AWS Cost Explorer answers: ${count} groups by ${keys} on the first page of ${yesterday}`;
  },
};

/** Reads from the first page to the last, and once more where the pages do not go together. */
async function readConsistently(explorer: CostExplorer, range: DayRange, { groupBy }: CostExplorerSettings, { report }: Contact): Promise<BillReading> {
  let before: BillReading | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reading = await readBill(explorer, range, groupBy);
      const gaps = controlGaps(reading);
      if (gaps.length === 0) return reading;
      if (before && isSame(before, reading)) {
        report.notice(`AWS Cost Explorer does not agree with itself, and says so twice: ${gaps[0]}`);
        return reading;
      }
      before = reading;
      throw new PagesChanged(`AWS Cost Explorer was restated while it was read: ${gaps[0]}`);
    } catch (error) {
      if (!(error instanceof PagesChanged)) throw error;
      if (attempt >= 2) throw new CollectorUnavailable(error.message, { cause: error });
    }
  }
}

const isSame = (one: BillReading, other: BillReading): boolean =>
  JSON.stringify([one.rows, one.monthTotals]) === JSON.stringify([other.rows, other.monthTotals]);

function wholeMonths(start: Date, end: Date): DayRange {
  const lastMonth = dayOf(new Date(end.getTime() - 1)).slice(0, 7);
  return { start: `${dayOf(start).slice(0, 7)}-01`, end: firstOfNextMonth(lastMonth) };
}

function periodsOf({ estimatedDays, monthTotals }: BillReading, range: DayRange, { settleEstimatedDays }: CostExplorerSettings): WholeBillingPeriod[] {
  const periods: WholeBillingPeriod[] = [];
  for (let first = range.start; first < range.end; first = firstOfNextMonth(first.slice(0, 7))) {
    const month = first.slice(0, 7);
    const totals = monthTotals.filter((total) => total.month === month).map(({ amounts, currency }) => ({ billingCurrency: currency, billedCost: amounts.UnblendedCost }));
    const [estimated] = [...estimatedDays].filter((day) => day.startsWith(month)).toSorted();
    periods.push({ ...periodOf(month), totals, estimatedFrom: estimated === undefined || settleEstimatedDays ? null : instantOf(estimated) });
  }
  return periods;
}

function checkKeys(groupBy: CostExplorerSettings['groupBy']): void {
  for (const { type, key } of groupBy) {
    if (type === 'DIMENSION' && !dimensions.includes(key)) {
      throw new InvalidInput(`setting "groupBy" of aws-cost-explorer needs a dimension of ${dimensions.join(', ')}, got "${key}"`, ['settings', 'groupBy']);
    }
  }
  if (new Set(groupBy.map(({ type, key }) => `${type} ${key}`)).size < groupBy.length) {
    throw new InvalidInput(`setting "groupBy" of aws-cost-explorer needs two different keys, got "${groupBy[0]!.key}" twice`, ['settings', 'groupBy']);
  }
}
