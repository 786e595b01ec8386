import sql, { raw, type Sql } from 'sql-template-tag';
import type { Viewer } from '../access/index.js';
import { query, type Database } from '../platform/index.js';
import { chargesInForce, costColumn, type ChargeSelection } from './charges-in-force.js';
import { CostMetric, type CostVariance } from './cost.graphql.js';

/** The differences of one currency, exact, and the first instant that is charged for. */
export type VarianceRow = Omit<CostVariance, 'metric'> & { currency: string; firstAt: Date };

/** A number of a column that FOCUS has and we keep with the others; null where it is none. */
const extraNumber = (column: string): Sql => {
  const text = raw(`charge.extra ->> '${column}'`);
  return sql`CASE WHEN ${text} ~ '^-?[0-9]{1,30}([.][0-9]{1,30})?$' THEN (${text})::numeric END`;
};

/**
 * Why charges cost more or less than others, in each currency by itself.
 *
 * Notation  K cost at contracted prices, q quantity of an item (a SKU), Q and K̄ those of its family (the items of a service in one unit);
 *           b the base, c what is compared. An item without a base has its own price for a reference.
 *           usage Q_c·K̄_b/Q_b − K̄_b, price K_c − q_c·K_b/q_b, currency K_c·(1 − rate_b/rate_c), which is taken out of the price, mix what is left.
 *           Corrections, credits, and what commitments cost and save stand apart from these.
 *           What has no quantity, a fee or a tax, is an item of its own, of quantity 1 wherever it is charged.
 * Units     exact decimals in the currency; parts are rounded to the digits of the total by largest remainder, so that they add up to it.
 * Source    price, volume and mix as in management accounting: Horngren, Datar & Rajan, Cost Accounting, 14th ed., chapter 14; the currencies of
 *           FOCUS 1.2, PricingCurrency and PricingCurrencyEffectiveCost.
 */
export function costVariances(db: Database, viewer: Viewer, base: ChargeSelection, compared: ChargeSelection, metric: CostMetric): Promise<VarianceRow[]> {
  const cost = costColumn(metric);
  // Of a cost before commitments there is nothing that they save.
  const isDiscounted = metric === CostMetric.EFFECTIVE_COST || metric === CostMetric.BILLED_COST;
  const side = (isCompared: boolean, selection: ChargeSelection): Sql => sql`
    SELECT ${raw(String(isCompared))} AS is_compared, charge.billing_currency, charge.charge_period_start, charge.charge_class, charge.charge_category,
           charge.commitment_discount_id, charge.commitment_discount_status, charge.provider_name, charge.service_name, charge.sku_id, charge.charge_description,
           charge.pricing_quantity, charge.pricing_unit, charge.consumed_quantity, charge.consumed_unit, charge.effective_cost, charge.contracted_cost, ${cost} AS cost,
           charge.extra ->> 'PricingCurrency' AS pricing_currency, ${extraNumber('PricingCurrencyEffectiveCost')} AS foreign_amount
      ${chargesInForce(viewer, selection)}`;
  return query(
    db,
    sql`WITH charge_row AS (${side(false, base)} UNION ALL ${side(true, compared)}
        ), charged AS MATERIALIZED (
          SELECT row.is_compared, row.billing_currency AS currency, row.charge_period_start AS at, row.cost,
                 CASE WHEN row.charge_class = 'Correction' THEN 'RESTATEMENT' WHEN row.charge_category = 'Credit' THEN 'CREDIT'
                      WHEN row.charge_category = 'Purchase' OR row.commitment_discount_status = 'Unused' THEN 'COMMITMENT' END AS cause,
                 CASE WHEN ${isDiscounted} AND row.commitment_discount_id IS NOT NULL THEN coalesce(row.contracted_cost, row.cost) ELSE row.cost END AS priced,
                 row.provider_name, row.service_name, coalesce(row.sku_id, row.charge_description, row.charge_category) AS item,
                 CASE WHEN row.pricing_quantity > 0 THEN row.pricing_quantity WHEN row.consumed_quantity > 0 THEN row.consumed_quantity END AS quantity,
                 CASE WHEN row.pricing_quantity > 0 THEN coalesce(row.pricing_unit, '') WHEN row.consumed_quantity > 0 THEN coalesce(row.consumed_unit, '') END AS unit,
                 CASE WHEN row.foreign_amount IS NOT NULL THEN nullif(row.pricing_currency, row.billing_currency) END AS pricing_currency,
                 row.effective_cost AS converted, row.foreign_amount
            FROM charge_row AS row
        ), item AS MATERIALIZED (
          SELECT charged.currency, charged.provider_name, charged.service_name, charged.unit, charged.item,
                 -- What has a quantity is one of a family; anything else is its own.
                 CASE WHEN charged.unit IS NULL THEN charged.item END AS own,
                 coalesce(sum(charged.priced) FILTER (WHERE NOT charged.is_compared), 0) AS base_cost,
                 coalesce(sum(charged.priced) FILTER (WHERE charged.is_compared), 0) AS cost,
                 coalesce(CASE WHEN charged.unit IS NULL THEN max(1) FILTER (WHERE NOT charged.is_compared) ELSE sum(charged.quantity) FILTER (WHERE NOT charged.is_compared) END, 0) AS base_quantity,
                 coalesce(CASE WHEN charged.unit IS NULL THEN max(1) FILTER (WHERE charged.is_compared) ELSE sum(charged.quantity) FILTER (WHERE charged.is_compared) END, 0) AS quantity,
                 CASE WHEN count(DISTINCT charged.pricing_currency) = 1 AND bool_and(charged.pricing_currency IS NOT NULL)
                      THEN sum(charged.converted) FILTER (WHERE NOT charged.is_compared) / nullif(sum(charged.foreign_amount) FILTER (WHERE NOT charged.is_compared), 0) END AS base_rate,
                 CASE WHEN count(DISTINCT charged.pricing_currency) = 1 AND bool_and(charged.pricing_currency IS NOT NULL)
                      THEN sum(charged.converted) FILTER (WHERE charged.is_compared) / nullif(sum(charged.foreign_amount) FILTER (WHERE charged.is_compared), 0) END AS rate
            FROM charged
           WHERE charged.cause IS NULL AND charged.priced IS NOT NULL AND charged.cost IS NOT NULL
           GROUP BY charged.currency, charged.provider_name, charged.service_name, charged.unit, charged.item
        ), effect AS (
          SELECT item.currency,
                 CASE WHEN family.base_quantity > 0 THEN item.quantity * family.base_cost / family.base_quantity - item.base_cost ELSE item.cost END AS usage,
                 CASE WHEN item.base_quantity > 0 AND item.quantity > 0 THEN item.cost - item.quantity * item.base_cost / item.base_quantity ELSE 0 END AS price,
                 CASE WHEN item.base_quantity > 0 AND item.base_rate > 0 AND item.rate > 0 THEN item.cost - item.cost * item.base_rate / item.rate ELSE 0 END AS exchange
            FROM item
            JOIN (SELECT item.currency, item.provider_name, item.service_name, item.unit, item.own, sum(item.base_cost) AS base_cost, sum(item.base_quantity) AS base_quantity
                    FROM item GROUP BY item.currency, item.provider_name, item.service_name, item.unit, item.own) AS family
              ON family.currency = item.currency AND family.provider_name = item.provider_name AND family.service_name = item.service_name
                 AND family.unit IS NOT DISTINCT FROM item.unit AND family.own IS NOT DISTINCT FROM item.own
        ), moved AS (
          SELECT effect.currency, sum(effect.usage) AS usage, sum(effect.price - effect.exchange) AS price, sum(effect.exchange) AS exchange FROM effect GROUP BY effect.currency
        ), apart AS (
          SELECT charged.currency, min(charged.at) AS first_at, count(*) - count(charged.cost) AS unstated,
                 coalesce(sum(charged.cost) FILTER (WHERE NOT charged.is_compared), 0) AS base, coalesce(sum(charged.cost) FILTER (WHERE charged.is_compared), 0) AS compared,
                 coalesce(sum(signed.cost - signed.priced) FILTER (WHERE charged.cause IS NULL), 0) + coalesce(sum(signed.cost) FILTER (WHERE charged.cause = 'COMMITMENT'), 0) AS commitment,
                 coalesce(sum(signed.cost) FILTER (WHERE charged.cause = 'CREDIT'), 0) AS credit,
                 coalesce(sum(signed.cost) FILTER (WHERE charged.cause = 'RESTATEMENT'), 0) AS restatement
            FROM charged
            CROSS JOIN LATERAL (SELECT CASE WHEN charged.is_compared THEN charged.cost ELSE -charged.cost END AS cost,
                                       CASE WHEN charged.is_compared THEN charged.priced ELSE -charged.priced END AS priced) AS signed
           GROUP BY charged.currency
        ), whole AS (
          SELECT apart.*, apart.compared - apart.base AS total, greatest(2, scale(trim_scale(apart.compared - apart.base))) AS digits,
                 coalesce(moved.price, 0) AS price, coalesce(moved.usage, 0) AS usage, coalesce(moved.exchange, 0) AS exchange
            FROM apart LEFT JOIN moved ON moved.currency = apart.currency
        ), part AS (
          SELECT whole.currency, cause.position, cause.name, floor(cause.amount * scaled.grain) AS floored, scaled.grain, scaled.unit, whole.total,
                 row_number() OVER (PARTITION BY whole.currency ORDER BY cause.amount * scaled.grain - floor(cause.amount * scaled.grain) DESC, cause.position) AS rank
            FROM whole
            CROSS JOIN LATERAL (SELECT ('1e' || whole.digits)::numeric AS grain, ('1e-' || whole.digits)::numeric AS unit) AS scaled
            CROSS JOIN LATERAL (VALUES (1, 'PRICE', whole.price), (2, 'USAGE', whole.usage),
                                       -- What is left, so that nothing is.
                                       (3, 'MIX', whole.total - whole.price - whole.usage - whole.commitment - whole.credit - whole.exchange - whole.restatement),
                                       (4, 'COMMITMENT', whole.commitment), (5, 'CREDIT', whole.credit), (6, 'CURRENCY', whole.exchange), (7, 'RESTATEMENT', whole.restatement))
                       AS cause (position, name, amount)
        ), rounded AS (
          SELECT part.currency, part.position, part.name,
                 (part.floored + CASE WHEN part.rank <= part.total * part.grain - sum(part.floored) OVER (PARTITION BY part.currency) THEN 1 ELSE 0 END) * part.unit AS amount
            FROM part
        )
        SELECT whole.currency, whole.first_at AS "firstAt", whole.unstated::int AS "unstatedChargeCount",
               ${money('whole.base')} AS "base", ${money('whole.compared')} AS "compared", ${money('whole.total')} AS "total",
               (SELECT jsonb_agg(jsonb_build_object('cause', rounded.name, 'amount', ${money('rounded.amount')}) ORDER BY rounded.position)
                  FROM rounded WHERE rounded.currency = whole.currency) AS "parts"
          FROM whole
         ORDER BY whole.currency`,
  );
}

function money(amount: string): Sql {
  return raw(`jsonb_build_object('amount', trim_scale(${amount})::text, 'currency', whole.currency)`);
}
