import sql, { raw, type Sql } from 'sql-template-tag';
import { withinScopes, type Scope, type Viewer } from '../access/index.js';
import { InvalidInput, type Database, type PeriodInput } from '../platform/index.js';
import { accruedCosts } from './gpu-charges.js';
import { IdleRule } from './gpu-cost.graphql.js';
import { checkDays, weights } from './gpu-cost.queries.js';
import { gpuFleet } from './gpu-fleet.js';
import { gpuHours } from './gpu-hours.js';
import { queryManyJoins } from './many-joins.js';
import { MissingPrice } from './missing-price.js';
import type { UnitCostQuestion, UnitCostSeries } from './unit-cost.graphql.js';
import { unpricedGpus } from './unpriced.queries.js';

/** A series, with the steps that its forecast goes on in. */
export type UnitCostRow = UnitCostSeries & Pick<UnitCostQuestion, 'granularity'>;

/**
 * What one unit cost, step by step: of what was observed, so that hours and days of which nothing is known are in neither side of the fraction.
 *
 * @throws InvalidInput, and MissingPrice when GPUs were used that no charge is for
 */
export async function unitCosts(db: Database, viewer: Viewer, { period, granularity, scope }: UnitCostQuestion): Promise<UnitCostRow[]> {
    const scopes = [viewer.scope, scope];
  checkDays(period);
  if (granularity === 'HOUR') throw new InvalidInput('granularity needs to be DAY or MONTH, because costs are divided day by day, got HOUR', ['granularity']);
  const unit = raw(`'${granularity.toLowerCase()}'`);
  const [unpriced, ofGpus, ofOthers] = await Promise.all([
    unpricedGpus(db, viewer, period, scope),
    queryManyJoins<UnitCostSeries>(db, series(ofGpuHours(scopes, period, unit), unit)),
    queryManyJoins<UnitCostSeries>(db, series(ofChargedResources(scopes, period, unit), unit)),
  ]);
  if (unpriced[0]) throw new MissingPrice(unpriced[0]);
  return [...ofGpus, ...ofOthers].map((one) => ({ ...one, granularity }));
}

/** `step`: cost and units of each step; units are null where they are not known, with the reason. */
function series(step: Sql, unit: Sql): Sql {
  return sql`WITH RECURSIVE ${step}
    SELECT step.kind AS "kind", step.unit AS "unit",
           jsonb_agg(jsonb_build_object(
             'period', jsonb_build_object('start', step.start, 'end', step.start + ('1 ' || ${unit})::interval),
             'quantity', step.quantity::float8,
             'cost', CASE WHEN step.quantity > 0 THEN jsonb_build_object('amount', round(step.cost / step.quantity, 6)::text, 'currency', step.currency) END,
             'reason', CASE WHEN step.quantity IS NULL THEN step.unknown WHEN step.quantity = 0 THEN 'there was none' END) ORDER BY step.start) AS "points"
      FROM step
     GROUP BY step.kind, step.unit, step.currency
     ORDER BY step.kind DESC, step.currency`;
}

/**
 * GPU-hours that somebody had, those that were active, and tokens of models that namespaces serve on their GPUs. The utilization is that of the holder,
 * or of the nearest that it is a part of.
 */
function ofGpuHours(scopes: (Scope | null)[], period: PeriodInput, unit: Sql): Sql {
  return sql`${gpuFleet}, ${accruedCosts(period)}, ${gpuHours(period)}, ${weights(IdleRule.SHOWN)}, utilized AS MATERIALIZED (
      SELECT DISTINCT ON (line.part_id, day.day_start) line.part_id AS id, day.day_start AS day, day.mean AS utilization
        FROM line
        JOIN usage_series AS series ON series.resource_id = line.whole_id AND series.metric = 'GPU_UTILIZATION'
        JOIN usage_day AS day ON day.series_id = series.id
       WHERE day.day_start >= ${period.start} AND day.day_start < ${period.end}
       ORDER BY line.part_id, day.day_start, line.distance
    ), divided_cost AS (
      SELECT cell.currency, date_trunc(${unit}, cell.day, 'UTC') AS start, sum(cell.cost) FILTER (WHERE cell.kind <> 'UNOBSERVED') AS cost,
             bool_or(cell.kind <> 'UNOBSERVED') AS is_observed, coalesce(sum(cell.gpu_hours) FILTER (WHERE cell.kind = 'HELD'), 0) AS held,
             coalesce(sum(round((cell.gpu_hours * utilized.utilization)::numeric, 6)) FILTER (WHERE cell.kind = 'HELD'), 0) AS active,
             bool_or(cell.kind = 'HELD' AND utilized.id IS NULL) AS is_activity_unknown
        FROM cell
        JOIN resource AS whole ON whole.id = cell.charged_id
        LEFT JOIN resource AS holder ON holder.id = cell.holder_id
        LEFT JOIN utilized ON utilized.id = cell.holder_id AND utilized.day = cell.day
       WHERE CASE WHEN holder.id IS NULL THEN true${withinScopes('whole', ...scopes)} ELSE true${withinScopes('holder', ...scopes)} END
       GROUP BY 1, 2
    ), served AS (
      SELECT model.tags ->> 'namespace' AS namespace, day.day_start AS day, sum(day.mean * day.sample_count / 1e6) AS quantity
        FROM usage_series AS series
        JOIN usage_day AS day ON day.series_id = series.id
        JOIN resource AS model ON model.id = series.resource_id
       WHERE series.metric = 'TOKENS' AND model.tags ? 'namespace' AND day.day_start >= ${period.start} AND day.day_start < ${period.end}${withinScopes('model', ...scopes)}
       GROUP BY 1, 2
    ), served_cost AS (
      SELECT cell.currency, holder.tags ->> 'namespace' AS namespace, cell.day, sum(cell.cost) AS cost
        FROM cell JOIN resource AS holder ON holder.id = cell.holder_id
       WHERE cell.kind = 'HELD'${withinScopes('holder', ...scopes)}
       GROUP BY 1, 2, 3
    ), step AS (
      SELECT 'MILLION_TOKENS_SERVED' AS kind, '1000000 Tokens' AS unit, served_cost.currency, date_trunc(${unit}, served_cost.day, 'UTC') AS start,
             sum(served_cost.cost) AS cost, round(sum(served.quantity)::numeric, 9) AS quantity, NULL AS unknown
        FROM served_cost JOIN served USING (namespace, day)
       GROUP BY 3, 4
      UNION ALL
      SELECT 'GPU_HOUR_ALLOCATED' AS kind, 'GPU-Hours' AS unit, divided_cost.currency, divided_cost.start, divided_cost.cost,
             CASE WHEN divided_cost.is_observed THEN divided_cost.held END AS quantity, 'nothing was observed of the GPUs' AS unknown
        FROM divided_cost
      UNION ALL
      SELECT 'GPU_HOUR_ACTIVE', 'GPU-Hours', divided_cost.currency, divided_cost.start, divided_cost.cost,
             CASE WHEN divided_cost.is_observed AND NOT divided_cost.is_activity_unknown THEN divided_cost.active END,
             CASE WHEN divided_cost.is_observed THEN 'of some of the GPUs no utilization was observed' ELSE 'nothing was observed of the GPUs' END
        FROM divided_cost
    )`;
}

/** Storage and tokens of what is charged for itself, of the days that it was observed on. */
function ofChargedResources(scopes: (Scope | null)[], period: PeriodInput, unit: Sql): Sql {
  return sql`chargeable AS MATERIALIZED (
      SELECT DISTINCT resource.id
        FROM resource JOIN usage_series AS series ON series.resource_id = resource.id AND series.metric IN ('STORAGE', 'TOKENS')
       WHERE true${withinScopes('resource', ...scopes)}
    ), ${accruedCosts(period)}, seen AS (
      SELECT series.resource_id AS id, series.metric, day.day_start AS day,
             CASE series.metric WHEN 'TOKENS' THEN day.mean * day.sample_count / 1e6
                  ELSE day.mean / extract(day FROM date_trunc('month', day.day_start, 'UTC') + interval '1 month' - interval '1 day')::float8 END AS quantity
        FROM usage_series AS series JOIN usage_day AS day ON day.series_id = series.id
       WHERE series.metric IN ('STORAGE', 'TOKENS') AND day.day_start >= ${period.start} AND day.day_start < ${period.end}
    ), step AS (
      SELECT CASE series.metric WHEN 'TOKENS' THEN 'MILLION_TOKENS' ELSE 'GIB_MONTH' END AS kind,
             CASE series.metric WHEN 'TOKENS' THEN '1000000 Tokens' ELSE 'GiB-Months' END AS unit, accrued.currency,
             date_trunc(${unit}, accrued.day, 'UTC') AS start, sum(accrued.cost) FILTER (WHERE seen.id IS NOT NULL) AS cost,
             round(sum(seen.quantity)::numeric, 9) AS quantity, 'nothing was observed of what was charged' AS unknown
        FROM accrued
        JOIN usage_series AS series ON series.resource_id = accrued.charged_id AND series.metric IN ('STORAGE', 'TOKENS')
        LEFT JOIN seen ON seen.id = accrued.charged_id AND seen.metric = series.metric AND seen.day = accrued.day
       GROUP BY series.metric, 3, 4
    )`;
}
