import sql, { empty, raw } from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { cursorInstant, cursorKey, pageLimit, query, queryOne, type Database, type PageArgs } from '../platform/index.js';
import { tellFinished } from './run-finished.js';
import type { CollectionRun, DataSource } from './data-source.graphql.js';

/** The data source of this name, made where there is none. */
export async function ensureDataSource(db: Database, name: string, collector: string): Promise<{ id: string; collector: string }> {
  // DO UPDATE would give the row back at once, and lock it against every other delivery of the source.
  await query(db, sql`INSERT INTO data_source (name, collector) VALUES (${name}, ${collector}) ON CONFLICT (name) DO NOTHING`);
  return queryOne(db, sql`SELECT source.id, source.collector FROM data_source AS source WHERE source.name = ${name}`);
}

export interface FinishedRun {
  dataSourceId: string;
  startedAt: Date;
  finishedAt: Date;
  period: { start: string; end: string } | null;
  usageSampleCount: number;
  chargeCount: number;
  failure: string | null;
}

async function storeRun(transaction: EntityManager, run: FinishedRun): Promise<void> {
  const ended = await query<{ id: string }>(
    transaction,
    sql`INSERT INTO collection_run (data_source_id, status, period_start, period_end, started_at, finished_at,
                                    usage_sample_count, charge_count, failure)
        VALUES (${run.dataSourceId}, ${run.failure === null ? 'SUCCEEDED' : 'FAILED'}, ${run.period?.start ?? null},
                ${run.period?.end ?? null}, ${run.startedAt}, ${run.finishedAt}, ${run.usageSampleCount},
                ${run.chargeCount}, ${run.failure})
        RETURNING id`,
  );
  if (run.failure === null && run.period !== null) {
    await query(
      transaction,
      sql`UPDATE data_source SET collected_until = greatest(collected_until, ${run.period.end}::timestamptz) WHERE id = ${run.dataSourceId}`,
    );
  }
  await tellFinished(transaction, run.dataSourceId, ended);
}

/** Notes a run, and tells that it has ended. The last thing a transaction does. */
export function noteRun(db: Database, run: FinishedRun): Promise<void> {
  return db.transaction((transaction) => storeRun(transaction, run));
}

export type DataSourceRow = DataSource & { cursorKey: string[] };
export type CollectionRunRow = CollectionRun & { cursorKey: string[]; dataSourceId: string };

/**
 * What a source holds is the whole organisation's: a viewer who may see a part of it only sees no
 * sources. Kept in the statement, so that there is one place to change it.
 */
export const visibleTo = (viewer: Viewer) => (viewer.scope === null ? empty : sql` AND false`);

/** Of a source: whether what is collected is too old. Of the clock of the database, as all of collecting is. */
const isStale = sql`coalesce(source.enabled AND source.stale_at < now(), false)`;

const sourceSelection = sql`
  'DataSource:' || source.id AS "id", source.name, source.collector, source.settings, source.collection_interval AS "interval", source.enabled,
  source.collected_until AS "collectedUntil", source.attention, source.most_series AS "mostSeries", source.most_calls_per_day AS "mostCallsPerDay",
  CASE WHEN source.enabled THEN source.next_run_at END AS "nextRunAt", ${isStale} AS "isStale"`;

export function dataSourcesById(db: Database, viewer: Viewer, keys: string[]): Promise<DataSourceRow[]> {
  return query(
    db,
    sql`SELECT ${sourceSelection} FROM data_source AS source WHERE source.id = ANY(${keys}::uuid[])${visibleTo(viewer)}`,
  );
}

export function dataSourcePage(db: Database, viewer: Viewer, page: PageArgs): Promise<DataSourceRow[]> {
  const after = cursorKey(page, ['text']);
  return query(
    db,
    sql`SELECT ${sourceSelection}, jsonb_build_array(source.name) AS "cursorKey"
          FROM data_source AS source
         WHERE true${visibleTo(viewer)}${after ? sql` AND source.name > ${after[0]}` : empty}
         ORDER BY source.name
         LIMIT ${pageLimit(page)}`,
  );
}

/** The runs of a source, newest first; or one run by its key. */
export function runs(
  db: Database,
  viewer: Viewer,
  of: { dataSourceKey: string; page: PageArgs } | { runKey: string },
): Promise<CollectionRunRow[]> {
  const after = 'page' in of ? cursorKey(of.page, ['instant', 'uuid']) : undefined;
  const which =
    'runKey' in of
      ? sql`run.id = ${of.runKey}`
      : sql`run.data_source_id = ${of.dataSourceKey}${after ? sql` AND (run.started_at, run.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : empty}`;
  return query(
    db,
    sql`SELECT 'CollectionRun:' || run.id AS "id", 'DataSource:' || run.data_source_id AS "dataSourceId", run.status,
               CASE WHEN run.period_start IS NOT NULL
                    THEN jsonb_build_object('start', run.period_start, 'end', run.period_end) END AS "period",
               run.started_at AS "startedAt", run.finished_at AS "finishedAt", run.failure,
               run.usage_sample_count::int AS "usageSampleCount", run.charge_count::int AS "chargeCount",
               run.collected_until AS "collectedUntil", run.call_count::int AS "callCount", run.warnings, run.notices, run.needs_attention AS "needsAttention",
               jsonb_build_object('amount', run.cost_usd::text, 'currency', 'USD') AS "cost",
               (SELECT coalesce(jsonb_agg(jsonb_build_object('reason', left_out.key, 'count', left_out.value) ORDER BY left_out.key), '[]')
                  FROM jsonb_each(run.refused) AS left_out) AS "refused",
               jsonb_build_array(${cursorInstant(sql`run.started_at`)}, run.id::text) AS "cursorKey"
          FROM collection_run AS run
         WHERE ${which}${visibleTo(viewer)}
         ORDER BY run.started_at DESC, run.id DESC
         LIMIT ${'page' in of ? pageLimit(of.page) : 1}`,
  );
}

/** How far a source is collected, as a monitoring system reads it. */
export interface SourceReading {
  name: string;
  collector: string;
  collectedUntil: Date | null;
  isStale: boolean;
  needsAttention: boolean;
}

/** Every source: what needs somebody first, then what is collected least far. */
export async function sourceReadings(db: Database, viewer: Viewer, limit: number): Promise<{ sources: SourceReading[]; leftOut: number }> {
  const rows = await query<SourceReading & { all: number }>(
    db,
    sql`SELECT source.name, source.collector, source.collected_until AS "collectedUntil", ${isStale} AS "isStale",
               source.attention IS NOT NULL AS "needsAttention", (count(*) OVER ())::int AS "all"
          FROM data_source AS source
         WHERE true${visibleTo(viewer)}
         ORDER BY source.attention IS NULL, NOT ${isStale}, source.collected_until NULLS FIRST, source.name
         LIMIT ${limit}`,
  );
  return { sources: rows, leftOut: rows.length === 0 ? 0 : rows[0]!.all - rows.length };
}

export async function countStaleSources(db: Database): Promise<number> {
  const { count } = await queryOne<{ count: number }>(db, sql`SELECT count(*)::int AS "count" FROM data_source AS source WHERE ${isStale}`);
  return count;
}

/** A source as a change of it needs it. */
export interface StoredSource {
  id: string;
  name: string;
  collector: string;
  settings: object | null;
  secrets: Buffer | null;
  interval: string | null;
  enabled: boolean;
  mostSeries: number | null;
  mostCallsPerDay: number | null;
}

export async function storedSource(db: Database, viewer: Viewer, key: string): Promise<StoredSource | undefined> {
  const [source] = await query<StoredSource>(
    db,
    sql`SELECT source.id, source.name, source.collector, source.settings, source.secrets, source.collection_interval AS "interval", source.enabled,
               source.most_series AS "mostSeries", source.most_calls_per_day AS "mostCallsPerDay"
          FROM data_source AS source WHERE source.id = ${key}${visibleTo(viewer)}`,
  );
  return source;
}

export async function insertSource(db: Database, { id, name, collector, settings, secrets, interval, mostSeries, mostCallsPerDay }: StoredSource): Promise<void> {
  await query(
    db,
    sql`INSERT INTO data_source (id, name, collector, settings, secrets, collection_interval, most_series, most_calls_per_day, next_run_at, stale_at)
        VALUES (${id}, ${name}, ${collector}, ${JSON.stringify(settings)}::jsonb, ${secrets}, ${interval}, ${mostSeries}, ${mostCallsPerDay},
                now() + ${interval}::interval, now() + 2 * ${interval}::interval)`,
  );
}

/** Writes a source as it is to be. With other settings it is read at once, and what was wrong with the old ones is forgotten. */
export async function updateSource(db: Database, { id, name, settings, secrets, interval, enabled, mostSeries, mostCallsPerDay }: StoredSource, isReadAnew: boolean): Promise<void> {
  await query(
    db,
    sql`UPDATE data_source AS source
           SET name = ${name}, settings = ${settings === null ? null : JSON.stringify(settings)}::jsonb, secrets = ${secrets}, collection_interval = ${interval},
               enabled = ${enabled}, most_series = ${mostSeries}, most_calls_per_day = ${mostCallsPerDay},
               attention = CASE WHEN ${isReadAnew} THEN NULL ELSE source.attention END,
               failure_count = CASE WHEN ${isReadAnew} THEN 0 ELSE source.failure_count END,
               next_run_at = CASE WHEN ${isReadAnew} THEN now() ELSE least(source.next_run_at, now() + ${interval}::interval) END,
               stale_at = source.stale_at + 2 * (${interval}::interval - source.collection_interval::interval)
         WHERE source.id = ${id}`,
  );
}

/** Deletes a source with everything that came from it. */
export async function deleteSource(transaction: Database, key: string): Promise<void> {
  await query(transaction, sql`DELETE FROM charge WHERE charge.load_id IN (SELECT load.id FROM charge_load AS load WHERE load.data_source_id = ${key})`);
  await query(
    transaction,
    sql`DELETE FROM usage_sample AS sample WHERE sample.series_id IN (SELECT series.id FROM usage_series AS series WHERE series.data_source_id = ${key})`,
  );
  for (const rollUp of ['usage_hour', 'usage_day']) {
    await query(
      transaction,
      sql`DELETE FROM ${raw(rollUp)} AS rolled WHERE rolled.series_id IN (SELECT series.id FROM usage_series AS series WHERE series.data_source_id = ${key})`,
    );
  }
  await query(transaction, sql`DELETE FROM data_source WHERE data_source.id = ${key}`);
}

/** Sources that are read on a schedule and not switched off, or the one of this name. */
export function scheduledSources(db: Database, name: string | null): Promise<{ id: string; name: string }[]> {
  const which = name === null ? sql`source.enabled` : sql`source.name = ${name}`;
  return query(db, sql`SELECT source.id, source.name FROM data_source AS source WHERE source.settings IS NOT NULL AND ${which} ORDER BY source.name`);
}
