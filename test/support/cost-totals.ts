import { exact } from './exact-sum.js';
import type { TestApp } from './test-app.js';

export interface TotalsQuestion {
  metric?: 'BILLED_COST' | 'EFFECTIVE_COST' | 'CONTRACTED_COST' | 'LIST_COST';
  start?: string;
  end?: string;
  scope?: Record<string, unknown>;
  asOf?: string;
}

/** What the API adds up in each currency, such as `{ EUR: '1.5', USD: '20.2' }`. */
export async function totals(app: TestApp, question: TotalsQuestion = {}): Promise<Record<string, string>> {
  const { metric = 'BILLED_COST', start = '2000-01-01T00:00:00Z', end = '2100-01-01T00:00:00Z', scope, asOf } = question;
  const { costReport } = await app.data(
    `query ($metric: CostMetric!, $filter: CostFilter!, $asOf: DateTime) {
       costReport(metric: $metric, filter: $filter, asOf: $asOf, granularity: MONTH) { groups { total { amount currency } } } }`,
    { metric, filter: { period: { start, end }, scope }, asOf },
  );
  const groups = costReport.groups as { total: { amount: string; currency: string } }[];
  return Object.fromEntries(groups.map(({ total }) => [total.currency, exact(total.amount)]));
}
