import sql, { empty, type Sql } from 'sql-template-tag';
import { withinScopes, type Viewer } from '../access/index.js';
import { query, queryOne, type Database } from '../platform/index.js';
import { UsageMetric, usageUnits } from '../usage/index.js';
import type { Capacity, CapacitySetInput } from './capacity.graphql.js';

export type CapacityRow = Capacity & { resourceId: string };

const selection = sql`
  'Capacity:' || capacity.id              AS "id",
  'Resource:' || capacity.resource_id     AS "resourceId",
  capacity.metric,
  jsonb_build_object('value', capacity.limit_value, 'unit', capacity.unit) AS "limit",
  capacity.headroom,
  capacity.lead_time_days                 AS "leadTimeDays",
  CASE WHEN capacity.unit_cost_per_month IS NOT NULL
       THEN jsonb_build_object('amount', capacity.unit_cost_per_month::text, 'currency', capacity.unit_cost_currency)
  END                                     AS "unitCostPerMonth",
  capacity.effective_from                 AS "effectiveFrom",
  capacity.is_observed                    AS "isObserved"`;

/** Steps of limits by their keys, in no order. */
export function capacitiesById(db: Database, viewer: Viewer, keys: string[]): Promise<CapacityRow[]> {
  return query(
    db,
    sql`WITH wanted AS (
          SELECT id, resource_id FROM capacity WHERE id = ANY(${keys}::uuid[])
          UNION ALL
          SELECT id, resource_id FROM observed_limit WHERE id = ANY(${keys}::uuid[]))
        SELECT ${selection}
          FROM wanted
          -- Of one resource at a time: OFFSET keeps the planner from putting all of them in order first.
          CROSS JOIN LATERAL (SELECT * FROM capacity_step AS step WHERE step.resource_id = wanted.resource_id OFFSET 0) AS capacity
          JOIN resource ON resource.id = capacity.resource_id${withinScopes('resource', viewer.scope)}
         WHERE capacity.id = wanted.id`,
  );
}

/** The capacities in force at an instant, one per resource and metric. */
export async function capacitiesInForce(
  db: Database,
  viewer: Viewer,
  resourceKeys: string[],
  at: Date,
): Promise<{ resourceId: string; capacities: CapacityRow[] }[]> {
  return query(
    db,
    sql`SELECT current."resourceId", jsonb_agg(to_jsonb(current) ORDER BY current.metric) AS "capacities"
          FROM (SELECT DISTINCT ON (capacity.resource_id, capacity.metric) ${selection}
                  FROM capacity_step AS capacity
                  JOIN resource ON resource.id = capacity.resource_id${withinScopes('resource', viewer.scope)}
                 WHERE capacity.resource_id = ANY(${resourceKeys}::uuid[]) AND capacity.effective_from <= ${at}
                 ORDER BY capacity.resource_id, capacity.metric, capacity.effective_from DESC, capacity.is_observed) AS current
         GROUP BY current."resourceId"`,
  );
}

/** Whether anything was seen or declared of a limit that is in force at an instant. */
export async function hasLimit(db: Database, resourceKey: string, metric: UsageMetric, at: Date): Promise<boolean> {
  const { exists } = await queryOne<{ exists: boolean }>(
    db,
    sql`SELECT EXISTS (SELECT FROM capacity_step AS capacity
                        WHERE capacity.resource_id = ${resourceKey} AND capacity.metric = ${limitMetricOf(metric)} AND capacity.effective_from <= ${at}) AS "exists"`,
  );
  return exists;
}

/** Declares a capacity; declared again from the same instant, it is replaced. */
export async function upsertCapacity(
  db: Database,
  resourceKey: string,
  { metric, limit, headroom, leadTimeDays, unitCostPerMonth, effectiveFrom }: Omit<CapacitySetInput, 'resourceId'>,
): Promise<string> {
  const { id } = await queryOne<{ id: string }>(
    db,
    sql`INSERT INTO capacity (resource_id, metric, limit_value, unit, headroom, lead_time_days,
                              unit_cost_per_month, unit_cost_currency, effective_from)
        VALUES (${resourceKey}, ${limitMetricOf(metric)}, ${limit ?? null}, ${usageUnits[metric]}, ${headroom}, ${leadTimeDays},
                ${unitCostPerMonth?.amount ?? null}, ${unitCostPerMonth?.currency ?? null}, ${effectiveFrom})
        ON CONFLICT (resource_id, metric, effective_from) DO UPDATE
           SET limit_value = excluded.limit_value, headroom = excluded.headroom, lead_time_days = excluded.lead_time_days,
               unit_cost_per_month = excluded.unit_cost_per_month, unit_cost_currency = excluded.unit_cost_currency
        RETURNING id`,
  );
  return id;
}

/** A step of a limit over time. */
export interface LimitStep {
  capacityId: string;
  effectiveFrom: string;
  limit: number;
  headroom: number;
  leadTimeDays: number;
  unit: string;
  /** An exact decimal; null when unknown. */
  unitCostPerMonth: string | null;
  unitCostCurrency: string | null;
}

/** What a metric is limited by: GPUs that are asked for and GPUs that are allocated are the same GPUs. */
export function limitMetricOf(metric: UsageMetric): UsageMetric {
  return metric === UsageMetric.GPU_ALLOCATED ? UsageMetric.GPU_REQUESTED : metric;
}

/** ` AND …` for one resource and metric, or nothing for all of them. */
export function ofSeries(only: { resourceKey: string; metric: UsageMetric } | undefined): Sql {
  return only ? sql` AND capacity.resource_id = ${only.resourceKey} AND capacity.metric = ${limitMetricOf(only.metric)}` : empty;
}
