import sql, { raw, type Sql } from 'sql-template-tag';
import { withinScopes, withinStoredScope, type Viewer } from '../access/index.js';
import { costByMetric } from '../costs/index.js';

/** The loads in force, ascending, and the newest of them: charges have changed when these have. */
export const chargesNow = sql`
  SELECT coalesce(array_agg(load.id ORDER BY load.id), '{}') AS loads, max(load.loaded_at) AS as_of
    FROM charge_load AS load WHERE load.superseded_at IS NULL`;

/** The columns that scopes ask of. Charges in which they are equal are of the same scopes. */
const kindColumns = ['provider_name', 'sub_account_id', 'service_name', 'service_category', 'tags'];
const kindOf = (table: string): Sql => raw(kindColumns.map((column) => `${table}.${column}`).join(', '));
/** Numbers are sorted and compared faster than what they are of, which is compared only where they are equal. */
const digestOf = (table: string): Sql => sql`hash_record_extended(ROW(${kindOf(table)}), 0)`;
const isSameKind = raw(kindColumns.map((column) => `charge.${column} IS NOT DISTINCT FROM match.${column}`).join(' AND '));

/**
 * `charged`, a CTE and those it stands on: what loads charge to budgets, as (budget_id, load_id, currency, start_at, end_at, value).
 *
 * Charges are alike in what a scope asks of them, those of one resource for each of its days for one. So the scopes are held
 * against each kind of charge there is, once, and not against each charge. Without a load the charges are not looked at. It is
 * materialized: joined to a budget that the planner takes to be the only one, charges would be looked up for each match.
 *
 * @param budgets the name of a CTE with rows of `budget`; materialized
 * @param loads the name of a CTE with the loads to count, by their `id`; materialized
 */
export function chargedToBudgets(viewer: Viewer, budgets: Sql, loads: Sql): Sql {
  const counted = sql`
    EXISTS (SELECT FROM ${loads}) AND charge.load_id = ANY (ARRAY (SELECT ${loads}.id FROM ${loads}))
    AND charge.charge_period_start >= (SELECT min(${budgets}.period_start) FROM ${budgets})
    AND charge.charge_period_start < (SELECT max(${budgets}.period_end) FROM ${budgets})${withinScopes('charge', viewer.scope)}`;
  return sql`
    kind AS MATERIALIZED (
      SELECT DISTINCT ${digestOf('charge')} AS digest, ${kindOf('charge')} FROM charge WHERE ${counted}
    ), match AS MATERIALIZED (
      SELECT asked.id AS budget_id, asked.metric, asked.period_start, asked.period_end, kind.*
        FROM ${budgets} AS asked
        -- The planner takes a scope to let nothing through, and then looks the charges of each match up one by one. Of this it knows nothing.
        JOIN kind ON coalesce(true${withinStoredScope('kind', 'asked.scope')}, false)
    ), charged AS MATERIALIZED (
      SELECT match.budget_id, charge.load_id, charge.billing_currency AS currency, charge.charge_period_start AS start_at, charge.charge_period_end AS end_at,
             ${costByMetric('match.metric')} AS value
        FROM match
        JOIN charge ON ${digestOf('charge')} = match.digest AND ${isSameKind}
                   AND charge.charge_period_start >= match.period_start AND charge.charge_period_start < match.period_end
       WHERE ${counted}
    )`;
}
