import type { UsageMetric } from './usage-metric.js';

/** One observation of one metric of one resource. Where nothing was observed there is no sample. */
export interface UsageSample {
  /** The provider's identifier of the resource (FOCUS ResourceId), known to `resources` before. */
  resourceId: string;
  providerName: string;
  metric: UsageMetric;
  /** An instant as PostgreSQL reads it, in UTC, for example `2026-09-01T05:00:00Z`. */
  observedAt: string;
  /** In the unit of the metric (`usageUnits`), finite and not negative. */
  value: number;
}
