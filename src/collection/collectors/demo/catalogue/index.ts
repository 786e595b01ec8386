import { awsServices } from './aws-services.js';
import { azureServices } from './azure-services.js';
import { googleServices } from './google-services.js';
import { gpuShares, nodeGroups } from './gpu-shares.js';
import { gpuPools } from './pools.js';
import type { DemoResource } from './resource.js';
import type { Service } from './service.js';
import { buckets, volumes } from './storage.js';

export { gpuShares, nodeGroups, type GpuShare } from './gpu-shares.js';
export { gpuPools, type Commitment, type GpuPool } from './pools.js';
export type { DemoResource, Product, Team } from './resource.js';
export type { Service } from './service.js';
export { buckets, limitAt, volumes, type Bucket, type Filling, type Volume } from './storage.js';

export const services: readonly Service[] = [...awsServices, ...azureServices, ...googleServices];

/** Everything the organisation runs, each once: whatever a sample or a charge names is in here. */
export const demoResources: readonly DemoResource[] = [
  ...gpuPools.flatMap((pool) => [pool.resource, pool.commitment.resource]),
  ...nodeGroups.map((group) => group.resource),
  ...gpuShares.map((share) => share.resource),
  ...volumes.map((volume) => volume.resource),
  ...buckets.map((bucket) => bucket.resource),
  ...new Set(services.map((service) => service.product.resource)),
];
