import sql, { empty } from 'sql-template-tag';
import type { Viewer } from '../access/index.js';
import { cursorInstant, cursorKey, pageLimit, query, queryOne, type Database, type PageArgs } from '../platform/index.js';
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

export async function noteRun(db: Database, run: FinishedRun): Promise<void> {
  await query(
    db,
    sql`INSERT INTO collection_run (data_source_id, status, period_start, period_end, started_at, finished_at,
                                    usage_sample_count, charge_count, failure)
        VALUES (${run.dataSourceId}, ${run.failure === null ? 'SUCCEEDED' : 'FAILED'}, ${run.period?.start ?? null},
                ${run.period?.end ?? null}, ${run.startedAt}, ${run.finishedAt}, ${run.usageSampleCount},
                ${run.chargeCount}, ${run.failure})`,
  );
}

export type DataSourceRow = DataSource & { cursorKey: string[] };
export type CollectionRunRow = CollectionRun & { cursorKey: string[]; dataSourceId: string };

/**
 * What a source holds is the whole organisation's: a viewer who may see a part of it only sees no
 * sources. Kept in the statement, so that there is one place to change it.
 */
const visibleTo = (viewer: Viewer) => (viewer.scope === null ? empty : sql` AND false`);

const sourceSelection = sql`
  'DataSource:' || source.id AS "id", source.name, source.collector,
  (SELECT max(run.period_end) FROM collection_run AS run
    WHERE run.data_source_id = source.id AND run.status = 'SUCCEEDED') AS "collectedUntil"`;

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
               jsonb_build_array(${cursorInstant(sql`run.started_at`)}, run.id::text) AS "cursorKey"
          FROM collection_run AS run
         WHERE ${which}${visibleTo(viewer)}
         ORDER BY run.started_at DESC, run.id DESC
         LIMIT ${'page' in of ? pageLimit(of.page) : 1}`,
  );
}
