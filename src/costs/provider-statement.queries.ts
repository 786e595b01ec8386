import sql from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';
import type { ComparisonForecast } from './comparison-forecast.js';
import type { WholeBillingPeriod } from './whole-billing-period.js';

/** Keeps what the provider says its periods add up to, in place of what it said before. */
export async function storeProviderTotals(db: Database, dataSourceId: string, periods: readonly WholeBillingPeriod[], now: Date): Promise<void> {
  if (periods.length === 0) return;
  const totals = periods.flatMap(({ billingPeriodStart, totals: stated }) => stated.map((total) => ({ billingPeriodStart, ...total })));
  await query(
    db,
    sql`DELETE FROM provider_total
         WHERE data_source_id = ${dataSourceId} AND billing_period_start = ANY(${periods.map(({ billingPeriodStart }) => billingPeriodStart)}::timestamptz[])`,
  );
  await query(
    db,
    sql`INSERT INTO provider_total (data_source_id, billing_period_start, billing_currency, billed_cost, stated_at)
        SELECT ${dataSourceId}, stated."billingPeriodStart", stated."billingCurrency", sum(stated."billedCost"), ${now}
          FROM jsonb_to_recordset(${JSON.stringify(totals)}::jsonb)
               AS stated ("billingPeriodStart" timestamptz, "billingCurrency" text, "billedCost" numeric)
         GROUP BY 2, 3`,
  );
}

/** Keeps forecasts of others, one of each day they are collected on. */
export async function storeComparisonForecasts(db: Database, dataSourceId: string, forecasts: readonly ComparisonForecast[], now: Date): Promise<void> {
  if (forecasts.length === 0) return;
  const rows = forecasts.map(({ interval, ...forecast }) => ({ ...forecast, ...interval }));
  await query(
    db,
    sql`INSERT INTO comparison_forecast (data_source_id, made_by, cost_metric, billing_currency, period_start, period_end, made_on, mean, lower, upper, level)
        SELECT ${dataSourceId}, made."madeBy", made."costMetric", made."billingCurrency", made."periodStart", made."periodEnd",
               (${now}::timestamptz AT TIME ZONE 'UTC')::date, made.mean, made.lower, made.upper, made.level
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
               AS made ("madeBy" text, "costMetric" text, "billingCurrency" text, "periodStart" timestamptz, "periodEnd" timestamptz,
                        mean double precision, lower double precision, upper double precision, level double precision)
        ON CONFLICT (data_source_id, made_by, cost_metric, billing_currency, period_start, period_end, made_on)
        DO UPDATE SET mean = excluded.mean, lower = excluded.lower, upper = excluded.upper, level = excluded.level`,
  );
}
