import type { Scope } from '../access/index.js';

/** Something to be told of, by the room in whose transaction it happened. */
export interface NewEvent {
  /** As the subscription is called, for example `forecastCreated`. */
  kind: string;
  /** Key of what it is about. */
  subjectKey: string;
  /** What subscribers need to read the rest: ids rather than copies. */
  payload: object;
  /** The narrowest scope it lies in. Left out, only viewers that see everything are told. */
  scope?: Scope;
}

/** An event as it is stored and told. */
export interface StoredEvent {
  /** Ascends in the order of commits, with gaps; text, since it is a bigint. */
  sequence: string;
  kind: string;
  subjectKey: string;
  payload: unknown;
  scope: Scope;
  happenedAt: Date;
}
