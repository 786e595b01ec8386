import sql, { raw, type Sql } from 'sql-template-tag';
import { withinScopes, type Scope, type Viewer } from '../access/index.js';
import type { CostMetric } from './cost.graphql.js';

/** Days stay open for about this long after they end: providers go on adding to them. */
export const settlementLag = "interval '72 hours'";

/** The column of a cost metric. */
export function costColumn(metric: CostMetric): Sql {
  return raw(`charge.${metric.toLowerCase()}`);
}

/** The cost of a charge by the metric that a column names, qualified: each row of one statement may ask for another. */
export function costByMetric(metricColumn: string): Sql {
  return raw(`CASE ${metricColumn} WHEN 'BILLED_COST' THEN charge.billed_cost WHEN 'EFFECTIVE_COST' THEN charge.effective_cost
       WHEN 'CONTRACTED_COST' THEN charge.contracted_cost ELSE charge.list_cost END`);
}

/** Loads that were in force at an instant; null is now. Names them `load`. */
export function loadsInForce(asOf: Date | null | undefined): Sql {
  return asOf
    ? sql`load.loaded_at <= ${asOf} AND (load.superseded_at IS NULL OR load.superseded_at > ${asOf})`
    : sql`load.superseded_at IS NULL`;
}

/**
 * Until when the days of a load are settled: delivered, left alone for long enough, and not called
 * estimated by the provider itself.
 */
export const settledUntil = raw(`
  least(load.estimated_from, CASE WHEN load.loaded_at - ${settlementLag} >= load.billing_period_end THEN load.billing_period_end
       ELSE greatest(load.billing_period_start, least(load.charged_until, load.loaded_at - ${settlementLag}))
  END)`);

/** What to select charges by. */
export interface ChargeSelection {
  start: Date;
  end: Date;
  scope: Scope | null;
  chargeCategories?: readonly string[] | null;
  asOf?: Date | null;
}

/** `FROM charge JOIN charge_load AS load … WHERE …` for the charges in force that the viewer may see. */
export function chargesInForce(viewer: Viewer, { start, end, scope, chargeCategories, asOf }: ChargeSelection): Sql {
  const categories = chargeCategories?.length ? sql` AND charge.charge_category = ANY(${chargeCategories})` : sql``;
  return sql`
    FROM charge
    JOIN charge_load AS load ON load.id = charge.load_id AND ${loadsInForce(asOf)}
   WHERE charge.charge_period_start >= ${start}
     AND charge.charge_period_start <  ${end}${categories}${withinScopes('charge', viewer.scope, scope)}`;
}
