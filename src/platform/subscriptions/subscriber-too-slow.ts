import { DomainError } from '../errors.js';

/** A subscriber that does not keep up. It has the sequence of what it received last, and resumes from there. */
export class SubscriberTooSlow extends DomainError {
  readonly code = 'LIMIT_EXCEEDED';
  constructor(kind: string, mostWaiting: number) {
    super(`more than ${mostWaiting} events of ${kind} wait for this subscriber: subscribe again, with afterSequence of the last one received`);
  }
}
