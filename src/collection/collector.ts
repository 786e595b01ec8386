import type { Charge } from '../costs/index.js';
import type { ResourceDescription } from '../resources/index.js';
import type { UsageSample } from '../usage/index.js';

/** From `start` to before `end`. */
export interface Window {
  start: Date;
  end: Date;
}

/**
 * What a collector saw, in batches of one kind, some thousands each, so that neither side ever
 * holds a whole delivery. A resource comes before its samples.
 */
export type Observations =
  | { kind: 'resources'; rows: readonly ResourceDescription[] }
  | { kind: 'usage'; rows: readonly UsageSample[] }
  | { kind: 'charges'; rows: readonly Charge[] };

/**
 * Reads the outside world. A collector never sees the database or another collector: the caller
 * owns transactions, batching and what is done with a failure.
 */
export interface Collector<Settings> {
  /** Stable name, for example `focus`. */
  readonly name: string;
  /** One sentence on what it reads. */
  readonly description: string;
  collect(settings: Settings, signal: AbortSignal): AsyncIterable<Observations>;
}
