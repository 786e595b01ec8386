import sql from 'sql-template-tag';
import { withinScopes, withinStoredScope, type Scope, type Viewer } from '../access/index.js';
import { query, type Database } from '../platform/index.js';
import { costByMetric, loadsInForce } from './charges-in-force.js';
import type { CostMetric } from './cost.graphql.js';

/** What shares are taken of: a scope, in one currency and over some days. */
export interface WholeCost {
  scope: Scope;
  metric: CostMetric;
  currency: string;
  start: Date;
  end: Date;
}

/** What may have a share: charges of a scope, and of these resources only, unless null. */
export interface CostPart {
  scope: Scope;
  resourceKeys: string[] | null;
}

/**
 * Which share of each whole is each part.
 *
 * Shapes  result [wholes × parts], whole after whole: at i·parts.length + j part j of whole i.
 * Units   0 to 1, and beyond where credits make a whole less than its part; null where the whole is nothing.
 */
export async function costShares(db: Database, viewer: Viewer, wholes: readonly WholeCost[], parts: readonly CostPart[]): Promise<(number | null)[]> {
  if (wholes.length === 0 || parts.length === 0) return [];
  const rows = await query<{ whole: number; part: number; share: number | null }>(
    db,
    sql`WITH whole AS (
          SELECT asked.* FROM jsonb_to_recordset(${JSON.stringify(wholes.map((whole, index) => ({ ...whole, index })))}::jsonb)
                 AS asked (index int, scope jsonb, metric text, currency text, start timestamptz, "end" timestamptz)
        ), part AS (
          SELECT asked.* FROM jsonb_to_recordset(${JSON.stringify(parts.map((part, index) => ({ ...part, index })))}::jsonb)
                 AS asked (index int, scope jsonb, "resourceKeys" uuid[])
        )
        SELECT whole.index AS "whole", part.index AS "part",
               (coalesce(sum(amount.value) FILTER (WHERE (part."resourceKeys" IS NULL OR resource.id = ANY(part."resourceKeys"))${withinStoredScope('charge', 'part.scope')}), 0)
                 / nullif(sum(amount.value), 0))::float8 AS "share"
          FROM whole
          CROSS JOIN part
          JOIN charge ON charge.charge_period_start >= whole.start AND charge.charge_period_start < whole."end" AND charge.billing_currency = whole.currency
          JOIN charge_load AS load ON load.id = charge.load_id AND ${loadsInForce(null)}
          LEFT JOIN resource ON resource.provider_name = charge.provider_name AND resource.resource_id = charge.resource_id
          CROSS JOIN LATERAL (SELECT ${costByMetric('whole.metric')} AS value) AS amount
         WHERE true${withinScopes('charge', viewer.scope)}${withinStoredScope('charge', 'whole.scope')}
         GROUP BY 1, 2`,
  );
  const shares = new Array<number | null>(wholes.length * parts.length).fill(null);
  for (const { whole, part, share } of rows) shares[whole * parts.length + part] = share;
  return shares;
}
