import sql from 'sql-template-tag';
import { query } from '../../../platform/index.js';
import type { AlertCondition } from '../../condition.js';

export interface StalenessConditionSettings {
  /** Null is every source. */
  dataSourceKey: string | null;
  /** Null is as long as the source itself may take: two of its intervals and what it is allowed to be late. */
  minutes: number | null;
}

interface StalenessReading {
  ruleKey: string;
  dataSourceKey: string;
  name: string;
  attention: string | null;
  collectedUntil: Date | null;
  lateMinutes: number;
  threshold: number;
}

/** A source that is read on a schedule has not delivered for too long. Time is the database's, as in all that is collected. */
export const stalenessCondition: AlertCondition<StalenessConditionSettings> = {
  kind: 'staleness',
  async readings(db, rules) {
    if (rules.length === 0) return [];
    const rows = await query<StalenessReading>(
      db,
      sql`SELECT rule.key AS "ruleKey", source.id AS "dataSourceKey", source.name, source.attention, source.collected_until AS "collectedUntil",
                 late.minutes AS "lateMinutes", coalesce((rule.condition ->> 'minutes')::float8, 0) AS "threshold"
            FROM jsonb_to_recordset(${JSON.stringify(rules)}::jsonb) AS rule (key uuid, condition jsonb)
            JOIN data_source AS source ON source.enabled AND source.stale_at IS NOT NULL
                                      AND coalesce(source.id = (rule.condition ->> 'dataSourceKey')::uuid, rule.condition ->> 'dataSourceKey' IS NULL)
            CROSS JOIN LATERAL (SELECT extract(epoch FROM now() - CASE WHEN rule.condition ->> 'minutes' IS NULL THEN source.stale_at
                                                                       ELSE coalesce(source.collected_until, source.created_at) END)::float8 / 60 AS minutes) AS late`,
    );
    return rows.map(({ ruleKey, dataSourceKey, name, attention, collectedUntil, lateMinutes, threshold }) => ({
      ruleKey,
      subject: { dataSourceKey },
      subjectKey: dataSourceKey,
      periodKey: '',
      verdict: lateMinutes > threshold ? 'BREACHING' as const : 'CLEAR' as const,
      isOncePerPeriod: false,
      observed: Math.max(0, lateMinutes),
      threshold,
      unit: 'Minutes',
      summary: `source "${name}" has delivered nothing ${collectedUntil ? `of the time after ${collectedUntil.toISOString()}` : 'yet'}`,
      details: [
        { name: 'Why', value: attention ?? 'its last runs say' },
        { name: 'What to do', value: 'look at its runs, and test its connection; forecasts and budgets are of older data meanwhile' },
      ],
    }));
  },
};
