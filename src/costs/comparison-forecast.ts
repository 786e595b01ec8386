import type { CostMetric } from './cost.graphql.js';

/** What a provider itself expects a bill to be. To hold ours against, never in place of it. */
export interface ComparisonForecast {
  /** Who made it, for example `AWS Cost Explorer`. */
  madeBy: string;
  costMetric: CostMetric;
  billingCurrency: string;
  /** Instants in UTC, ISO 8601. */
  periodStart: string;
  periodEnd: string;
  mean: number;
  /** The interval, and its level in percent; null where none is given. */
  interval: { lower: number; upper: number; level: number } | null;
}
