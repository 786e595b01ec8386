export { CollectionModule } from './collection.module.js';
export { collectors, demo, demoBudgets, demoCapacities, focus, usageCsv } from './collectors/index.js';
export { ConnectionLost, Ingest, type DeliveryReport } from './ingest.js';
