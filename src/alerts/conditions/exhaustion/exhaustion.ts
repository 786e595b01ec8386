import sql from 'sql-template-tag';
import { withinStoredScope, type Scope } from '../../../access/index.js';
import { query } from '../../../platform/index.js';
import type { UsageMetric } from '../../../usage/index.js';
import type { AlertCondition } from '../../condition.js';
import { verdictOf } from '../../reading.js';

export interface ExhaustionConditionSettings {
  resources: Scope;
  /** Null is every metric that has a limit. */
  metric: UsageMetric | null;
  withinDays: number;
  probability: number;
}

interface ExhaustionReading {
  ruleKey: string;
  resourceKey: string;
  resourceName: string;
  metric: string;
  withinDays: number;
  threshold: number;
  /** Null where the forecast is too old to say. */
  probability: number | null;
  p50At: Date | null;
  orderBy: Date | null;
  unitsNeeded: number;
  unit: string;
}

/** A chance moves by some points from day to day. */
const clearBelow = 0.8;

/** Capacity runs out within some days with at least some probability. Of a resource, what fills first counts. */
export const exhaustionCondition: AlertCondition<ExhaustionConditionSettings> = {
  kind: 'exhaustion',
  async readings(db, rules, now) {
    if (rules.length === 0) return [];
    const rows = await query<ExhaustionReading>(
      db,
      sql`SELECT rule.key AS "ruleKey", exhaustion.resource_id AS "resourceKey", coalesce(resource.resource_name, resource.resource_id) AS "resourceName", exhaustion.metric,
                 (rule.condition ->> 'withinDays')::int AS "withinDays", (rule.condition ->> 'probability')::float8 AS "threshold",
                 CASE WHEN forecast.origin > ${now}::timestamptz - interval '10 days'
                      THEN exhaustion.probability_by_day[greatest(1, least(cardinality(exhaustion.probability_by_day), within.step))] END AS "probability",
                 exhaustion.p50_at AS "p50At", exhaustion.order_by_at AS "orderBy", exhaustion.units_needed AS "unitsNeeded", exhaustion.unit
            FROM jsonb_to_recordset(${JSON.stringify(rules)}::jsonb) AS rule (key uuid, condition jsonb)
            JOIN exhaustion ON exhaustion.fills_first AND coalesce(exhaustion.metric = rule.condition ->> 'metric', rule.condition ->> 'metric' IS NULL)
            JOIN resource ON resource.id = exhaustion.resource_id${withinStoredScope('resource', `rule.condition -> 'resources'`)}
            JOIN forecast ON forecast.id = exhaustion.forecast_id
            CROSS JOIN LATERAL (SELECT ceil(extract(epoch FROM ${now}::timestamptz - forecast.origin) / 86400)::int + (rule.condition ->> 'withinDays')::int AS step) AS within`,
    );
    return rows.map(({ ruleKey, resourceKey, resourceName, metric, withinDays, threshold, probability, p50At, orderBy, unitsNeeded, unit }) => ({
      ruleKey,
      subject: { resourceKey },
      subjectKey: `${resourceKey} ${metric}`,
      periodKey: '',
      verdict: probability === null ? 'UNKNOWN' as const : verdictOf(probability, threshold, clearBelow),
      isOncePerPeriod: false,
      observed: probability ?? 0,
      threshold,
      unit: 'Probability',
      summary: `${metric} of "${resourceName}" runs out within ${withinDays} days with a chance of ${(100 * (probability ?? 0)).toFixed(0)} %`,
      details: [
        { name: 'As likely as not by', value: p50At ? day(p50At) : 'not within the forecast' },
        { name: 'What to do', value: unitsNeeded > 0 ? `order ${Number(unitsNeeded.toPrecision(3))} ${unit}${orderBy ? ` by ${day(orderBy)}` : ''}` : 'nothing has to be ordered yet' },
      ],
    }));
  },
};

const day = (instant: Date): string => instant.toISOString().slice(0, 10);
