import sql, { empty, type Sql } from 'sql-template-tag';
import { toScope, withinScopes, type Viewer } from '../access/index.js';
import {
  checkPeriod,
  cursorInstant,
  cursorKey,
  NotFound,
  pageLimit,
  query,
  type Database,
  type Money,
  type PageArgs,
  type PeriodInput,
} from '../platform/index.js';
import { chargesInForce } from './charges-in-force.js';
import type { ChargeType, CostFilter } from './cost.graphql.js';

/** The key of the resource a charge concerns, for the loader; null when it concerns no single one. */
export type ChargeRow = ChargeType & { cursorKey: string[]; resourceKey: string | null };

/** A charge as the API shows it. Its id holds its whole key, so that one row is found in one partition. */
const selection = sql`
  'Charge:' || concat_ws('.', charge.load_id, charge.line_number,
                         extract(epoch FROM charge.charge_period_start)::bigint,
                         encode(convert_to(charge.billing_account_id, 'UTF8'), 'hex')) AS "id",
  charge.charge_category            AS "chargeCategory",
  charge.charge_class               AS "chargeClass",
  charge.charge_description         AS "chargeDescription",
  jsonb_build_object('start', charge.charge_period_start, 'end', charge.charge_period_end)   AS "chargePeriod",
  jsonb_build_object('start', load.billing_period_start, 'end', load.billing_period_end)     AS "billingPeriod",
  charge.billing_account_id         AS "billingAccountId",
  charge.sub_account_id             AS "subAccountId",
  charge.provider_name              AS "providerName",
  charge.service_name               AS "serviceName",
  charge.service_category           AS "serviceCategory",
  charge.sku_id                     AS "skuId",
  charge.region_id                  AS "regionId",
  CASE WHEN charge.consumed_quantity IS NOT NULL
       THEN jsonb_build_object('value', charge.consumed_quantity, 'unit', coalesce(charge.consumed_unit, '')) END AS "consumedQuantity",
  CASE WHEN charge.pricing_quantity IS NOT NULL
       THEN jsonb_build_object('value', charge.pricing_quantity, 'unit', coalesce(charge.pricing_unit, '')) END   AS "pricingQuantity",
  charge.pricing_category           AS "pricingCategory",
  jsonb_build_object('amount', charge.billed_cost::text, 'currency', charge.billing_currency)     AS "billedCost",
  jsonb_build_object('amount', charge.effective_cost::text, 'currency', charge.billing_currency)  AS "effectiveCost",
  CASE WHEN charge.list_cost IS NOT NULL
       THEN jsonb_build_object('amount', charge.list_cost::text, 'currency', charge.billing_currency) END       AS "listCost",
  CASE WHEN charge.contracted_cost IS NOT NULL
       THEN jsonb_build_object('amount', charge.contracted_cost::text, 'currency', charge.billing_currency) END AS "contractedCost",
  charge.commitment_discount_id     AS "commitmentDiscountId",
  charge.commitment_discount_status AS "commitmentDiscountStatus",
  coalesce((SELECT jsonb_agg(jsonb_build_object('key', tag.key, 'value', tag.value) ORDER BY tag.key)
              FROM jsonb_each_text(charge.tags) AS tag), '[]') AS "tags",
  (SELECT 'Resource:' || resource.id FROM resource
    WHERE resource.provider_name = charge.provider_name AND resource.resource_id = charge.resource_id) AS "resourceKey"`;

/** One page of charges in force, oldest first. */
export function chargePage(db: Database, viewer: Viewer, filter: CostFilter, page: PageArgs): Promise<ChargeRow[]> {
  const { start, end } = checkPeriod(filter.period, ['filter', 'period']);
  const key = sql`(charge.charge_period_start, charge.load_id, charge.line_number)`;
  const after = cursorKey(page, ['instant', 'integer', 'integer']);
  const beyond: Sql = after ? sql` AND ${key} > (${after[0]}::timestamptz, ${after[1]}::bigint, ${after[2]}::bigint)` : empty;
  return query(
    db,
    sql`SELECT ${selection},
               jsonb_build_array(${cursorInstant(sql`charge.charge_period_start`)}, charge.load_id::text, charge.line_number::text) AS "cursorKey"
          ${chargesInForce(viewer, { start, end, scope: toScope(filter.scope), chargeCategories: filter.chargeCategories })}${beyond}
         ORDER BY charge.charge_period_start, charge.load_id, charge.line_number
         LIMIT ${pageLimit(page)}`,
  );
}

/** The charge with this id in the API, of any revision. */
export async function chargeById(db: Database, viewer: Viewer, id: string): Promise<ChargeRow | undefined> {
  const [, loadId, line, epoch, account] = /^Charge:(\d{1,18})\.(\d{1,9})\.(\d{1,12})\.((?:(?!00)[0-9a-f]{2})+)$/.exec(id) ?? [];
  if (loadId === undefined) throw new NotFound(id);
  const [charge] = await query<ChargeRow>(
    db,
    sql`SELECT ${selection}
          FROM charge
          JOIN charge_load AS load ON load.id = charge.load_id
         WHERE charge.billing_account_id = ${Buffer.from(account!, 'hex').toString('utf8')}
           AND charge.load_id = ${loadId} AND charge.line_number = ${line}
           AND charge.charge_period_start = to_timestamp(${Number(epoch)})${withinScopes('charge', viewer.scope)}`,
  );
  return charge;
}

/** What resources cost over a period, one row per resource and currency that was charged. */
export function effectiveCosts(
  db: Database,
  viewer: Viewer,
  resourceKeys: string[],
  { start, end }: PeriodInput,
): Promise<{ resourceId: string; costs: Money[] }[]> {
  return query(
    db,
    sql`WITH cost AS (
          SELECT resource.id, charge.billing_currency AS currency, sum(charge.effective_cost) AS amount
            FROM resource
            JOIN charge ON charge.provider_name = resource.provider_name AND charge.resource_id = resource.resource_id
            JOIN charge_load AS load ON load.id = charge.load_id AND load.superseded_at IS NULL
           WHERE resource.id = ANY(${resourceKeys}::uuid[])
             AND charge.charge_period_start >= ${start}
             AND charge.charge_period_start <  ${end}${withinScopes('charge', viewer.scope)}
           GROUP BY resource.id, charge.billing_currency
        )
        SELECT 'Resource:' || cost.id AS "resourceId",
               jsonb_agg(jsonb_build_object('amount', cost.amount::text, 'currency', cost.currency) ORDER BY cost.currency) AS "costs"
          FROM cost
         GROUP BY cost.id`,
  );
}
