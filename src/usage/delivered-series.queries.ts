import sql, { empty } from 'sql-template-tag';
import { query, queryOne, type Database } from '../platform/index.js';
import { usageUnits, type UsageMetric } from './usage-metric.js';

/** What tells series apart. */
export interface SeriesName {
  providerName: string;
  resourceId: string;
  metric: UsageMetric;
}

export interface DeliveredSeries {
  id: string;
  /** The end of the last day of the window of which samples are known; null when there is none. Every day with samples is rolled up. */
  knownUntil: Date | null;
}

/** How many series a source has. */
export async function countSeries(db: Database, dataSourceId: string): Promise<number> {
  const { count } = await queryOne<{ count: number }>(
    db,
    sql`SELECT count(*)::int AS "count" FROM usage_series AS series WHERE series.data_source_id = ${dataSourceId}`,
  );
  return count;
}

const wanted = (names: readonly SeriesName[]) => sql`
  unnest(${names.map(({ providerName }) => providerName)}::text[], ${names.map(({ resourceId }) => resourceId)}::text[],
         ${names.map(({ metric }) => metric)}::text[], ${names.map(({ metric }) => usageUnits[metric])}::text[])
    WITH ORDINALITY AS wanted (provider_name, resource_id, metric, unit, position)`;

/** The series of these names, in their order; null where there is none yet. */
export async function knownSeries(db: Database, names: readonly SeriesName[], window: { start: Date; end: Date }): Promise<(DeliveredSeries | null)[]> {
  const rows = await query<{ id: string | null; knownUntil: Date | null }>(
    db,
    sql`SELECT series.id::text AS "id",
               (SELECT max(rolled.day_start) + interval '1 day' FROM usage_day AS rolled
                 WHERE rolled.series_id = series.id AND rolled.day_start > ${window.start}::timestamptz - interval '1 day' AND rolled.day_start < ${window.end}) AS "knownUntil"
          FROM ${wanted(names)}
          LEFT JOIN resource ON resource.provider_name = wanted.provider_name AND resource.resource_id = wanted.resource_id
          LEFT JOIN usage_series AS series ON series.resource_id = resource.id AND series.metric = wanted.metric
         ORDER BY wanted.position`,
  );
  return rows.map(({ id, knownUntil }) => (id === null ? null : { id, knownUntil }));
}

/** Makes the series of these names, whose resources are known. */
export async function createSeries(db: Database, names: readonly SeriesName[], dataSourceId: string): Promise<void> {
  await query(
    db,
    sql`INSERT INTO usage_series (resource_id, metric, unit, data_source_id)
        SELECT resource.id, wanted.metric, wanted.unit, ${dataSourceId}
          FROM ${wanted(names)}
          JOIN resource ON resource.provider_name = wanted.provider_name AND resource.resource_id = wanted.resource_id
         ORDER BY resource.id, wanted.metric
        ON CONFLICT (resource_id, metric) DO NOTHING`,
  );
}

/** Notes how far apart the samples of series are. */
export async function noteSteps(db: Database, steps: ReadonlyMap<string, number>): Promise<void> {
  if (steps.size === 0) return;
  await query(
    db,
    sql`UPDATE usage_series AS series SET step_seconds = step.seconds
          FROM unnest(${[...steps.keys()]}::bigint[], ${[...steps.values()]}::float8[]) AS step (series_id, seconds)
         WHERE series.id = step.series_id AND series.step_seconds IS DISTINCT FROM step.seconds`,
  );
}

export interface ConflictingSample {
  resourceId: string;
  metric: UsageMetric;
  observedAt: Date;
  low: number;
  high: number;
}

/**
 * An instant of a series to which `delivered_sample` gives two values, the earliest.
 *
 * @param copied series of which all that is stored from an instant on is of the same delivery
 */
export async function conflictingSample(db: Database, copied: readonly { id: number; freshFromMs: number }[]): Promise<ConflictingSample | undefined> {
  const beside = sql`
     UNION ALL
    SELECT known.series_id, known.observed_at, known.value
      FROM delivered_sample AS sample
      JOIN unnest(${copied.map(({ id }) => id)}::bigint[], ${copied.map(({ freshFromMs }) => (Number.isFinite(freshFromMs) ? new Date(freshFromMs).toISOString() : '-infinity'))}::timestamptz[])
           AS copied (series_id, fresh_from) ON copied.series_id = sample.series_id AND sample.observed_at >= copied.fresh_from
      JOIN usage_sample AS known ON known.series_id = sample.series_id AND known.observed_at = sample.observed_at`;
  const [conflict] = await query<ConflictingSample>(
    db,
    sql`WITH given AS (
          SELECT sample.series_id, sample.observed_at, sample.value FROM delivered_sample AS sample${copied.length === 0 ? empty : beside})
        SELECT resource.resource_id AS "resourceId", series.metric, clash.observed_at AS "observedAt", clash.low, clash.high
          FROM (SELECT given.series_id, given.observed_at, min(given.value) AS low, max(given.value) AS high
                  FROM given GROUP BY 1, 2 HAVING min(given.value) <> max(given.value) ORDER BY 2 LIMIT 1) AS clash
          JOIN usage_series AS series ON series.id = clash.series_id
          JOIN resource ON resource.id = series.resource_id`,
  );
  return conflict;
}
