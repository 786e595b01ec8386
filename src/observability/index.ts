export { budgets } from './budgets.js';
export { channels } from './channels.js';
export { leftOutName } from './exposition.js';
export { MetricsService } from './metrics.service.js';
export { ObservabilityModule } from './observability.module.js';
export { pools } from './pools.js';
export { sources } from './sources.js';
