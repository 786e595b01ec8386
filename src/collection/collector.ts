import type { Charge, ComparisonForecast, WholeBillingPeriod } from '../costs/index.js';
import type { ResourceDescription } from '../resources/index.js';
import type { SeriesSamples } from '../usage/index.js';
import type { SettingsSchema } from '../platform/index.js';

/** From `start` to before `end`. */
export interface Window {
  start: Date;
  end: Date;
}

/**
 * What a collector saw, in batches of one kind, some thousands of rows or samples each, so that
 * neither side ever holds a whole delivery. A resource comes before its samples and its parts.
 *
 * - `capacities` says how large resources were at some instants, in the unit of the metric. Kept are the changes: a resize is a
 *   new capacity from its date on. What cannot be 0, and reads as 0, is unknown and left out.
 * - `billing-periods` delivers a period whole: its charges replace those that were there, also when
 *   there are none. Periods that charges name are delivered whole without being declared.
 * - `bookmark` is what the collector wants to be given next time. It is kept when the delivery is.
 */
export type Observations =
  | { kind: 'resources'; rows: readonly ResourceDescription[] }
  | { kind: 'usage'; rows: readonly SeriesSamples[] }
  | { kind: 'capacities'; rows: readonly SeriesSamples[] }
  | { kind: 'charges'; rows: readonly Charge[] }
  | { kind: 'billing-periods'; rows: readonly WholeBillingPeriod[] }
  | { kind: 'comparison-forecasts'; rows: readonly ComparisonForecast[] }
  | { kind: 'bookmark'; value: Bookmark };

/** Anything that JSON can say, such as the digests of the files delivered last time. */
export type Bookmark = string | number | boolean | null | readonly Bookmark[] | { readonly [key: string]: Bookmark };

/** What a run has to show beside its observations. */
export interface CollectionReport {
  /**
   * Goes before every call to the source, repeated ones included. A call that costs is written down
   * before it is made, so that a process that dies has not spent in secret.
   *
   * @param costUsd what the provider asks for the call, an exact decimal such as `0.01`
   * @throws CallLimitReached when the run or the day may make no more
   */
  call(costUsd?: string): Promise<void>;
  /** The source says that its answer is incomplete: what it gave is kept, and the window is read again. */
  partial(warning: string): void;
  /** What a person should know, and nobody has to mend. */
  notice(message: string): void;
  /** What was observed and is left out. The reason is one of few, without values: they are counted by it. */
  refuse(reason: string, count?: number): void;
}

/** What a collector is given to speak with the outside. */
export interface Contact {
  /** Aborts when the run is stopped or has taken too long. Every call and every loop heeds it. */
  readonly signal: AbortSignal;
  readonly report: CollectionReport;
  /** Waits between tries of one call. Rejects when the signal aborts. */
  pause(durationMs: number): Promise<void>;
}

/** A trial of settings, when nothing is collected. */
export interface Trial extends Contact {
  /** The time, by the clock of who tries: some sources can only be asked about a time. */
  readonly now: Date;
}

/** One run: what to collect. */
export interface Collection extends Contact {
  /** What to collect. For collectors without a window policy, everything until now. */
  readonly window: Window;
  /** What the last successful run yielded as its bookmark; null when there is none. */
  readonly bookmark: Bookmark;
}

/** Which windows a source is read in. Durations are ISO 8601, such as `PT1H`, `P3D` and `P13M`. */
export interface WindowPolicy {
  /** How far back the first run reaches. */
  firstReach: string;
  /** How far before the end of what is collected a later run begins again: for late samples, for restated days. */
  overlap: string;
  /** Windows begin and end on whole ones of these, counted in UTC; `P1M` is the first of a month. */
  align: { start: string; end: string };
  /** How long after an instant the source knows all about it. */
  delay: string;
  /** What is stored in one transaction at most; a longer way back is gone in several steps, oldest first. Null is all at once. */
  step: string | null;
}

/** How often a source may be called. Reached, a run fails, and what it read is not stored. */
export interface CallLimits {
  /** More than this in one run is a loop, not a delivery. */
  perRun: number;
  /** Null where calls cost nothing. Whoever runs the source may set another number. */
  perDay: number | null;
}

/**
 * Reads the outside world. A collector sees no database, no clock and no other collector: the
 * caller owns windows, transactions, retries of the whole, and what is done with a failure.
 *
 * Whatever it throws ends the run with nothing stored:
 * - `CollectorUnavailable`, and the caller tries again later;
 * - `CollectorRejected`, and a person has to mend something;
 * - `DomainError` means the same, for what a person gave us;
 * - anything else is a bug.
 */
export interface Collector<Settings extends object = object> {
  /** Stable name, for example `prometheus`. */
  readonly name: string;
  /** One sentence on what it reads. */
  readonly description: string;
  readonly settingsSchema: SettingsSchema;
  /** True where the source tells of now alone: no period of the past can be asked for. */
  readonly isSnapshot?: true;
  /** Needed by whoever makes calls. */
  readonly callLimits?: CallLimits;
  /**
   * Which windows to read. A collector without is not read on a schedule: people bring what it reads.
   *
   * @throws InvalidInput for settings that fit the schema and not each other
   */
  windowPolicy?(settings: Settings): WindowPolicy;
  /** Reads a window. Called again for the same one, it yields the same, or what is known better by now. */
  collect(settings: Settings, collection: Collection): AsyncIterable<Observations>;
  /** Tries the settings with a call or two, and says in one sentence what answered. Throws as `collect` does. */
  test?(settings: Settings, trial: Trial): Promise<string>;
}
