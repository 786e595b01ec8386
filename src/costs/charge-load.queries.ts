import sql, { join, raw } from 'sql-template-tag';
import { partitionOf, query, queryOne, type Database } from '../platform/index.js';

/** Who sent the bill: a provider's billing account. */
export interface Biller {
  providerName: string;
  billingAccountId: string;
}

/** What a load adds up to in one currency, exact. */
export interface LoadMoney {
  billingCurrency: string;
  billedCost: string;
  effectiveCost: string;
}

export interface CurrentLoad {
  id: string;
  revision: number;
  chargeCount: string;
  fingerprint: string;
  billingPeriodEnd: Date;
  estimatedFrom: Date | null;
  loadedAt: Date;
}

/** The load of a billing period that is in force. */
export async function currentLoad(
  db: Database,
  dataSourceId: string,
  billingPeriodStart: string,
): Promise<CurrentLoad | undefined> {
  const [load] = await query<CurrentLoad>(
    db,
    sql`SELECT load.id::text AS "id", load.revision, load.charge_count::text AS "chargeCount", load.fingerprint,
               load.billing_period_end AS "billingPeriodEnd", load.estimated_from AS "estimatedFrom", load.loaded_at AS "loadedAt"
          FROM charge_load AS load
         WHERE load.data_source_id = ${dataSourceId}
           AND load.billing_period_start = ${billingPeriodStart}
           AND load.superseded_at IS NULL`,
  );
  return load;
}

/** Makes a load the current one of its billing period; the one before stays readable as of its day. */
export async function insertLoad(
  db: Database,
  load: {
    id: string;
    dataSourceId: string;
    billingPeriodStart: string;
    billingPeriodEnd: string;
    revision: number;
    loadedAt: Date;
    chargeCount: number;
    chargedUntil: string;
    estimatedFrom: string | null;
    fingerprint: string;
  },
): Promise<void> {
  await query(
    db,
    sql`UPDATE charge_load SET superseded_at = ${load.loadedAt}
         WHERE data_source_id = ${load.dataSourceId} AND billing_period_start = ${load.billingPeriodStart}
           AND superseded_at IS NULL`,
  );
  await query(
    db,
    sql`INSERT INTO charge_load (id, data_source_id, billing_period_start, billing_period_end, revision, loaded_at,
                                 charge_count, charged_until, estimated_from, fingerprint)
        VALUES (${load.id}, ${load.dataSourceId}, ${load.billingPeriodStart}, ${load.billingPeriodEnd},
                ${load.revision}, ${load.loadedAt}, ${load.chargeCount}, ${load.chargedUntil}, ${load.estimatedFrom},
                ${load.fingerprint})`,
  );
}

/**
 * Tells the planner of the charges that have just come in, in the partitions of these months
 * (`2026-09`). Without it a new load counts as one row: it would be found through the index and
 * sorted on disk, which takes longer than the aggregates themselves.
 */
export async function analyzeCharges(db: Database, months: Iterable<string>): Promise<void> {
  // In one order, so that two deliveries of the same months wait for each other and never both.
  for (const month of [...months].toSorted()) {
    const partition = raw(partitionOf('charge', month));
    await query(
      db,
      sql`ANALYZE ${partition} (load_id, charge_period_start, provider_name, billing_account_id, billing_currency, resource_id)`,
    );
  }
}

/**
 * Adds up what a load stored, per biller and currency.
 *
 * @throws Error when the table holds another number of charges than were delivered
 */
export async function storeLoadTotals(
  db: Database,
  loadId: string,
  chargeCount: number,
  days: { first: string; last: string },
): Promise<void> {
  await query(
    db,
    sql`INSERT INTO charge_load_total (load_id, provider_name, billing_account_id, billing_currency,
                                       charge_count, billed_cost, effective_cost)
        SELECT charge.load_id, charge.provider_name, charge.billing_account_id, charge.billing_currency,
               count(*), sum(charge.billed_cost), sum(charge.effective_cost)
          FROM charge
         WHERE charge.load_id = ${loadId}
           AND charge.charge_period_start >= ${days.first} AND charge.charge_period_start <= ${days.last}
         GROUP BY charge.load_id, charge.provider_name, charge.billing_account_id, charge.billing_currency`,
  );
  const { stored } = await queryOne<{ stored: string }>(
    db,
    sql`SELECT coalesce(sum(total.charge_count), 0)::text AS "stored"
          FROM charge_load_total AS total WHERE total.load_id = ${loadId}`,
  );
  if (Number(stored) !== chargeCount) {
    throw new Error(`load ${loadId} stored ${stored} of ${chargeCount} charges`);
  }
}

export function moneyOfLoad(db: Database, loadId: string): Promise<LoadMoney[]> {
  return query(
    db,
    sql`SELECT total.billing_currency           AS "billingCurrency",
               sum(total.billed_cost)::text     AS "billedCost",
               sum(total.effective_cost)::text  AS "effectiveCost"
          FROM charge_load_total AS total
         WHERE total.load_id = ${loadId}
         GROUP BY total.billing_currency
         ORDER BY total.billing_currency`,
  );
}

/** The data sources of a collector whose current loads hold charges of any of these billers. */
export function sourcesOfBillers(
  db: Database,
  collector: string,
  billers: readonly Biller[],
): Promise<{ id: string; name: string }[]> {
  const pairs = billers.map(({ providerName, billingAccountId }) => sql`(${providerName}, ${billingAccountId})`);
  return query(
    db,
    sql`SELECT DISTINCT source.id, source.name
          FROM charge_load_total AS total
          JOIN charge_load AS load ON load.id = total.load_id AND load.superseded_at IS NULL
          JOIN data_source AS source ON source.id = load.data_source_id AND source.collector = ${collector}
         WHERE (total.provider_name, total.billing_account_id) IN (${join(pairs)})
         ORDER BY source.name`,
  );
}
