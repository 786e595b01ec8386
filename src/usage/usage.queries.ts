import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { withinScopes, type Viewer } from '../access/index.js';
import { query, type Database, type Granularity, type PeriodInput } from '../platform/index.js';
import { fillingMetrics, UsageMetric } from './usage-metric.js';
import { UsageStatistic, type UsagePoint } from './usage.graphql.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Of the samples themselves: percentiles cannot be made of other percentiles. */
const ofSamples: Record<UsageStatistic, string> = {
  [UsageStatistic.MEAN]: 'avg(sample.value)',
  [UsageStatistic.MAXIMUM]: 'max(sample.value)',
  [UsageStatistic.P50]: 'percentile_cont(0.5) WITHIN GROUP (ORDER BY sample.value)',
  [UsageStatistic.P95]: 'percentile_cont(0.95) WITHIN GROUP (ORDER BY sample.value)',
  [UsageStatistic.P99]: 'percentile_cont(0.99) WITHIN GROUP (ORDER BY sample.value)',
};

/** Of roll-ups of the same length, or shorter ones where a statistic can be put together from them. */
const ofRollUps: Partial<Record<UsageStatistic, { same: string; shorter: string | null }>> = {
  [UsageStatistic.MEAN]: { same: 'sample.mean', shorter: 'sum(sample.mean * sample.sample_count) / sum(sample.sample_count)' },
  [UsageStatistic.MAXIMUM]: { same: 'sample.maximum', shorter: 'max(sample.maximum)' },
  [UsageStatistic.P95]: { same: 'sample.p95', shorter: null },
};

/**
 * Where the points of a statistic are read from: roll-ups, which are kept when samples are not, where
 * they say it and the period is of whole ones; else the samples.
 */
function observedBy(statistic: UsageStatistic, granularity: Granularity, { start, end }: PeriodInput): { table: Sql; at: Sql; value: Sql; isGrouped: boolean } {
  const rolledUp = ofRollUps[statistic];
  const isOfWhole = [start, end].every((instant) => instant.getTime() % (granularity === 'HOUR' ? hourMs : dayMs) === 0);
  const value = granularity === 'MONTH' ? rolledUp?.shorter : rolledUp?.same;
  if (!value || !isOfWhole) return { table: raw('usage_sample'), at: raw('sample.observed_at'), value: raw(ofSamples[statistic]), isGrouped: true };
  const [table, at] = granularity === 'HOUR' ? ['usage_hour', 'sample.hour_start'] : ['usage_day', 'sample.day_start'];
  return { table: raw(table), at: raw(at), value: raw(value), isGrouped: granularity === 'MONTH' };
}

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
  const { table, at, value, isGrouped } = observedBy(statistic, granularity, period);
  return query(
    db,
    sql`WITH observed AS (
          SELECT series.resource_id, date_trunc(${raw(`'${unit}'`)}, ${at}, 'UTC') AS start, ${value} AS value
            FROM usage_series AS series
            JOIN ${table} AS sample ON sample.series_id = series.id
           WHERE series.resource_id = ANY(${resourceKeys}::uuid[]) AND series.metric = ${metric}
             AND ${at} >= ${period.start} AND ${at} < ${period.end}
           ${isGrouped ? raw('GROUP BY 1, 2') : empty}
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
  /**
   * How large it was on each day, where what was observed cannot be more than that, and hides a queue that nobody observes: allocated
   * GPUs of which it is not known how many were asked for. Null for anything else.
   */
  limits: (number | null)[] | null;
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
          SELECT series.id, series.resource_id, series.metric, series.unit,
                 series.metric = ${UsageMetric.GPU_ALLOCATED}
                   AND NOT EXISTS (SELECT FROM usage_series AS demand WHERE demand.resource_id = series.resource_id AND demand.metric = ${UsageMetric.GPU_REQUESTED})
                   AND EXISTS (SELECT FROM observed_limit AS size WHERE size.resource_id = series.resource_id AND size.metric = series.metric) AS hides_queue
            FROM usage_series AS series
            JOIN resource ON resource.id = series.resource_id
           WHERE true${withinScopes('resource', viewer.scope)}${
             only ? sql` AND series.resource_id = ${only.resourceKey} AND series.metric = ${only.metric}` : empty
           }
        ), day AS (
          SELECT rolled.series_id, rolled.day_start AS at, rolled.maximum, rolled.mean, rolled.sample_count AS samples
            FROM usage_day AS rolled
            JOIN wanted ON wanted.id = rolled.series_id
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
                         ORDER BY step.at) AS "values",
               CASE WHEN wanted.hides_queue THEN
                 array_agg(CASE WHEN wanted.hides_queue THEN (
                   SELECT size.limit_value FROM observed_limit AS size
                    WHERE size.resource_id = wanted.resource_id AND size.metric = wanted.metric AND size.effective_from < step.at + interval '1 day'
                    ORDER BY size.effective_from DESC LIMIT 1) END ORDER BY step.at) END AS "limits"
          FROM span
          JOIN wanted ON wanted.id = span.series_id
          JOIN usual ON usual.series_id = span.series_id
          CROSS JOIN LATERAL generate_series(span.start, span.last, interval '1 day') AS step (at)
          LEFT JOIN day ON day.series_id = span.series_id AND day.at = step.at
         GROUP BY wanted.id, wanted.resource_id, wanted.metric, wanted.unit, wanted.hides_queue, span.start, span.last
         ORDER BY wanted.resource_id, wanted.metric`,
  );
}
