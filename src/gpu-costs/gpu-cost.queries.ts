import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { withinScopes, type Viewer } from '../access/index.js';
import { loadState, needsExchangeRate } from '../costs/index.js';
import { checkPeriod, InvalidInput, type Database, type Granularity, type PeriodInput } from '../platform/index.js';
import { accruedCosts } from './gpu-charges.js';
import { GpuCostDimension, IdleRule, type GpuCostDimensionInput, type GpuCostGroup, type GpuCostReport } from './gpu-cost.graphql.js';
import { gpuFleet } from './gpu-fleet.js';
import { gpuHours } from './gpu-hours.js';
import { queryManyJoins } from './many-joins.js';
import { minorUnits } from './minor-units.js';
import { unpricedGpus } from './unpriced.queries.js';

/** A value of who had the GPUs (`holder`), or of what was charged for, as far as the viewer may see that (`whole`). */
const dimensionValues: Record<GpuCostDimension, string> = {
  [GpuCostDimension.RESOURCE]: 'coalesce(holder.resource_name, holder.resource_id)',
  [GpuCostDimension.SUB_ACCOUNT]: 'holder.sub_account_id',
  [GpuCostDimension.CHARGED_RESOURCE]: 'coalesce(whole.resource_name, whole.resource_id)',
  [GpuCostDimension.GPU_MODEL]: 'coalesce(holder.gpu_model, model.name)',
  [GpuCostDimension.PROVIDER]: 'charged_for.provider_name',
  [GpuCostDimension.REGION]: 'whole.region_id',
};

/** More points than this are a download, not an answer. */
const mostPoints = 50_000;
const mostDimensions = 5;
const longestPeriodDays = 400;
const dayMs = 86_400_000;

export interface GpuCostArgs {
  period: PeriodInput;
  groupBy: GpuCostDimensionInput[];
  idle: IdleRule;
  granularity: Granularity;
  currency?: string | null;
}

/** What GPUs cost, by who had them: the parts add up to the bill, to the smallest unit of each currency. @throws InvalidInput */
export async function gpuCostReport(db: Database, viewer: Viewer, args: GpuCostArgs, now: Date): Promise<GpuCostReport> {
  checkDays(args.period);
  if (args.granularity === 'HOUR') throw new InvalidInput('granularity needs to be DAY or MONTH, because costs are divided day by day, got HOUR', ['granularity']);
  const [rows, unpriced, state] = await Promise.all([
    groupRows(db, viewer, args),
    unpricedGpus(db, viewer, args.period),
    loadState(db, args.period),
  ]);
  const foreign = args.currency && rows.find(({ total }) => total.currency !== args.currency);
  if (foreign) throw needsExchangeRate(args.currency!, foreign.total.currency, foreign.points[0]?.period.start ?? args.period.start);
  if (rows.reduce((count, { points }) => count + points.length, 0) > mostPoints) {
    throw new InvalidInput(`a report may have at most ${mostPoints} points: ask for a shorter period, a coarser granularity or fewer groups`);
  }
  const currencies = new Set(rows.map(({ total }) => total.currency));
  return {
    period: args.period,
    idle: args.idle,
    asOf: state.asOf ?? now,
    settled: state.settled,
    groups: rows,
    unpriced,
    bill: currencies.size === 1 ? rows[0]!.bill : null,
  };
}

/** @throws InvalidInput when the period is not of whole days */
export function checkDays(period: PeriodInput): void {
  const { start, end } = checkPeriod(period);
  if ([start, end].some((instant) => instant.getTime() % dayMs !== 0)) {
    throw new InvalidInput(`period needs to begin and end at midnight, UTC, because costs are divided day by day, got ${start.toISOString()} to ${end.toISOString()}`, ['period']);
  }
  const days = (end.getTime() - start.getTime()) / dayMs;
  if (days > longestPeriodDays) throw new InvalidInput(`period may be at most ${longestPeriodDays} days, got ${days}`, ['period']);
}

/**
 * What each part of a day costs is its share of the GPU-hours. Sums are exact until the end, and rounded once, by largest remainder: the
 * bill to the smallest unit of its currency, the groups so that they add up to it, the points so that they add up to their group.
 */
function groupRows(db: Database, viewer: Viewer, { period, groupBy, idle, granularity }: GpuCostArgs): Promise<GpuCostGroup[]> {
  const unit = raw(`'${granularity.toLowerCase()}'`);
  const money = (units: string) => raw(`jsonb_build_object('amount', round(${units} * rounded.smallest, rounded.digits)::text, 'currency', rounded.currency)`);
  return queryManyJoins(
    db,
    sql`WITH RECURSIVE ${gpuFleet}, ${accruedCosts(period)}, ${gpuHours(period)}, ${weights(idle)}, model AS (
          SELECT line.whole_id AS id, min(resource.gpu_model) AS name FROM line JOIN resource ON resource.id = line.part_id GROUP BY 1
        ), point AS MATERIALIZED (
          SELECT cell.currency, ${keyOfGroup(groupBy)} AS key,
                 CASE WHEN cell.kind = 'HELD' THEN coalesce(holder.gpu_sharing, 'ALLOCATED') ELSE cell.kind END AS part,
                 date_trunc(${unit}, cell.day, 'UTC') AS start, round(sum(cell.cost), 20) AS cost, sum(cell.gpu_hours) AS gpu_hours
            FROM cell
            JOIN resource AS charged_for ON charged_for.id = cell.charged_id
            LEFT JOIN resource AS whole ON whole.id = charged_for.id${withinScopes('whole', viewer.scope)}
            LEFT JOIN resource AS holder ON holder.id = cell.holder_id
            LEFT JOIN model ON model.id = charged_for.id
           WHERE CASE WHEN holder.id IS NULL THEN whole.id IS NOT NULL ELSE true${withinScopes('holder', viewer.scope)} END
           GROUP BY 1, 2, 3, 4
        ), grouped AS (
          SELECT point.currency, point.key, point.part, sum(point.cost) AS cost, sum(point.gpu_hours) AS gpu_hours,
                 coalesce(minor.digits, 2) AS digits, 10::numeric ^ -coalesce(minor.digits, 2) AS smallest
            FROM point
            LEFT JOIN jsonb_to_recordset(${JSON.stringify(minorUnits)}::jsonb) AS minor (currency text, digits int) ON minor.currency = point.currency
           GROUP BY point.currency, point.key, point.part, minor.digits
        ), rounded AS (
          SELECT grouped.*, round(sum(grouped.cost) OVER of_currency / grouped.smallest) AS bill_units,
                 ${largestRemainder({ exact: 'grouped.cost / grouped.smallest', whole: 'round(sum(grouped.cost) OVER of_currency / grouped.smallest)', within: 'grouped.currency', tie: 'grouped.part, grouped.key' })} AS units
            FROM grouped
          WINDOW of_currency AS (PARTITION BY grouped.currency)
        ), pointed AS (
          SELECT point.currency, point.key, point.part, point.start,
                 ${largestRemainder({ exact: 'point.cost / rounded.smallest', whole: 'rounded.units', within: 'point.currency, point.key, point.part', tie: 'point.start' })} AS units
            FROM point
            JOIN rounded ON rounded.currency = point.currency AND rounded.key = point.key AND rounded.part = point.part
        )
        SELECT rounded.key, rounded.part, rounded.gpu_hours::float8 AS "gpuHours", ${money('rounded.units')} AS "total", ${money('rounded.bill_units')} AS "bill",
               jsonb_agg(jsonb_build_object(
                 'period', jsonb_build_object('start', pointed.start, 'end', pointed.start + ('1 ' || ${unit})::interval),
                 'cost', ${money('pointed.units')}) ORDER BY pointed.start) AS "points"
          FROM rounded
          JOIN pointed ON pointed.currency = rounded.currency AND pointed.key = rounded.key AND pointed.part = rounded.part
         GROUP BY rounded.currency, rounded.key, rounded.part, rounded.gpu_hours, rounded.units, rounded.bill_units, rounded.smallest, rounded.digits
         ORDER BY rounded.currency, rounded.units DESC, rounded.part, rounded.key`,
  );
}

/**
 * `cell`: what each part of each charged resource cost on each day. The weight of a part is its GPU-hours, and with a rule for what is idle, its
 * share of that. A day whose GPUs nobody knows the number of is unobserved as a whole.
 */
export function weights(idle: IdleRule): Sql {
  const spread: Record<IdleRule, string> = {
    [IdleRule.SHOWN]: '0',
    [IdleRule.SPREAD_BY_ALLOCATION]: 'day.idle * part.gpu_hours / day.held',
    [IdleRule.SPREAD_EVENLY]: 'day.idle / day.holders',
  };
  const isSpread = raw(idle === IdleRule.SHOWN ? 'false' : 'day.held > 0');
  return sql`
  weighted AS MATERIALIZED (
    SELECT part.charged_id, part.day, part.kind, part.holder_id, part.gpu_hours,
           CASE WHEN part.kind = 'HELD' AND day.held > 0 THEN part.gpu_hours + ${raw(spread[idle])}
                WHEN part.kind = 'IDLE' AND ${isSpread} THEN 0
                ELSE part.gpu_hours END AS weight
      FROM part
      JOIN (SELECT part.charged_id, part.day, coalesce(sum(part.gpu_hours) FILTER (WHERE part.kind = 'HELD'), 0) AS held,
                   count(*) FILTER (WHERE part.kind = 'HELD') AS holders, coalesce(sum(part.gpu_hours) FILTER (WHERE part.kind = 'IDLE'), 0) AS idle
              FROM part GROUP BY 1, 2) AS day ON day.charged_id = part.charged_id AND day.day = part.day
  ), cell AS MATERIALIZED (
    SELECT accrued.currency, accrued.charged_id, accrued.day, coalesce(weighted.kind, 'UNOBSERVED') AS kind, weighted.holder_id, weighted.gpu_hours,
           CASE WHEN weighted.kind IS NULL THEN accrued.cost
                ELSE round(accrued.cost * weighted.weight, 30) / sum(weighted.weight) OVER (PARTITION BY accrued.currency, accrued.charged_id, accrued.day) END AS cost
      FROM accrued
      LEFT JOIN weighted ON weighted.charged_id = accrued.charged_id AND weighted.day = accrued.day AND weighted.weight > 0
  )`;
}

/**
 * Whole numbers that add up to `whole`, each less than 1 from what it is exactly: those with the largest remainder are rounded up. Nothing changes
 * its sign, and 0 stays 0.
 */
function largestRemainder({ exact, whole, within, tie }: { exact: string; whole: string; within: string; tie: string }): Sql {
  const remainder = `(${exact}) - floor(${exact})`;
  return raw(`floor(${exact}) + CASE WHEN row_number() OVER (PARTITION BY ${within} ORDER BY ${remainder} DESC, ${tie})
                    <= (${whole}) - sum(floor(${exact})) OVER (PARTITION BY ${within}) THEN 1 ELSE 0 END`);
}

/** The key of a group: one value per dimension, in their order. @throws InvalidInput */
function keyOfGroup(groupBy: readonly GpuCostDimensionInput[]): Sql {
  if (groupBy.length > mostDimensions) throw new InvalidInput(`groupBy takes at most ${mostDimensions} dimensions, got ${groupBy.length}`, ['groupBy']);
  const values = groupBy.map(({ dimension, tag }) => (dimension ? raw(dimensionValues[dimension]) : sql`holder.tags ->> ${tag ?? ''}::text`));
  return sql`ARRAY[${values.length === 0 ? empty : join(values)}]::text[]`;
}
