export { CapacityModule } from './capacity.module.js';
export { CapacityService } from './capacity.service.js';
export { limitMetricOf } from './capacity.queries.js';
export { demandPaths, exhaustionOf, type ExhaustionSupposition } from './exhaustion.js';
export { capacityOutlook, forecastsWithLimits, type ExhaustionOutcome, type ForecastWithLimit, type OutlookRow } from './exhaustion.queries.js';
export { poolReadings, type PoolReading } from './pool-reading.queries.js';
