import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { query, type Database } from '../platform/index.js';
import type { Bookmark, Window } from './collector.js';
import { tellFinished } from './run-finished.js';

/** A worker that does not renew for so long is dead, and its source is another's. */
const lease = sql`interval '30 seconds'`;
export const renewEveryMs = 10_000;

/** A run that a worker has taken, with the source it is of. */
export interface ClaimedRun {
  runId: string;
  dataSourceId: string;
  dataSourceName: string;
  collector: string;
  settings: object;
  secrets: Buffer | null;
  bookmark: Bookmark;
  collectedUntil: Date | null;
  /** Null for a run that goes on from what is collected. */
  period: Window | null;
  mostSeries: number | null;
  mostCallsPerDay: number | null;
  /** Calls of the source today, UTC, by all its runs. */
  callsToday: number;
  attemptCount: number;
  /** Whoever has a higher one has taken the source since. */
  leaseToken: string;
}

/** Notes that a source is to be read. */
export async function queueRun(transaction: Database, dataSourceId: string, period: Window | null): Promise<string> {
  const [run] = await query<{ id: string }>(
    transaction,
    sql`INSERT INTO collection_run (data_source_id, status, started_at, is_requested, period_start, period_end)
        VALUES (${dataSourceId}, 'QUEUED', now(), ${period !== null}, ${period?.start ?? null}, ${period?.end ?? null})
        RETURNING id`,
  );
  return run!.id;
}

/** Sources whose time has come, and which have no run under way; they are due again an interval from now. */
export async function takeDueSources(transaction: EntityManager): Promise<string[]> {
  const due = await query<{ id: string }>(
    transaction,
    sql`UPDATE data_source AS source SET next_run_at = now() + source.collection_interval::interval
         WHERE source.enabled AND source.next_run_at <= now()
           AND NOT EXISTS (SELECT FROM collection_run AS run
                            WHERE run.data_source_id = source.id AND run.status IN ('QUEUED', 'RUNNING') AND NOT run.is_requested)
        RETURNING source.id`,
  );
  return due.map(({ id }) => id);
}

/**
 * Takes the source of a run, unless a worker that is alive has it.
 *
 * @returns `busy` when another has it; null when there is nothing left to do
 */
export async function claimRun(db: Database, runId: string): Promise<ClaimedRun | 'busy' | null> {
  const [state] = await query<{ isOpen: boolean; isBusy: boolean }>(
    db,
    sql`WITH claimed AS (
          UPDATE data_source AS source SET lease_token = source.lease_token + 1, leased_until = now() + ${lease}
            FROM collection_run AS run
           WHERE run.id = ${runId} AND run.data_source_id = source.id AND run.status IN ('QUEUED', 'RUNNING')
             AND source.settings IS NOT NULL AND (source.leased_until IS NULL OR source.leased_until < now())
          RETURNING source.id
        ), begun AS (
          UPDATE collection_run AS run
             SET status = 'RUNNING', attempt_count = run.attempt_count + 1, started_at = now()
            FROM claimed WHERE run.id = ${runId}
          RETURNING run.id
        )
        SELECT EXISTS (SELECT FROM collection_run AS run WHERE run.id = ${runId} AND run.status IN ('QUEUED', 'RUNNING')) AS "isOpen",
               NOT EXISTS (SELECT FROM begun) AS "isBusy"`,
  );
  if (!state!.isOpen) return null;
  if (state!.isBusy) return 'busy';
  const [run] = await query<ClaimedRun>(
    db,
    sql`SELECT run.id AS "runId", source.id AS "dataSourceId", source.name AS "dataSourceName", source.collector, source.settings, source.secrets,
               source.bookmark, source.collected_until AS "collectedUntil", source.most_series AS "mostSeries",
               source.most_calls_per_day AS "mostCallsPerDay", run.attempt_count AS "attemptCount", source.lease_token::text AS "leaseToken",
               CASE WHEN run.is_requested THEN jsonb_build_object('start', run.period_start, 'end', run.period_end) END AS "period",
               (SELECT coalesce(sum(other.call_count), 0)::int FROM collection_run AS other
                 WHERE other.data_source_id = source.id AND other.started_at >= date_trunc('day', now(), 'UTC')) AS "callsToday"
          FROM collection_run AS run JOIN data_source AS source ON source.id = run.data_source_id
         WHERE run.id = ${runId}`,
  );
  return run ? { ...run, period: run.period && { start: new Date(run.period.start), end: new Date(run.period.end) } } : null;
}

/** Says that the worker is alive. False when the source is another's by now. */
export async function renewLease(db: Database, { dataSourceId, leaseToken }: ClaimedRun): Promise<boolean> {
  const renewed = await query(
    db,
    sql`UPDATE data_source SET leased_until = now() + ${lease} WHERE id = ${dataSourceId} AND lease_token = ${leaseToken} RETURNING id`,
  );
  return renewed.length > 0;
}

export async function noteCalls(db: Database, runId: string, calls: ReadonlyMap<string, number>): Promise<void> {
  await query(
    db,
    sql`UPDATE collection_run SET call_count = made.count, cost_usd = made.cost
          FROM (SELECT coalesce(sum(call.count), 0) AS count, coalesce(sum(call.count * call.cost), 0) AS cost
                  FROM unnest(${[...calls.keys()]}::numeric[], ${[...calls.values()]}::bigint[]) AS call (cost, count)) AS made
         WHERE collection_run.id = ${runId}`,
  );
}

/** How long a window that the source calls partial is read again, before it counts as all there will be. */
const partialPatience = sql`interval '3 days'`;

export interface StoredStep {
  window: Window;
  isPartial: boolean;
  bookmark: Bookmark | undefined;
  usageSampleCount: number;
  chargeCount: number;
}

/**
 * Moves what is collected to the end of a step, in the step's own transaction.
 *
 * @returns false when the source is another's by now: then the transaction must not commit
 */
export async function moveCollected(transaction: EntityManager, claimed: ClaimedRun, { window, isPartial, bookmark, usageSampleCount, chargeCount }: StoredStep): Promise<boolean> {
  const end = isPartial ? sql`greatest(${window.start}::timestamptz, least(${window.end}::timestamptz, now() - ${partialPatience}))` : sql`${window.end}::timestamptz`;
  // A period that somebody asked for may lie beyond a gap, which is still to be collected.
  const reaches = claimed.period === null ? sql`true` : sql`source.collected_until >= ${window.start}::timestamptz`;
  const moved = await query(
    transaction,
    sql`UPDATE data_source AS source
           SET collected_until = CASE WHEN ${reaches} THEN greatest(source.collected_until, ${end}) ELSE source.collected_until END,
               bookmark = coalesce(${bookmark === undefined ? null : JSON.stringify(bookmark)}::jsonb, source.bookmark),
               leased_until = now() + ${lease}
         WHERE source.id = ${claimed.dataSourceId} AND source.lease_token = ${claimed.leaseToken}
        RETURNING source.id`,
  );
  if (moved.length === 0) return false;
  await query(
    transaction,
    sql`UPDATE collection_run
           SET collected_until = ${window.end}, usage_sample_count = usage_sample_count + ${usageSampleCount}, charge_count = charge_count + ${chargeCount}
         WHERE id = ${claimed.runId}`,
  );
  return true;
}

export interface RunNotes {
  warnings: readonly string[];
  notices: readonly string[];
  refused: Readonly<Record<string, number>>;
}

/**
 * Ends a run that stored all it was to store, and lets the source go.
 *
 * @param period what it collected; null when there was nothing to collect
 * @param slack how long after the end of a period it may be read and still not be stale, besides two intervals
 */
export async function finishRun(transaction: EntityManager, claimed: ClaimedRun, period: Window | null, slack: readonly string[], notes: RunNotes): Promise<void> {
  await query(
    transaction,
    sql`UPDATE data_source AS source
           SET failure_count = 0, attention = NULL, leased_until = NULL,
               stale_at = coalesce(source.collected_until, now()) + 2 * source.collection_interval::interval + ${slack[0]}::interval + ${slack[1]}::interval
         WHERE source.id = ${claimed.dataSourceId} AND source.lease_token = ${claimed.leaseToken}`,
  );
  const ended = await query<{ id: string }>(
    transaction,
    sql`UPDATE collection_run
           SET status = 'SUCCEEDED', finished_at = clock_timestamp(), warnings = ${notes.warnings}, notices = ${notes.notices}, refused = ${JSON.stringify(notes.refused)}::jsonb,
               period_start = coalesce(${period?.start ?? null}, period_start), period_end = coalesce(${period?.end ?? null}, period_end)
         WHERE id = ${claimed.runId} AND status = 'RUNNING'
        RETURNING id`,
  );
  await tellFinished(transaction, claimed.dataSourceId, ended);
}

export interface RunFailure {
  message: string;
  needsAttention: boolean;
  /** How long the source asks to be left alone. */
  retryAfterMs: number | null;
  payloadHead: string | null;
}

/**
 * Ends a run that failed, and lets the source go. What may pass is tried again after a wait that
 * doubles, half of it by chance; what a person has to mend, once a day at most.
 */
export async function failRun(transaction: EntityManager, claimed: ClaimedRun, { message, needsAttention, retryAfterMs, payloadHead }: RunFailure, period: Window | null, notes: RunNotes): Promise<void> {
  const wait = needsAttention
    ? sql`greatest(source.collection_interval::interval, interval '1 day')`
    : sql`greatest(least(interval '1 minute' * power(2, least(source.failure_count, 10)) * (0.5 + random() / 2), interval '6 hours'), ${retryAfterMs ?? 0} * interval '1 millisecond')`;
  const ended = await query<{ id: string }>(
    transaction,
    sql`WITH failed AS (
          UPDATE data_source AS source
             SET failure_count = source.failure_count + 1, leased_until = NULL, attention = ${needsAttention ? message : null},
                 next_run_at = CASE WHEN source.enabled THEN now() + ${wait} END
           WHERE source.id = ${claimed.dataSourceId} AND source.lease_token = ${claimed.leaseToken}
          RETURNING source.id)
        UPDATE collection_run AS run
           SET status = 'FAILED', finished_at = clock_timestamp(), failure = ${message}, needs_attention = ${needsAttention}, payload_head = ${payloadHead},
               warnings = ${notes.warnings}, notices = ${notes.notices}, refused = ${JSON.stringify(notes.refused)}::jsonb,
               period_start = coalesce(run.period_start, ${period?.start ?? null}::timestamptz), period_end = coalesce(run.period_end, ${period?.end ?? null}::timestamptz)
          FROM failed
         WHERE run.id = ${claimed.runId}
        RETURNING run.id`,
  );
  await tellFinished(transaction, claimed.dataSourceId, ended);
}

/** Gives a run back that is not at its end, for another worker to go on with. */
export async function handBackRun(db: Database, claimed: ClaimedRun): Promise<void> {
  await query(
    db,
    sql`WITH freed AS (
          UPDATE data_source SET leased_until = NULL WHERE id = ${claimed.dataSourceId} AND lease_token = ${claimed.leaseToken} RETURNING id)
        UPDATE collection_run AS run SET status = 'QUEUED', attempt_count = run.attempt_count - 1 FROM freed WHERE run.id = ${claimed.runId}`,
  );
}

/** Runs that should be under way, and whose worker has been silent for longer than a lease. */
export async function lostRuns(db: Database): Promise<string[]> {
  const lost = await query<{ id: string }>(
    db,
    sql`SELECT run.id FROM collection_run AS run JOIN data_source AS source ON source.id = run.data_source_id
         WHERE run.status IN ('QUEUED', 'RUNNING') AND run.started_at < now() - 2 * ${lease}
           AND (source.leased_until IS NULL OR source.leased_until < now())`,
  );
  return lost.map(({ id }) => id);
}
