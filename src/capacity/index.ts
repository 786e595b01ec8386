export { CapacityModule } from './capacity.module.js';
export { CapacityService } from './capacity.service.js';
export { capacityOutlook, type OutlookRow } from './exhaustion.queries.js';
