import sql, { join, raw, type Sql } from 'sql-template-tag';
import { toScope, type Viewer } from '../access/index.js';
import { checkPeriod, InvalidInput, query, queryOne, type Database, type Granularity, type Money } from '../platform/index.js';
import { chargesInForce, costColumn, loadsInForce, settledUntil, type ChargeSelection } from './charges-in-force.js';
import {
  CostDimension,
  type CostDimensionInput,
  type CostFilter,
  type CostGroup,
  type CostMetric,
  type CostReport,
} from './cost.graphql.js';

const dimensionColumns: Record<CostDimension, string> = {
  [CostDimension.PROVIDER]: 'provider_name',
  [CostDimension.BILLING_ACCOUNT]: 'billing_account_id',
  [CostDimension.SUB_ACCOUNT]: 'sub_account_id',
  [CostDimension.SERVICE_CATEGORY]: 'service_category',
  [CostDimension.SERVICE]: 'service_name',
  [CostDimension.REGION]: 'region_id',
  [CostDimension.RESOURCE]: 'resource_id',
  [CostDimension.CHARGE_CATEGORY]: 'charge_category',
};

/** More points than this are a download, not an answer. */
const mostPoints = 50_000;
const mostDimensions = 5;

export interface CostReportArgs {
  filter: CostFilter;
  groupBy: CostDimensionInput[];
  granularity: Granularity;
  metric: CostMetric;
  currency?: string | null;
  asOf?: Date | null;
}

/** Charges added up, one series per group and billing currency. @throws InvalidInput */
export async function costReport(db: Database, viewer: Viewer, args: CostReportArgs, now: Date): Promise<CostReport> {
  const { filter, metric, asOf } = args;
  const { start, end } = checkPeriod(filter.period, ['filter', 'period']);
  const selection = { start, end, asOf, scope: toScope(filter.scope), chargeCategories: filter.chargeCategories };
  const [rows, state] = await Promise.all([groupRows(db, viewer, selection, args), loadState(db, selection)]);

  const groups = rows.map(({ key, total, points }) => ({ key, total, points }));
  const currencies = new Set(rows.map(({ total }) => total.currency));
  checkConversion(args, groups);
  // Counted where they are limited: a point without a stated cost takes the place of another, too.
  if (rows.reduce((count, { pointCount }) => count + pointCount, 0) > mostPoints) {
    throw new InvalidInput(
      `a report may have at most ${mostPoints} points: ask for a shorter period, a coarser granularity or fewer groups`,
    );
  }
  return {
    metric,
    period: filter.period,
    asOf: state.asOf ?? asOf ?? now,
    settled: state.settled,
    total: currencies.size === 1 ? rows[0]!.currencyTotal : null,
    unstatedChargeCount: rows.reduce((count, { unstated }) => count + Number(unstated), 0),
    groups,
  };
}

type GroupRow = CostGroup & { currencyTotal: Money; unstated: string; pointCount: number };

function groupRows(db: Database, viewer: Viewer, selection: ChargeSelection, args: CostReportArgs): Promise<GroupRow[]> {
  const column = costColumn(args.metric);
  // A fixed set of words: the enum has no other.
  const unit = args.granularity.toLowerCase();
  const money = (amount: string) =>
    raw(`jsonb_build_object('amount', coalesce(${amount}, 0)::text, 'currency', point.currency)`);
  return query(
    db,
    sql`WITH point AS (
          SELECT charge.billing_currency                                              AS currency,
                 ${keyOfGroup(args.groupBy)}                                          AS key,
                 date_trunc(${raw(`'${unit}'`)}, charge.charge_period_start, 'UTC')   AS start,
                 sum(${column})                                                       AS cost,
                 count(*) - count(${column})                                          AS unstated
            ${chargesInForce(viewer, selection)}
           GROUP BY 1, 2, 3
           LIMIT ${mostPoints + 1}
        )
        SELECT point.key,
               ${money('sum(point.cost)')}                                             AS "total",
               ${money('sum(sum(point.cost)) OVER (PARTITION BY point.currency)')}     AS "currencyTotal",
               sum(point.unstated)::text                                               AS "unstated",
               count(*)::int                                                           AS "pointCount",
               coalesce(jsonb_agg(jsonb_build_object(
                 'period', jsonb_build_object('start', point.start, 'end', point.start + ${raw(`interval '1 ${unit}'`)}),
                 'cost', ${money('point.cost')}) ORDER BY point.start)
                 FILTER (WHERE point.cost IS NOT NULL), '[]')                          AS "points"
          FROM point
         GROUP BY point.currency, point.key
         ORDER BY point.currency, sum(point.cost) DESC NULLS LAST, point.key`,
  );
}

/** The key of a group: one value per dimension, in their order. */
function keyOfGroup(groupBy: readonly CostDimensionInput[]): Sql {
  if (groupBy.length > mostDimensions) {
    throw new InvalidInput(`groupBy takes at most ${mostDimensions} dimensions, got ${groupBy.length}`, ['groupBy']);
  }
  if (groupBy.length === 0) return raw('ARRAY[]::text[]');
  const values = groupBy.map(({ dimension, tag }) =>
    dimension ? raw(`charge.${dimensionColumns[dimension]}`) : sql`charge.tags ->> ${tag ?? ''}::text`,
  );
  return sql`ARRAY[${join(values)}]::text[]`;
}

/** No exchange rates are kept yet; an amount in another currency is refused, never passed off as this one. */
function checkConversion({ currency, filter }: CostReportArgs, groups: readonly CostGroup[]): void {
  const foreign = currency && groups.find(({ total }) => total.currency !== currency);
  if (!foreign) return;
  throw needsExchangeRate(currency, foreign.total.currency, foreign.points[0]?.period.start ?? filter.period.start);
}

/** The refusal of an amount in another currency, by the month whose rate there is none of. */
export function needsExchangeRate(currency: string, foreign: string, at: Date): InvalidInput {
  const month = new Date(at).toISOString().slice(0, 7);
  return new InvalidInput(
    `currency "${currency}" needs an exchange rate from ${foreign} for ${month}, and there is none: leave it out to get each currency by itself`,
    ['currency'],
  );
}

/**
 * How far the loads behind a period go. A source's share of it that is settled is what its current
 * loads cover up to the day they are settled until; the least settled source counts.
 */
export function loadState(db: Database, { start, end, asOf }: Pick<ChargeSelection, 'start' | 'end' | 'asOf'>): Promise<{ asOf: Date | null; settled: number }> {
  return queryOne(
    db,
    sql`WITH load AS (
          SELECT load.data_source_id, load.loaded_at, load.billing_period_start AS start, ${settledUntil} AS settled_until
            FROM charge_load AS load
           WHERE ${loadsInForce(asOf)} AND load.billing_period_start < ${end} AND load.billing_period_end > ${start}
        ), source AS (
          SELECT max(load.loaded_at) AS loaded_at,
                 sum(greatest(0, extract(epoch FROM least(load.settled_until, ${end}) - greatest(load.start, ${start})))) AS seconds
            FROM load
           GROUP BY load.data_source_id
        )
        SELECT max(source.loaded_at) AS "asOf",
               least(1, coalesce(min(source.seconds), 0) / extract(epoch FROM ${end}::timestamptz - ${start}::timestamptz))::float8 AS "settled"
          FROM source`,
  );
}
