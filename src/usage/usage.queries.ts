import sql, { empty, join, raw } from 'sql-template-tag';
import { withinScopes, type Viewer } from '../access/index.js';
import { query, type Database, type Granularity, type PeriodInput } from '../platform/index.js';
import { fillingMetrics, type UsageMetric } from './usage-metric.js';
import { UsageStatistic, type UsagePoint } from './usage.graphql.js';

const statistics: Record<UsageStatistic, string> = {
  [UsageStatistic.MEAN]: 'avg(sample.value)',
  [UsageStatistic.MAXIMUM]: 'max(sample.value)',
  [UsageStatistic.P50]: 'percentile_cont(0.5) WITHIN GROUP (ORDER BY sample.value)',
  [UsageStatistic.P95]: 'percentile_cont(0.95) WITHIN GROUP (ORDER BY sample.value)',
  [UsageStatistic.P99]: 'percentile_cont(0.99) WITHIN GROUP (ORDER BY sample.value)',
};

/** One metric of resources over a period, one point per step; a step without samples has no value. */
export function usagePoints(
  db: Database,
  viewer: Viewer,
  resourceKeys: string[],
  args: { metric: UsageMetric; period: PeriodInput; statistic: UsageStatistic; granularity: Granularity },
): Promise<{ resourceId: string; points: UsagePoint[] }[]> {
  const { metric, period, statistic, granularity } = args;
  const unit = granularity.toLowerCase();
  const interval = raw(`interval '1 ${unit}'`);
  return query(
    db,
    sql`WITH observed AS (
          SELECT series.resource_id, date_trunc(${raw(`'${unit}'`)}, sample.observed_at, 'UTC') AS start,
                 ${raw(statistics[statistic])} AS value
            FROM usage_series AS series
            JOIN usage_sample AS sample ON sample.series_id = series.id
           WHERE series.resource_id = ANY(${resourceKeys}::uuid[]) AND series.metric = ${metric}
             AND sample.observed_at >= ${period.start} AND sample.observed_at < ${period.end}
           GROUP BY 1, 2
        )
        SELECT 'Resource:' || resource.id AS "resourceId",
               jsonb_agg(jsonb_build_object(
                 'period', jsonb_build_object('start', step.start, 'end', step.start + ${interval}),
                 'value', observed.value) ORDER BY step.start) AS "points"
          FROM resource
          CROSS JOIN LATERAL generate_series(
            date_trunc(${raw(`'${unit}'`)}, ${period.start}::timestamptz, 'UTC'),
            ${period.end}::timestamptz - interval '1 microsecond', ${interval}) AS step (start)
          LEFT JOIN observed ON observed.resource_id = resource.id AND observed.start = step.start
         WHERE resource.id = ANY(${resourceKeys}::uuid[])${withinScopes('resource', viewer.scope)}
         GROUP BY resource.id`,
  );
}

/** One metric of one resource day by day, for a forecast to learn from. */
export interface DailyUsage {
  resourceKey: string;
  metric: UsageMetric;
  unit: string;
  /** The first day, UTC midnight. */
  start: Date;
  /** The end of the last complete day. */
  end: Date;
  /** The day's maximum of what a resource can run out of, else its mean; null where too little was observed. */
  values: (number | null)[];
}

/** Whether a metric's day is its maximum (what has to fit) or its mean. */
export function dailyStatistic(metric: UsageMetric): 'MAXIMUM' | 'MEAN' {
  return fillingMetrics.includes(metric) ? 'MAXIMUM' : 'MEAN';
}

/**
 * Every series the viewer may see, by complete days. A day counts when it has at least half the
 * samples that are usual in its series; the last one needs all of them, because a day that is
 * still going on has not had its maximum yet.
 */
export function dailyUsage(
  db: Database,
  viewer: Viewer,
  only?: { resourceKey: string; metric: UsageMetric },
): Promise<DailyUsage[]> {
  const filling = join(fillingMetrics.map((metric) => sql`${metric}`));
  return query(
    db,
    sql`WITH wanted AS (
          SELECT series.id, series.resource_id, series.metric, series.unit
            FROM usage_series AS series
            JOIN resource ON resource.id = series.resource_id
           WHERE true${withinScopes('resource', viewer.scope)}${
             only ? sql` AND series.resource_id = ${only.resourceKey} AND series.metric = ${only.metric}` : empty
           }
        ), day AS (
          SELECT sample.series_id, date_trunc('day', sample.observed_at, 'UTC') AS at,
                 max(sample.value) AS maximum, avg(sample.value) AS mean, count(*) AS samples
            FROM usage_sample AS sample
            JOIN wanted ON wanted.id = sample.series_id
           GROUP BY 1, 2
        ), usual AS (
          SELECT day.series_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY day.samples) AS samples
            FROM day GROUP BY 1
        ), span AS (
          SELECT day.series_id, min(day.at) AS start,
                 max(day.at) FILTER (WHERE day.samples >= usual.samples) AS last
            FROM day JOIN usual USING (series_id)
           GROUP BY 1
        )
        SELECT wanted.resource_id AS "resourceKey", wanted.metric, wanted.unit, span.start,
               span.last + interval '1 day' AS "end",
               array_agg(CASE WHEN day.samples * 2 >= usual.samples
                              THEN CASE WHEN wanted.metric IN (${filling}) THEN day.maximum ELSE day.mean END END
                         ORDER BY step.at) AS "values"
          FROM span
          JOIN wanted ON wanted.id = span.series_id
          JOIN usual ON usual.series_id = span.series_id
          CROSS JOIN LATERAL generate_series(span.start, span.last, interval '1 day') AS step (at)
          LEFT JOIN day ON day.series_id = span.series_id AND day.at = step.at
         GROUP BY wanted.id, wanted.resource_id, wanted.metric, wanted.unit, span.start, span.last
         ORDER BY wanted.resource_id, wanted.metric`,
  );
}
