import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { Forecast as EngineForecast, ForecastDistribution } from '../../forecasts/index.js';
import { storedScopeWithin, withinScopes, type Scope, type Viewer } from '../access/index.js';
import type { CostMetric } from '../costs/index.js';
import { query, queryOne, type Database } from '../platform/index.js';
import type { UsageMetric } from '../usage/index.js';
import { digestOf, keyOfSubject, type Training } from './training.js';
import type { Forecast, ForecastPoint } from './forecast.graphql.js';

/** A version as the API shows it, with what its subject is looked up by. */
export type ForecastRow = Omit<Forecast, 'points'> & { resourceId: string | null; costScope: Scope | null };

const day = raw(`interval '1 day'`);

const selection = sql`
  'Forecast:' || forecast.id              AS "id",
  'Resource:' || forecast.resource_id     AS "resourceId",
  forecast.cost_scope                     AS "costScope",
  forecast.metric, forecast.cost_metric   AS "costMetric",
  forecast.version, forecast.unit, forecast.statistic, forecast.granularity, forecast.origin, forecast.horizon,
  jsonb_build_object('start', forecast.training_start, 'end', forecast.origin) AS "trainingPeriod",
  forecast.models, forecast.known_effects AS "knownEffects", forecast.censored_share AS "censoredShare", forecast.accuracy, forecast.created_at AS "createdAt"`;

/** ` AND …` for the forecasts a viewer may see: of resources within the scope, of costs wholly within it. */
function visibleTo(viewer: Viewer): Sql {
  if (!viewer.scope) return empty;
  return sql` AND CASE WHEN forecast.resource_id IS NULL
                       THEN true${storedScopeWithin('forecast.cost_scope', viewer.scope)}
                       ELSE EXISTS (SELECT FROM resource WHERE resource.id = forecast.resource_id${withinScopes('resource', viewer.scope)}) END`;
}

/** Versions by their keys, in no order. */
export function forecastsById(db: Database, viewer: Viewer, keys: string[]): Promise<ForecastRow[]> {
  return query(
    db,
    sql`SELECT ${selection} FROM forecast WHERE forecast.id = ANY(${keys}::uuid[])${visibleTo(viewer)}`,
  );
}

/** The latest version of one metric of each resource. */
export function latestUsageForecasts(
  db: Database,
  viewer: Viewer,
  resourceKeys: string[],
  metric: UsageMetric,
): Promise<ForecastRow[]> {
  return query(
    db,
    sql`SELECT DISTINCT ON (forecast.subject) ${selection}
          FROM forecast
         WHERE forecast.resource_id = ANY(${resourceKeys}::uuid[]) AND forecast.metric = ${metric}${visibleTo(viewer)}
         ORDER BY forecast.subject, forecast.version DESC`,
  );
}

/** The points of versions, each with its intervals, narrowest level first. */
export function forecastPoints(db: Database, ids: string[]): Promise<{ id: string; points: ForecastPoint[] }[]> {
  return query(
    db,
    sql`SELECT 'Forecast:' || forecast.id AS "id",
               jsonb_agg(jsonb_build_object(
                 'period', jsonb_build_object('start', forecast.origin + (step.number - 1) * ${day},
                                              'end', forecast.origin + step.number * ${day}),
                 'mean', step.mean,
                 'intervals', (SELECT jsonb_agg(jsonb_build_object(
                                        'level', interval -> 'level',
                                        'lower', interval -> 'lower' -> (step.number - 1)::int,
                                        'upper', interval -> 'upper' -> (step.number - 1)::int) ORDER BY interval -> 'level')
                                 FROM jsonb_array_elements(forecast.intervals) AS interval))
                 ORDER BY step.number) AS "points"
          FROM forecast
          CROSS JOIN LATERAL unnest(forecast.mean) WITH ORDINALITY AS step (mean, number)
         WHERE forecast.id = ANY(${ids}::uuid[])
         GROUP BY forecast.id`,
  );
}

/** What is left of a version to draw its paths from. */
export interface StoredDistribution {
  id: string;
  origin: Date;
  horizon: number;
  mean: number[];
  sd: number[];
  errorCorrelation: number;
  excessKurtosis: number;
  multiplicative: boolean;
  nonNegative: boolean;
  upperBound: number | null;
}

/** The columns of `StoredDistribution`, for statements of other rooms that join `forecast`. */
export const distributionColumns = sql`
  forecast.id, forecast.origin, forecast.horizon, forecast.mean, forecast.standard_deviation AS "sd",
  forecast.error_correlation AS "errorCorrelation", forecast.excess_kurtosis AS "excessKurtosis",
  forecast.multiplicative, forecast.non_negative AS "nonNegative", forecast.upper_bound AS "upperBound"`;

/** The latest version for the cost of exactly this scope, one per currency. */
export function latestCostForecasts(
  db: Database,
  viewer: Viewer,
  scope: Scope,
  metric: CostMetric,
): Promise<(StoredDistribution & { currency: string })[]> {
  return query(
    db,
    sql`SELECT DISTINCT ON (forecast.unit) forecast.unit AS "currency", ${distributionColumns}
          FROM forecast
         WHERE forecast.cost_scope = ${JSON.stringify(scope)}::jsonb AND forecast.cost_metric = ${metric}${visibleTo(viewer)}
         ORDER BY forecast.unit, forecast.version DESC`,
  );
}

/** What is left of one version to draw its paths from, with the currency or unit it is in. */
export async function distributionById(db: Database, viewer: Viewer, key: string): Promise<StoredDistribution & { unit: string }> {
  return queryOne(db, sql`SELECT forecast.unit, ${distributionColumns} FROM forecast WHERE forecast.id = ${key}${visibleTo(viewer)}`);
}

export function toDistribution(stored: StoredDistribution): ForecastDistribution {
  const { mean, sd, errorCorrelation, excessKurtosis, multiplicative, nonNegative, upperBound } = stored;
  return {
    mean: Float64Array.from(mean),
    sd: Float64Array.from(sd),
    errorCorrelation,
    excessKurtosis,
    multiplicative,
    nonNegative,
    ...(upperBound === null ? {} : { upperBound }),
  };
}

/** The latest version of a subject, if its days and values are these and it looks far enough ahead. */
export async function currentVersion(db: Database, training: Training, horizon: number): Promise<string | undefined> {
  const [latest] = await query<{ id: string; digest: string; horizon: number }>(
    db,
    sql`SELECT forecast.id, forecast.training_digest AS "digest", forecast.horizon
          FROM forecast
         WHERE forecast.subject = ${keyOfSubject(training.subject)}
         ORDER BY forecast.version DESC
         LIMIT 1`,
  );
  return latest && latest.digest === digestOf(training) && latest.horizon >= horizon ? latest.id : undefined;
}

/** Freezes a forecast as the next version of its subject. */
export async function storeVersion(db: Database, training: Training, made: EngineForecast, createdAt: Date): Promise<string> {
  const { subject, unit, statistic, start, end, asOf } = training;
  const isUsage = subject.kind === 'usage';
  const key = keyOfSubject(subject);
  const intervals = made.intervals.map(({ level, lower, upper }) => ({ level, lower: [...lower], upper: [...upper] }));
  const models = made.models.map(({ name, weight }) => ({ model: name, weight }));
  const knownEffects = made.effects.map(({ name, size, isRelative, sd }) => ({ name, size, isRelative, standardDeviation: sd }));
  const { id } = await queryOne<{ id: string }>(
    db,
    sql`INSERT INTO forecast (subject, version, resource_id, metric, cost_scope, cost_metric, unit, statistic, granularity,
                              training_start, origin, horizon, data_as_of, training_digest, mean, standard_deviation,
                              error_correlation, excess_kurtosis, multiplicative, non_negative, upper_bound, intervals, models,
                              known_effects, censored_share, accuracy, created_at)
        VALUES (${key},
                (SELECT coalesce(max(earlier.version), 0) + 1 FROM forecast AS earlier WHERE earlier.subject = ${key}),
                ${isUsage ? subject.resourceKey : null}, ${isUsage ? subject.metric : null},
                ${isUsage ? null : JSON.stringify(subject.scope)}::jsonb, ${isUsage ? null : subject.metric},
                ${unit}, ${statistic}, 'DAY', ${start}, ${end}, ${made.mean.length}, ${asOf}, ${digestOf(training)},
                ${[...made.mean]}, ${[...made.sd]}, ${made.errorCorrelation}, ${made.excessKurtosis}, ${made.multiplicative ?? false},
                ${made.nonNegative}, ${made.upperBound ?? null},
                ${JSON.stringify(intervals)}::jsonb, ${JSON.stringify(models)}::jsonb, ${JSON.stringify(knownEffects)}::jsonb, ${made.censoredShare},
                ${made.accuracy === null ? null : JSON.stringify(made.accuracy)}::jsonb, ${createdAt})
        RETURNING id`,
  );
  return id;
}
