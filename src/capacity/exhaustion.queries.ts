import sql, { empty, type Sql } from 'sql-template-tag';
import { withinScopes, type Scope, type Viewer } from '../access/index.js';
import { distributionColumns, type StoredDistribution } from '../forecasting/index.js';
import { cursorInstant, cursorKey, pageLimit, query, type Database, type PageArgs } from '../platform/index.js';
import { matchingResources } from '../resources/index.js';
import { UsageMetric } from '../usage/index.js';
import type { Exhaustion, ExhaustionFilter } from './capacity.graphql.js';
import { limitMetricOf, ofSeries, type LimitStep } from './capacity.queries.js';

/** The latest forecast of something that has a capacity, with the limit as it changes over time. */
export interface ForecastWithLimit extends StoredDistribution {
  resourceKey: string;
  metric: UsageMetric;
  unit: string;
  /** From the first on; none for what was asked for without one. */
  limits: LimitStep[];
}

/** @param withoutLimit resources of which those without a limit are wanted too */
export function forecastsWithLimits(
  db: Database,
  viewer: Viewer,
  only?: { resourceKey: string; metric: UsageMetric },
  { scope = null, withoutLimit = [] }: { scope?: Scope | null; withoutLimit?: string[] } = {},
): Promise<ForecastWithLimit[]> {
  return query(
    db,
    sql`SELECT DISTINCT ON (forecast.subject)
               forecast.resource_id AS "resourceKey", forecast.metric, forecast.unit, ${distributionColumns}, coalesce(planned.limits, '[]') AS "limits"
          FROM forecast
          JOIN resource ON resource.id = forecast.resource_id${withinScopes('resource', viewer.scope, scope)}
          LEFT JOIN (SELECT capacity.resource_id, capacity.metric,
                       jsonb_agg(jsonb_build_object(
                         'capacityId', capacity.id, 'effectiveFrom', capacity.effective_from, 'limit', capacity.limit_value,
                         'headroom', capacity.headroom, 'leadTimeDays', capacity.lead_time_days, 'unit', capacity.unit,
                         'unitCostPerMonth', capacity.unit_cost_per_month::text, 'unitCostCurrency', capacity.unit_cost_currency)
                         ORDER BY capacity.effective_from, NOT capacity.is_observed) AS limits
                  FROM capacity_step AS capacity
                 WHERE true${ofSeries(only)}
                 GROUP BY capacity.resource_id, capacity.metric) AS planned
            ON planned.resource_id = forecast.resource_id
           AND planned.metric = CASE forecast.metric WHEN ${UsageMetric.GPU_ALLOCATED} THEN ${UsageMetric.GPU_REQUESTED} ELSE forecast.metric END
          LEFT JOIN usage_series AS series ON series.resource_id = forecast.resource_id AND series.metric = forecast.metric
          LEFT JOIN data_source AS source ON source.id = series.data_source_id
         WHERE (planned.limits IS NOT NULL OR forecast.resource_id = ANY(${withoutLimit}::uuid[]))${onlyForecast(only)}
           -- What is not seen any more, by a source that goes on, is gone and does not run out.
           AND NOT coalesce(source.collected_until > forecast.origin + interval '7 days', false)
           -- Allocation hides the queue: where demand is known, it is what counts.
           AND NOT (forecast.metric = ${UsageMetric.GPU_ALLOCATED}
                    AND EXISTS (SELECT FROM usage_series AS demand WHERE demand.resource_id = forecast.resource_id AND demand.metric = ${UsageMetric.GPU_REQUESTED}))
         ORDER BY forecast.subject, forecast.version DESC`,
  );
}

/** What the paths of one forecast say of its limit. */
export interface ExhaustionOutcome {
  resourceKey: string;
  metric: UsageMetric;
  forecastId: string;
  capacityId: string;
  probabilityByDay: number[];
  p10At: Date | null;
  p50At: Date | null;
  p90At: Date | null;
  orderBy: Date | null;
  unitsNeeded: number;
  unit: string;
  limit: number;
  headroom: number;
  unitCostPerMonth: string | null;
  unitCostCurrency: string | null;
  leadTimeDays: number;
  /** When the order after the next could arrive. */
  coveredUntil: Date;
}

export async function storeExhaustions(db: Database, outcomes: readonly ExhaustionOutcome[]): Promise<void> {
  await query(
    db,
    sql`INSERT INTO exhaustion (resource_id, metric, forecast_id, capacity_id, probability_by_day,
                                p10_at, p50_at, p90_at, order_by_at, units_needed, unit, limit_value, headroom, unit_cost_per_month, unit_cost_currency,
                                lead_time_days, covered_until)
        SELECT outcome."resourceKey", outcome.metric, outcome."forecastId", outcome."capacityId", outcome."probabilityByDay",
               outcome."p10At", outcome."p50At", outcome."p90At", outcome."orderBy", outcome."unitsNeeded",
               outcome.unit, outcome."limit", outcome.headroom, outcome."unitCostPerMonth", outcome."unitCostCurrency",
               outcome."leadTimeDays", outcome."coveredUntil"
          FROM jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb) AS outcome (
               "resourceKey" uuid, metric text, "forecastId" uuid, "capacityId" uuid, "probabilityByDay" double precision[],
               "p10At" timestamptz, "p50At" timestamptz, "p90At" timestamptz, "orderBy" timestamptz, "unitsNeeded" double precision,
               unit text, "limit" double precision, headroom double precision, "unitCostPerMonth" numeric, "unitCostCurrency" text,
               "leadTimeDays" integer, "coveredUntil" timestamptz)
        ON CONFLICT (resource_id, metric) DO UPDATE
           SET forecast_id = excluded.forecast_id, capacity_id = excluded.capacity_id,
               probability_by_day = excluded.probability_by_day, p10_at = excluded.p10_at, p50_at = excluded.p50_at,
               p90_at = excluded.p90_at, order_by_at = excluded.order_by_at, units_needed = excluded.units_needed,
               unit = excluded.unit, limit_value = excluded.limit_value, headroom = excluded.headroom,
               unit_cost_per_month = excluded.unit_cost_per_month, unit_cost_currency = excluded.unit_cost_currency,
               lead_time_days = excluded.lead_time_days, covered_until = excluded.covered_until`,
  );
}

/** What else of a resource runs out is of one kind with it: the first of them counts. */
const kindOfMetric = sql`CASE WHEN exhaustion.metric LIKE 'STORAGE%' THEN 'STORAGE' ELSE exhaustion.metric END`;

/** Notes of each resource what of a kind fills first, as inodes may before bytes do. */
export async function noteFirst(db: Database, resourceKey?: string): Promise<void> {
  await query(
    db,
    sql`UPDATE exhaustion AS known SET fills_first = ranked.rank = 1
          FROM (SELECT exhaustion.resource_id, exhaustion.metric,
                       row_number() OVER (PARTITION BY exhaustion.resource_id, ${kindOfMetric}
                                              ORDER BY exhaustion.p10_at NULLS LAST, exhaustion.p50_at NULLS LAST,
                                                       exhaustion.probability_by_day[cardinality(exhaustion.probability_by_day)] DESC, exhaustion.metric) AS rank
                  FROM exhaustion WHERE true${resourceKey ? sql` AND exhaustion.resource_id = ${resourceKey}` : empty}) AS ranked
         WHERE known.resource_id = ranked.resource_id AND known.metric = ranked.metric AND known.fills_first <> (ranked.rank = 1)`,
  );
}

/** Forgets what has no forecast or no limit any more, or has gone. */
export async function forgetOthers(db: Database, outcomes: readonly ExhaustionOutcome[]): Promise<void> {
  await query(
    db,
    sql`DELETE FROM exhaustion
         WHERE NOT EXISTS (SELECT FROM unnest(${outcomes.map(({ resourceKey }) => resourceKey)}::uuid[], ${outcomes.map(({ metric }) => metric)}::text[]) AS kept (resource_id, metric)
                            WHERE kept.resource_id = exhaustion.resource_id AND kept.metric = exhaustion.metric)`,
  );
}

/** ` AND …` for the forecasts of what one limit holds. */
function onlyForecast(only: { resourceKey: string; metric: UsageMetric } | undefined): Sql {
  if (!only) return empty;
  const metrics = Object.values(UsageMetric).filter((metric) => limitMetricOf(metric) === limitMetricOf(only.metric));
  return sql` AND forecast.resource_id = ${only.resourceKey} AND forecast.metric = ANY(${metrics})`;
}

export type ExhaustionRow = Exhaustion & {
  cursorKey: string[];
  resourceId: string;
  capacityId: string;
  forecastId: string;
  probabilityByDay: number[];
};

const selection = sql`
  'Resource:' || exhaustion.resource_id  AS "resourceId",
  'Capacity:' || exhaustion.capacity_id  AS "capacityId",
  'Forecast:' || exhaustion.forecast_id  AS "forecastId",
  exhaustion.metric, exhaustion.probability_by_day AS "probabilityByDay",
  exhaustion.p10_at AS "p10At", exhaustion.p50_at AS "p50At", exhaustion.p90_at AS "p90At",
  exhaustion.order_by_at AS "orderBy", exhaustion.units_needed AS "unitsNeeded",
  exhaustion.covered_until AS "coveredUntil", exhaustion.fills_first AS "fillsFirst",
  CASE WHEN exhaustion.unit_cost_per_month IS NOT NULL
       THEN jsonb_build_object('amount', (exhaustion.unit_cost_per_month * exhaustion.units_needed::numeric)::text,
                               'currency', exhaustion.unit_cost_currency) END AS "costOfUnitsNeeded"`;

/** Those that may run out at all: within the horizon some path does. */
const mayRunOut = sql`exhaustion.probability_by_day[cardinality(exhaustion.probability_by_day)] > 0`;

/** One page, soonest first: by the date to plan for, those beyond the horizon last. */
export function exhaustionPage(
  db: Database,
  viewer: Viewer,
  filter: ExhaustionFilter | null | undefined,
  page: PageArgs,
): Promise<ExhaustionRow[]> {
  const key = sql`(coalesce(exhaustion.p10_at, 'infinity'), exhaustion.resource_id, exhaustion.metric)`;
  const after = cursorKey(page, ['instant', 'uuid', 'text']);
  return query(
    db,
    sql`SELECT ${selection},
               jsonb_build_array(${cursorInstant(sql`coalesce(exhaustion.p10_at, 'infinity')`)}, exhaustion.resource_id::text, exhaustion.metric) AS "cursorKey"
          FROM exhaustion
          JOIN resource ON resource.id = exhaustion.resource_id
         WHERE ${mayRunOut}${withinScopes('resource', viewer.scope)}${matchingResources(filter?.resources)}${
           filter?.before ? sql` AND exhaustion.p10_at < ${filter.before}` : empty
         }${filter?.metrics?.length ? sql` AND exhaustion.metric = ANY(${filter.metrics})` : empty}${filter?.everyMetric ? empty : sql` AND exhaustion.fills_first`}${
           after ? sql` AND ${key} > (${after[0]}::timestamptz, ${after[1]}::uuid, ${after[2]})` : empty
         }
         ORDER BY coalesce(exhaustion.p10_at, 'infinity'), exhaustion.resource_id, exhaustion.metric
         LIMIT ${pageLimit(page)}`,
  );
}

/** The exhaustion of one metric of each resource. */
export function exhaustionsOf(
  db: Database,
  viewer: Viewer,
  resourceKeys: string[],
  metric: UsageMetric,
): Promise<ExhaustionRow[]> {
  return query(
    db,
    sql`SELECT ${selection}
          FROM exhaustion
          JOIN resource ON resource.id = exhaustion.resource_id${withinScopes('resource', viewer.scope)}
         WHERE ${mayRunOut} AND exhaustion.resource_id = ANY(${resourceKeys}::uuid[]) AND exhaustion.metric = ${metric}`,
  );
}

/** Everything that has a capacity and a forecast, for people: soonest first, what does not run out last. */
export interface OutlookRow {
  resourceName: string;
  isGpu: boolean;
  metric: UsageMetric;
  unit: string;
  /** The most that was observed on the last day before the forecast; null when nothing was. */
  demand: number | null;
  limit: number;
  headroom: number;
  origin: Date;
  horizon: number;
  p10At: Date | null;
  p50At: Date | null;
  orderBy: Date | null;
}

export function capacityOutlook(db: Database, viewer: Viewer): Promise<OutlookRow[]> {
  return query(
    db,
    sql`SELECT coalesce(resource.resource_name, resource.resource_id) AS "resourceName", resource.gpu_model IS NOT NULL AS "isGpu",
               exhaustion.metric, exhaustion.unit, exhaustion.limit_value AS "limit", exhaustion.headroom,
               forecast.origin, forecast.horizon, exhaustion.p10_at AS "p10At", exhaustion.p50_at AS "p50At",
               exhaustion.order_by_at AS "orderBy",
               (SELECT max(sample.value)
                  FROM usage_series AS series
                  JOIN usage_sample AS sample ON sample.series_id = series.id
                 WHERE series.resource_id = exhaustion.resource_id AND series.metric = exhaustion.metric
                   AND sample.observed_at >= forecast.origin - interval '1 day' AND sample.observed_at < forecast.origin) AS "demand"
          FROM exhaustion
          JOIN forecast ON forecast.id = exhaustion.forecast_id
          JOIN resource ON resource.id = exhaustion.resource_id${withinScopes('resource', viewer.scope)}
         ORDER BY resource.gpu_model IS NULL, coalesce(exhaustion.p10_at, 'infinity'), coalesce(exhaustion.p50_at, 'infinity'), 1`,
  );
}
