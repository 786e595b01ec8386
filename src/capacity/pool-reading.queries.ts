import sql from 'sql-template-tag';
import { withinScopes, type Viewer } from '../access/index.js';
import { query, type Database } from '../platform/index.js';
import type { UsageMetric } from '../usage/index.js';

/** A metric of a resource that has a limit and a forecast, as a monitoring system reads it. */
export interface PoolReading {
  providerName: string;
  resourceId: string;
  /** Its identifier, where it has no name. */
  resourceName: string;
  metric: UsageMetric;
  unit: string;
  limit: number;
  headroom: number;
  p10At: Date | null;
  p50At: Date | null;
  p90At: Date | null;
  orderBy: Date | null;
  unitsNeeded: number;
  origin: Date;
  /** The last sample; null when there is none any more. */
  observedAt: Date | null;
  /** One for each of the days ahead that was asked for. */
  ahead: PoolAhead[];
}

/** What is expected a number of days after today. Null beyond the horizon. */
export interface PoolAhead {
  days: number;
  /** Chance that the usable limit has been passed by then. */
  probability: number | null;
  /** Of the day that lies so far ahead, and the upper end of its 80 % interval. */
  demand: number | null;
  demandUpper: number | null;
}

/**
 * Everything that has a limit and a forecast, also what does not run out: soonest first, then by the chance within the horizon.
 *
 * Days ahead count from `now`: on the day of the forecast, the chance within n days is the API's `probability(withinDays: n)`.
 */
export async function poolReadings(
  db: Database,
  viewer: Viewer,
  { now, daysAhead, limit }: { now: Date; daysAhead: readonly number[]; limit: number },
): Promise<{ pools: PoolReading[]; leftOut: number }> {
  const rows = await query<PoolReading & { all: number }>(
    db,
    // The soonest are found before anything is looked up for them.
    sql`WITH soonest AS (
          SELECT exhaustion.*, resource.provider_name, resource.resource_id AS provider_resource_id,
                 coalesce(resource.resource_name, resource.resource_id) AS resource_name, count(*) OVER () AS all_count,
                 row_number() OVER (ORDER BY coalesce(exhaustion.p10_at, 'infinity'),
                                             exhaustion.probability_by_day[cardinality(exhaustion.probability_by_day)] DESC,
                                             resource.provider_name, resource.resource_id, exhaustion.metric) AS place
            FROM exhaustion
            JOIN resource ON resource.id = exhaustion.resource_id${withinScopes('resource', viewer.scope)}
           ORDER BY place
           LIMIT ${limit}
        )
        SELECT soonest.provider_name AS "providerName", soonest.provider_resource_id AS "resourceId", soonest.resource_name AS "resourceName",
               soonest.metric, soonest.unit, soonest.limit_value AS "limit", soonest.headroom, soonest.p10_at AS "p10At",
               soonest.p50_at AS "p50At", soonest.p90_at AS "p90At", soonest.order_by_at AS "orderBy",
               soonest.units_needed AS "unitsNeeded", forecast.origin, soonest.all_count::int AS "all",
               (SELECT sample.observed_at
                  FROM usage_series AS series
                  JOIN usage_sample AS sample ON sample.series_id = series.id
                 WHERE series.resource_id = soonest.resource_id AND series.metric = soonest.metric
                 ORDER BY sample.observed_at DESC
                 LIMIT 1) AS "observedAt",
               (SELECT jsonb_agg(jsonb_build_object(
                         'days', days.ahead, 'probability', soonest.probability_by_day[passed.days + days.ahead],
                         'demand', forecast.mean[passed.days + days.ahead + 1],
                         'demandUpper', (SELECT interval -> 'upper' -> (passed.days + days.ahead)
                                           FROM jsonb_array_elements(forecast.intervals) AS interval
                                          WHERE interval -> 'level' = '80')) ORDER BY days.ahead)
                  FROM unnest(${[...daysAhead]}::int[]) AS days (ahead)) AS "ahead"
          FROM soonest
          JOIN forecast ON forecast.id = soonest.forecast_id
          CROSS JOIN LATERAL (SELECT greatest(0, floor(extract(epoch FROM ${now}::timestamptz - forecast.origin) / 86400))::int AS days) AS passed
         ORDER BY soonest.place`,
  );
  return { pools: rows, leftOut: rows.length === 0 ? 0 : rows[0]!.all - rows.length };
}
