export { chargeCategories, type Charge, type ChargeCategory } from './charge.js';
export { ChargeDelivery, type DeliveredPeriod } from './charge-delivery.js';
export { sourcesOfBillers, type Biller, type LoadMoney } from './charge-load.queries.js';
export { noteChargedResources } from './charged-resources.queries.js';
export { CostMetric } from './cost.graphql.js';
export { costReport } from './cost-report.queries.js';
export { CostsModule } from './costs.module.js';
export { dailyCosts, type DailyCost } from './daily-cost.queries.js';
