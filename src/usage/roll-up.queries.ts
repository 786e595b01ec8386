import sql from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';

/** Time by its first and its last instant, as PostgreSQL reads them. */
export interface Span {
  first: string;
  last: string;
}

/**
 * Rolls the samples of series up, by the hour and by the day, for every day that the span touches.
 *
 * A roll-up is never replaced by one of fewer samples: samples are dropped some day, and one that
 * comes late must not stand for all that were there.
 */
export async function rollUp(db: Database, seriesIds: readonly string[], { first, last }: Span): Promise<void> {
  await query(
    db,
    sql`WITH rolled AS (
          SELECT sample.series_id, date_trunc('day', sample.observed_at, 'UTC') AS day_start, date_trunc('hour', sample.observed_at, 'UTC') AS hour_start,
                 avg(sample.value) AS mean, max(sample.value) AS maximum, percentile_cont(0.95) WITHIN GROUP (ORDER BY sample.value) AS p95, count(*) AS sample_count
            FROM usage_sample AS sample
           WHERE sample.series_id = ANY(${seriesIds}::bigint[])
             AND sample.observed_at >= date_trunc('day', ${first}::timestamptz, 'UTC')
             AND sample.observed_at < date_trunc('day', ${last}::timestamptz, 'UTC') + interval '1 day'
           GROUP BY GROUPING SETS ((1, 2, 3), (1, 2))
        ), hours AS (
          INSERT INTO usage_hour AS known (series_id, hour_start, mean, maximum, p95, sample_count, coverage)
          SELECT rolled.series_id, rolled.hour_start, rolled.mean, rolled.maximum, rolled.p95, rolled.sample_count,
                 least(1, rolled.sample_count * coalesce(series.step_seconds, 3600) / 3600)
            FROM rolled JOIN usage_series AS series ON series.id = rolled.series_id
           WHERE rolled.hour_start IS NOT NULL
          ON CONFLICT (series_id, hour_start) DO UPDATE
             SET mean = excluded.mean, maximum = excluded.maximum, p95 = excluded.p95, sample_count = excluded.sample_count, coverage = excluded.coverage
           WHERE excluded.sample_count >= known.sample_count
        )
        INSERT INTO usage_day AS known (series_id, day_start, mean, maximum, p95, sample_count, coverage)
        SELECT rolled.series_id, rolled.day_start, rolled.mean, rolled.maximum, rolled.p95, rolled.sample_count,
               least(1, rolled.sample_count * coalesce(series.step_seconds, 3600) / 86400)
          FROM rolled JOIN usage_series AS series ON series.id = rolled.series_id
         WHERE rolled.hour_start IS NULL
        ON CONFLICT (series_id, day_start) DO UPDATE
           SET mean = excluded.mean, maximum = excluded.maximum, p95 = excluded.p95, sample_count = excluded.sample_count, coverage = excluded.coverage
         WHERE excluded.sample_count >= known.sample_count`,
  );
}
