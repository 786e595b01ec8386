import sql from 'sql-template-tag';
import { query, type Database } from '../platform/index.js';

/** Makes the resources that these loads charge for known; what is known better already stays. */
export async function noteChargedResources(
  db: Database,
  loadIds: readonly string[],
  days: { first: string; last: string },
): Promise<void> {
  await query(
    db,
    sql`INSERT INTO resource AS known (provider_name, resource_id, resource_name, resource_type, service_name, service_category,
                                       region_id, sub_account_id, tags, first_seen_at, last_seen_at)
        SELECT charge.provider_name, charge.resource_id, max(charge.resource_name), max(charge.resource_type),
               max(charge.service_name), max(charge.service_category), max(charge.region_id), max(charge.sub_account_id),
               coalesce(max(charge.tags::text), '{}')::jsonb, min(charge.charge_period_start), max(charge.charge_period_end)
          FROM charge
         WHERE charge.load_id = ANY(${loadIds}) AND charge.resource_id IS NOT NULL
           AND charge.charge_period_start >= ${days.first} AND charge.charge_period_start <= ${days.last}
         GROUP BY charge.provider_name, charge.resource_id
         -- Two deliveries that know the same resources lock them in one order, and never each other.
         ORDER BY charge.provider_name, charge.resource_id
        ON CONFLICT (provider_name, resource_id) DO UPDATE
           SET resource_name  = coalesce(known.resource_name, excluded.resource_name),
               resource_type  = coalesce(known.resource_type, excluded.resource_type),
               region_id      = coalesce(known.region_id, excluded.region_id),
               sub_account_id = coalesce(known.sub_account_id, excluded.sub_account_id),
               tags           = known.tags || excluded.tags,
               first_seen_at  = least(known.first_seen_at, excluded.first_seen_at),
               last_seen_at   = greatest(known.last_seen_at, excluded.last_seen_at)`,
  );
}
