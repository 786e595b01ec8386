import sql, { empty } from 'sql-template-tag';
import type { Viewer } from '../access/index.js';
import { query, type Database, type PeriodInput } from '../platform/index.js';
import { visibleTo } from './data-source.queries.js';
import type { Reconciliation } from './reconciliation.graphql.js';

export type ReconciliationRow = Reconciliation & { dataSourceId: string };

/** A bill and the file it comes in round to the cent; what is more is missing or too much. */
const tolerance = sql`0.01`;

/** What each source stores of the billing periods that overlap a period, against its provider's totals. */
export function reconciliations(db: Database, viewer: Viewer, { start, end }: PeriodInput, dataSourceKey: string | null): Promise<ReconciliationRow[]> {
  return query(
    db,
    sql`WITH load AS (
          SELECT load.* FROM charge_load AS load JOIN data_source AS source ON source.id = load.data_source_id
           WHERE load.billing_period_start < ${end} AND load.billing_period_end > ${start}
             ${dataSourceKey === null ? empty : sql`AND source.id = ${dataSourceKey}`}${visibleTo(viewer)}
        ), billed AS (
          SELECT load.id AS load_id, load.data_source_id, load.billing_period_start, total.billing_currency, sum(total.billed_cost) AS cost
            FROM load JOIN charge_load_total AS total ON total.load_id = load.id
           GROUP BY load.id, load.data_source_id, load.billing_period_start, total.billing_currency
        ), pair AS (
          SELECT billed.data_source_id, billed.billing_period_start, billed.billing_currency FROM billed
          UNION
          SELECT stated.data_source_id, stated.billing_period_start, stated.billing_currency
            FROM provider_total AS stated WHERE EXISTS (SELECT FROM load WHERE load.data_source_id = stated.data_source_id AND load.billing_period_start = stated.billing_period_start)
        ), revision AS (
          SELECT pair.*, load.revision, load.loaded_at, load.superseded_at, load.charge_count, load.billing_period_end, coalesce(billed.cost, 0) AS cost,
                 coalesce(billed.cost, 0) - lag(coalesce(billed.cost, 0)) OVER (PARTITION BY pair.data_source_id, pair.billing_period_start, pair.billing_currency ORDER BY load.revision) AS change
            FROM pair
            JOIN load ON load.data_source_id = pair.data_source_id AND load.billing_period_start = pair.billing_period_start
            LEFT JOIN billed ON billed.load_id = load.id AND billed.billing_currency = pair.billing_currency
        ), summed AS (
          SELECT revision.data_source_id, revision.billing_period_start, revision.billing_currency,
                 max(revision.billing_period_end) FILTER (WHERE revision.superseded_at IS NULL) AS billing_period_end,
                 sum(revision.cost) FILTER (WHERE revision.superseded_at IS NULL) AS cost,
                 jsonb_agg(jsonb_build_object(
                   'revision', revision.revision, 'loadedAt', revision.loaded_at, 'chargeCount', revision.charge_count, 'supersededAt', revision.superseded_at,
                   'billedCost', jsonb_build_object('amount', revision.cost::text, 'currency', revision.billing_currency),
                   'change', CASE WHEN revision.change IS NOT NULL THEN jsonb_build_object('amount', revision.change::text, 'currency', revision.billing_currency) END)
                   ORDER BY revision.revision) AS revisions
            FROM revision GROUP BY 1, 2, 3
        )
        SELECT 'DataSource:' || summed.data_source_id AS "dataSourceId",
               jsonb_build_object('start', summed.billing_period_start, 'end', summed.billing_period_end) AS "billingPeriod",
               jsonb_build_object('amount', summed.cost::text, 'currency', summed.billing_currency) AS "stored",
               CASE WHEN stated.billed_cost IS NOT NULL THEN jsonb_build_object('amount', stated.billed_cost::text, 'currency', summed.billing_currency) END AS "provider",
               CASE WHEN stated.billed_cost IS NOT NULL THEN jsonb_build_object('amount', (stated.billed_cost - summed.cost)::text, 'currency', summed.billing_currency) END AS "difference",
               abs(stated.billed_cost - summed.cost) <= ${tolerance} AS "isReconciled",
               summed.revisions
          FROM summed
          JOIN data_source AS source ON source.id = summed.data_source_id
          LEFT JOIN provider_total AS stated ON stated.data_source_id = summed.data_source_id
                AND stated.billing_period_start = summed.billing_period_start AND stated.billing_currency = summed.billing_currency
         ORDER BY summed.billing_period_start DESC, source.name, summed.billing_currency`,
  );
}
