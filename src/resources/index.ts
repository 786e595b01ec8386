export { fractionalShare, GpuCount, idleShare, migShare, sharedAmong, UnknownGpuShare, wholeGpu, type GpuShare } from './gpu-share.js';
export type { GpuSharing, ResourceDescription } from './resource-description.js';
export { Resource, ResourceFilter } from './resource.graphql.js';
export { describeResources, matchingResources, narrowestScope, resourcesById, scopeOfResource, type ResourceRow } from './resource.queries.js';
export { ResourcesModule } from './resources.module.js';
export { loadResource } from './resources.resolver.js';
