import sql from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';

/** Time by its first and its last instant, as PostgreSQL reads them. */
export interface Span {
  first: string;
  last: string;
}

/** Days and hours are counted from a midnight, UTC: date_trunc says the same, and takes five times as long. */
const midnight = sql`timestamptz '2000-01-01T00:00:00Z'`;

/**
 * Rolls the samples of series up, by the hour and by the day, for every day that the span touches.
 *
 * A roll-up is never replaced by one of fewer samples: samples are dropped some day, and one that
 * comes late must not stand for all that were there.
 */
export async function rollUp(db: Database, seriesIds: readonly string[], { first, last }: Span): Promise<void> {
  await query(
    db,
    sql`WITH rolled AS MATERIALIZED (
          SELECT wanted.series_id, summary.*
            FROM unnest(${seriesIds}::bigint[]) AS wanted (series_id)
            -- Series by series, each is sorted in memory; all at once they would be sorted on disk.
            CROSS JOIN LATERAL (
              SELECT date_bin('1 day', sample.observed_at, ${midnight}) AS day_start, date_bin('1 hour', sample.observed_at, ${midnight}) AS hour_start,
                     avg(sample.value) AS mean, max(sample.value) AS maximum, percentile_cont(0.95) WITHIN GROUP (ORDER BY sample.value) AS p95, count(*) AS sample_count
                FROM usage_sample AS sample
               WHERE sample.series_id = wanted.series_id
                 AND sample.observed_at >= date_bin('1 day', ${first}::timestamptz, ${midnight})
                 AND sample.observed_at < date_bin('1 day', ${last}::timestamptz, ${midnight}) + interval '1 day'
               GROUP BY GROUPING SETS ((1, 2), (1))) AS summary
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
