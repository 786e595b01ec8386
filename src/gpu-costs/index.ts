export { GpuCostPart, IdleRule, type GpuCostReport } from './gpu-cost.graphql.js';
export { gpuCostReport } from './gpu-cost.queries.js';
export { GpuCostsModule } from './gpu-costs.module.js';
