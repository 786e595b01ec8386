import sql, { raw, type Sql } from 'sql-template-tag';
import type { PeriodInput } from '../platform/index.js';

/** The longest time that a charge is for. */
const longestCharge = raw(`interval '366 days'`);
/** Places of an amount that are kept where it is spread over days: what they leave out is no part of a cent in any sum. */
const places = raw('30');

const seconds = (end: Sql, start: Sql): Sql => sql`extract(epoch FROM ${end} - ${start})`;

/**
 * `accrued`: what each of the resources in `chargeable` cost by effective cost, on each day of the period that a charge in force is for
 * and in each currency. A charge for longer than a day is spread evenly over its time; the days add up to it.
 */
export function accruedCosts({ start, end }: PeriodInput): Sql {
  const from = sql`greatest(charge.charge_period_start, day.at)`;
  const until = sql`least(charge.charge_period_end, day.at + interval '1 day')`;
  return sql`
  accrued AS MATERIALIZED (
    SELECT resource.id AS charged_id, charge.billing_currency AS currency, day.at AS day,
           sum(CASE WHEN ${from} = charge.charge_period_start AND ${until} = charge.charge_period_end THEN charge.effective_cost
                    ELSE round(charge.effective_cost * ${seconds(until, from)}, ${places})
                         / ${seconds(sql`charge.charge_period_end`, sql`charge.charge_period_start`)} END) AS cost
      FROM charge
      JOIN charge_load AS load ON load.id = charge.load_id AND load.superseded_at IS NULL
      JOIN resource ON resource.provider_name = charge.provider_name AND resource.resource_id = charge.resource_id
      JOIN chargeable ON chargeable.id = resource.id
      CROSS JOIN LATERAL generate_series(
        greatest(date_bin('1 day', charge.charge_period_start, timestamptz '2000-01-01T00:00:00Z'), ${start}),
        -- A charge for an instant is for the day that it is in.
        least(greatest(charge.charge_period_end - interval '1 microsecond', charge.charge_period_start), ${end}::timestamptz - interval '1 microsecond'),
        interval '1 day') AS day (at)
     WHERE charge.charge_period_start >= ${start}::timestamptz - ${longestCharge} AND charge.charge_period_start < ${end}
       AND greatest(charge.charge_period_end, charge.charge_period_start + interval '1 microsecond') > ${start}
     GROUP BY 1, 2, 3
  )`;
}
