import sql from 'sql-template-tag';
import { everything, withinScopes, type Scope, type Viewer } from '../access/index.js';
import type { Database, PeriodInput } from '../platform/index.js';
import { accruedCosts } from './gpu-charges.js';
import type { UnpricedGpus } from './gpu-cost.graphql.js';
import { gpuFleet } from './gpu-fleet.js';
import { queryManyJoins } from './many-joins.js';

/**
 * GPUs that were used and that no charge is for, neither of their own nor of anything they are a part of, by model; most GPU-hours first.
 *
 * Days whose bill has not come are left out: after the last usage that the provider charged for. Of a provider without bills no day is.
 * So are namespaces and the like, of which no GPU is known.
 */
export function unpricedGpus(db: Database, viewer: Viewer, period: PeriodInput, scope: Scope = everything): Promise<UnpricedGpus[]> {
  return queryManyJoins(
    db,
    sql`WITH RECURSIVE ${gpuFleet}, ${accruedCosts(period)}, billed AS (
          SELECT total.provider_name, max(load.charged_until) AS until
            FROM charge_load AS load JOIN charge_load_total AS total ON total.load_id = load.id
           WHERE load.superseded_at IS NULL
           GROUP BY 1
        ), model AS (
          SELECT part.id, min(resource.gpu_model) AS name
            FROM (SELECT line.part_id AS id, line.whole_id AS of_id FROM line UNION SELECT line.whole_id, line.part_id FROM line) AS part
            JOIN resource ON resource.id = part.of_id
           GROUP BY 1
        ), used AS (
          SELECT observer.id, day.day_start AS day, day.mean * day.coverage * 24 AS gpu_hours
            FROM observer
            JOIN usage_day AS day ON day.series_id = observer.series_id
           WHERE day.day_start >= ${period.start} AND day.day_start < ${period.end} AND day.mean > 0
             AND observer.id NOT IN (SELECT line.whole_id FROM line JOIN observer AS part ON part.id = line.part_id WHERE line.distance > 0)
        ), priced AS (
          SELECT DISTINCT line.part_id AS id, accrued.day FROM accrued JOIN line ON line.whole_id = accrued.charged_id
        )
        SELECT model.name AS "model", min(coalesce(resource.resource_name, resource.resource_id)) AS "resourceName",
               count(DISTINCT resource.id)::int AS "resourceCount", sum(used.gpu_hours) AS "gpuHours",
               jsonb_build_object('start', min(used.day), 'end', max(used.day) + interval '1 day') AS "period"
          FROM used
          JOIN resource ON resource.id = used.id
          LEFT JOIN billed ON billed.provider_name = resource.provider_name
          LEFT JOIN model ON model.id = used.id
          LEFT JOIN priced ON priced.id = used.id AND priced.day = used.day
         WHERE priced.id IS NULL AND used.day < coalesce(billed.until, 'infinity')
           AND (model.name IS NOT NULL OR used.id IN (SELECT anchor.id FROM anchor))${withinScopes('resource', viewer.scope, scope)}
         GROUP BY model.name
         ORDER BY sum(used.gpu_hours) DESC, model.name`,
  );
}
