export { CapacityModule } from './capacity.module.js';
export { CapacityService } from './capacity.service.js';
export { capacityOutlook, type OutlookRow } from './exhaustion.queries.js';
export { poolReadings, type PoolReading } from './pool-reading.queries.js';
