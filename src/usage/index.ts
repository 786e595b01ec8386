export { DropSamplesJob } from './drop-samples.job.js';
export { LimitsDelivery } from './observed-limits.js';
export { dailyStatistic, dailyUsage, type DailyUsage } from './usage.queries.js';
export { UsageDelivery } from './usage-delivery.js';
export { fillingMetrics, UsageMetric, usageUnits } from './usage-metric.js';
export { bySeries, type SeriesSamples, type UsageSample } from './usage-sample.js';
export { UsageModule } from './usage.module.js';
