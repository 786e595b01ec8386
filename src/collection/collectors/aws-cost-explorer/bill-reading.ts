import type { GetCostAndUsageCommandInput, GetCostAndUsageCommandOutput, ResultByTime } from '@aws-sdk/client-cost-explorer';
import type { ChargeCategory } from '../../../costs/index.js';
import { pagesOf } from '../../aws/pages.js';
import { BadPayload, CollectorUnavailable } from '../../collector-failure.js';
import type { CostExplorer } from './cost-explorer-client.js';
import { amountsOf, metrics, type Amounts, type CostRow } from './cost-row.js';
import { categoryFilters, categoryOfRecordType } from './record-types.js';
import type { GroupKey } from './settings.js';

/** Days such as `2026-11-01`, the last one not included. */
export interface DayRange {
  start: string;
  end: string;
}

/** What AWS says of some months, read once from the first page to the last. */
export interface BillReading {
  rows: readonly CostRow[];
  estimatedDays: ReadonlySet<string>;
  /** What each month adds up to as AWS has it, in each currency. */
  monthTotals: readonly { month: string; amounts: Amounts; currency: string }[];
}

/** @throws CollectorUnavailable, CollectorRejected; PagesChanged when what was read no longer goes together */
export async function readBill(explorer: CostExplorer, range: DayRange, groupBy: readonly GroupKey[]): Promise<BillReading> {
  const rows = new Map<string, CostRow>();
  const estimatedDays = new Set<string>();
  const recordTypeAt = groupBy.findIndex(({ type, key }) => type === 'DIMENSION' && key === 'RECORD_TYPE');
  // Cost Explorer groups by two keys and no more; what kind of charge it is takes a question of each kind.
  const parts = recordTypeAt < 0 ? categoryFilters : [{ category: null, filter: undefined }];
  for (const { category, filter } of parts) {
    const question = { ...questionOf(range), Granularity: 'DAILY' as const, GroupBy: groupBy.map(({ type, key }) => ({ Type: type, Key: key })), Filter: filter };
    for await (const result of resultsOf(explorer, question, range)) {
      const day = result.TimePeriod!.Start!;
      if (result.Estimated) estimatedDays.add(day);
      for (const row of rowsOf(result, day, groupBy, category, recordTypeAt)) addRow(rows, row);
    }
  }
  return { rows: [...rows.values()], estimatedDays, monthTotals: await readTotals(explorer, range) };
}

function rowsOf({ Groups: groups }: ResultByTime, day: string, groupBy: readonly GroupKey[], category: ChargeCategory | null, recordTypeAt: number): CostRow[] {
  return (groups ?? []).map(({ Keys: keys, Metrics: stated }) => {
    if (keys?.length !== groupBy.length) {
      throw new BadPayload(`AWS Cost Explorer gives a group with ${keys?.length ?? 0} keys for ${day}, and was asked for ${groupBy.length}`, JSON.stringify(keys ?? null));
    }
    return { day, category: category ?? categoryOfRecordType(keys[recordTypeAt]!), keys, ...amountsOf(stated, day) };
  });
}

/** A page that comes twice says the same twice, and counts once. */
function addRow(rows: Map<string, CostRow>, row: CostRow): void {
  const key = [row.day, row.category, ...row.keys].join('\0');
  const known = rows.get(key);
  if (known && (known.currency !== row.currency || metrics.some((metric) => known.amounts[metric] !== row.amounts[metric]))) {
    throw new CollectorUnavailable(`AWS Cost Explorer gives two different costs for one group on ${row.day}: the run is done again`);
  }
  if (!known) rows.set(key, row);
}

async function readTotals(explorer: CostExplorer, range: DayRange): Promise<BillReading['monthTotals']> {
  const totals: { month: string; amounts: Amounts; currency: string }[] = [];
  for await (const { TimePeriod: period, Total: total } of resultsOf(explorer, { ...questionOf(range), Granularity: 'MONTHLY' }, range)) {
    // A month before the account was opened has no total, which is not a total of zero.
    const month = period!.Start!.slice(0, 7);
    if (total && Object.keys(total).length > 0) totals.push({ month, ...amountsOf(total, month) });
  }
  return totals;
}

const questionOf = ({ start, end }: DayRange): Pick<GetCostAndUsageCommandInput, 'TimePeriod' | 'Metrics'> => ({ TimePeriod: { Start: start, End: end }, Metrics: [...metrics] });

/** The results of every page. @throws CollectorUnavailable when the pages have no end */
async function* resultsOf(explorer: CostExplorer, question: GetCostAndUsageCommandInput, { start, end }: DayRange): AsyncGenerator<ResultByTime> {
  const pages = pagesOf<GetCostAndUsageCommandOutput>('AWS Cost Explorer', {
    ask: (token) => explorer.costAndUsage({ ...question, NextPageToken: token }),
    tokenOf: ({ NextPageToken: token }) => token,
    isEmpty: ({ ResultsByTime: results }) => results?.length === 0,
  });
  for await (const page of pages) {
    if (!Array.isArray(page.ResultsByTime)) throw new BadPayload('AWS Cost Explorer answered without results', JSON.stringify(page));
    for (const result of page.ResultsByTime) {
      const from = result.TimePeriod?.Start ?? '';
      if (!/^\d{4}-\d{2}-\d{2}$/.test(from) || from < start || from >= end) {
        throw new BadPayload(`AWS Cost Explorer gives costs of "${from.slice(0, 30)}", and was asked for ${start} to before ${end}`, JSON.stringify(result));
      }
      yield result;
    }
  }
}
