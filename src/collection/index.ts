export { CollectionModule } from './collection.module.js';
export { collectors, demo, demoBudgets, demoCapacities, focus, usageCsv } from './collectors/index.js';
export { BadPayload, CallLimitReached, CollectorRejected, CollectorUnavailable } from './collector-failure.js';
export type { Bookmark, Collection, Collector, Contact, Observations, Window } from './collector.js';
export { RunReport } from './run-report.js';
export { checkedSettings } from './settings.js';
export type { SettingSchema, SettingsSchema } from './settings-schema.js';
export { ConnectionLost, Ingest, type DeliveryReport } from './ingest.js';
