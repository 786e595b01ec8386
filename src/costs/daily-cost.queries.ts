import sql, { raw } from 'sql-template-tag';
import { withinScopes, type Scope, type Viewer } from '../access/index.js';
import { query, type Database } from '../platform/index.js';
import { costColumn, settledUntil } from './charges-in-force.js';
import { CostMetric } from './cost.graphql.js';

/** What a scope cost day by day, over settled days only: what a forecast may learn from. */
export interface DailyCost {
  currency: string;
  /** The first day, UTC midnight. */
  start: Date;
  /** The end of the last settled day. */
  end: Date;
  /** One amount a day; null for a day that no delivery covers, 0 for one on which nothing was charged. */
  values: (number | null)[];
  /** The newest revision behind them. */
  asOf: Date;
}

/** A source whose settled days end this much before the newest source's has ceased to deliver. */
const ceasedAfter = "interval '45 days'";

/**
 * Daily costs of a scope, one series per billing currency.
 *
 * Accrued costs are spread evenly over the days of a charge that lasts longer than one; billed
 * costs stay on the day the charge begins, as cash does. Days that are not settled by every source
 * that still delivers are left out.
 */
export function dailyCosts(db: Database, viewer: Viewer, scope: Scope, metric: CostMetric): Promise<DailyCost[]> {
  const isSpread = metric !== CostMetric.BILLED_COST;
  const isLong = raw(isSpread ? `charge.charge_period_end - charge.charge_period_start > interval '1 day'` : 'false');
  return query(
    db,
    sql`WITH load AS (
          SELECT load.id, load.data_source_id, load.loaded_at, load.billing_period_start, load.billing_period_end, load.estimated_from,
                 -- Days after the last usage may not have been delivered at all; they are not days without cost.
                 least(${settledUntil}, load.charged_until) AS settled_until
            FROM charge_load AS load
           WHERE load.superseded_at IS NULL
        ), cost AS (
          SELECT charge.billing_currency AS currency, load.data_source_id,
                 date_trunc('day', charge.charge_period_start, 'UTC') AS day,
                 CASE WHEN ${isLong} THEN charge.charge_period_end END AS until,
                 sum(${costColumn(metric)})::float8 AS amount
            FROM charge
            JOIN load ON load.id = charge.load_id
           WHERE true${withinScopes('charge', viewer.scope, scope)}
           GROUP BY 1, 2, 3, 4
        ), source AS (
          -- A month that is estimated keeps the days of later ones from being learnt from: days follow one another.
          SELECT used.currency, load.data_source_id, least(max(load.settled_until), min(load.estimated_from)) AS settled_until, max(load.loaded_at) AS loaded_at
            FROM load
            JOIN (SELECT DISTINCT cost.currency, cost.data_source_id FROM cost) AS used USING (data_source_id)
           GROUP BY used.currency, load.data_source_id
        ), newest AS (
          SELECT source.currency, max(source.settled_until) AS settled_until, max(source.loaded_at) AS loaded_at
            FROM source GROUP BY source.currency
        ), span AS (
          SELECT newest.currency, newest.loaded_at,
                 (SELECT min(cost.day) FROM cost WHERE cost.currency = newest.currency) AS start,
                 (SELECT date_trunc('day', min(source.settled_until), 'UTC') FROM source
                   WHERE source.currency = newest.currency
                     AND source.settled_until > newest.settled_until - ${raw(ceasedAfter)}) AS "end"
            FROM newest
        ), spread AS (
          SELECT cost.currency, cost.day, sum(cost.amount) AS amount
            FROM cost WHERE cost.until IS NULL GROUP BY 1, 2
          UNION ALL
          SELECT cost.currency, part.day, sum(cost.amount / ceil(extract(epoch FROM cost.until - cost.day) / 86400)::float8)
            FROM cost
            CROSS JOIN LATERAL generate_series(cost.day, cost.until - interval '1 microsecond', interval '1 day') AS part (day)
           WHERE cost.until IS NOT NULL GROUP BY 1, 2
        ), daily AS (
          SELECT spread.currency, spread.day, sum(spread.amount) AS amount FROM spread GROUP BY 1, 2
        )
        SELECT span.currency, span.start, span."end", span.loaded_at AS "asOf",
               array_agg(CASE WHEN daily.amount IS NOT NULL THEN daily.amount
                              WHEN EXISTS (SELECT FROM load JOIN source USING (data_source_id)
                                            WHERE source.currency = span.currency
                                              AND load.billing_period_start <= day.at AND load.billing_period_end > day.at)
                              THEN 0 END ORDER BY day.at) AS "values"
          FROM span
          CROSS JOIN LATERAL generate_series(span.start, span."end" - interval '1 day', interval '1 day') AS day (at)
          LEFT JOIN daily ON daily.currency = span.currency AND daily.day = day.at
         GROUP BY span.currency, span.start, span."end", span.loaded_at
         ORDER BY span.currency`,
  );
}
