export { EventsModule } from './events.module.js';
export { EventStream, type EventQuestion } from './event-stream.js';
export type { NewEvent, StoredEvent } from './event.js';
export { afterSequence, theEvent } from './subscription-field.js';
export { publish } from './publish.js';
export type { EventSubscription } from './subscription.js';
