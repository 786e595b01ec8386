export { GpuCostDimension, GpuCostPart, IdleRule, type GpuCostDimensionInput, type GpuCostReport } from './gpu-cost.graphql.js';
export { gpuCostReport } from './gpu-cost.queries.js';
export { MissingPrice } from './missing-price.js';
export { GpuCostsModule } from './gpu-costs.module.js';
