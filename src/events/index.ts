export { EventsModule } from './events.module.js';
export { EventStream, type EventQuestion } from './event-stream.js';
export type { NewEvent, StoredEvent } from './event.js';
export { publish } from './publish.js';
export { type EventSubscription, SubscriberTooSlow } from './subscription.js';
