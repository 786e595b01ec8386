import type { StoredEvent } from './event.js';

/** How every subscription names where it goes on. */
export const afterSequence = {
  type: () => String,
  nullable: true,
  description: 'Begin with what came after the event of this sequence, so that nothing is missed. Only what is new when left out.',
};

/** What a subscription's type is resolved from: the event, as it is stored. */
export const theEvent = (event: StoredEvent): StoredEvent => event;
