export { PlatformModule } from './platform.module.js';
export { formatErrors } from './graphql/errors.js';
export { Clock, SystemClock } from './clock.js';
export { isLoopback, readConfig, type Config, type ProcessRole } from './config.js';
export { CopyWriter, copyText } from './database/copy.js';
export { openDatabase, type OpenDatabase } from './database/connect.js';
export { EmbeddedPostgresUnavailable } from './embedded-postgres/embedded-postgres-unavailable.js';
export { ensureMonths, partitionOf } from './database/partitions.js';
export { query, queryOne, type Database } from './database/query.js';
export { DomainError, InvalidInput, NotFound, StartRefused } from './errors.js';
export { connection, connectionOf, cursorInstant, cursorKey, PageArgs, pageLimit, type Connection } from './graphql/connection.js';
export { load, type Loaders } from './graphql/loader.js';
export { found, keyOf, Node, NodeTypes, toId } from './graphql/node.js';
export { PluginKind, Plugins, PluginsResolver } from './graphql/plugins.js';
export { payload, UserError } from './graphql/payload.js';
export { CurrencyCodeScalar, DateScalar, DateTimeScalar, DecimalScalar, SettingsScalar } from './graphql/scalars.js';
export {
  checkPeriod,
  Granularity,
  Money,
  MoneyInput,
  OrderDirection,
  Period,
  PeriodInput,
  Quantity,
  Tag,
} from './graphql/shapes.graphql.js';
export { incidentMessage, recordIncident } from './http/incident.js';
export { Jobs, Stopping, type Job } from './jobs/jobs.js';
export { Retention } from './retention.js';
export { SecretBox } from './secret-box.js';
export { checkedSettings } from './settings/checked-settings.js';
export { joined, openSecrets, partSecrets, sealSecrets, takeOverSecrets, withoutSecrets, withSecrets, type PartedSettings } from './settings/secret-settings.js';
export type { Configurable, SettingSchema, SettingsSchema } from './settings/settings-schema.js';
export { Readiness } from './http/readiness.js';
export { ErrorFilter } from './http/error.filter.js';
export { serveGraphiql } from './http/graphiql.js';
export { graphqlLimits } from './http/graphql-limits.js';
export { harden, serverLimits } from './http/harden.js';
export { healthOnly } from './http/health-only.js';
export { refuse } from './http/refuse.js';
export { serveSubscriptions, type Admission, type SubscriptionDoor } from './subscriptions/serve-subscriptions.js';
export { SubscriberTooSlow } from './subscriptions/subscriber-too-slow.js';
