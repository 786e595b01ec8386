export { AccessModule } from './access.module.js';
export { admission, authenticate, type Refusal } from './authenticate.js';
export { CurrentViewer, RequestLoaders, contextFor, requestContext, type RequestContext } from './request.js';
export { contains, everything, storedScopeWithin, withinScopes, withinStoredScope, type Scope } from './scope.js';
export { CostScope, CostScopeInput, TagFilter, toScope } from './scope.graphql.js';
export { ServiceCategory } from './service-category.js';
export { administrator, Forbidden, requireRole, Role, type Viewer } from './viewer.js';
