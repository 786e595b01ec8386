import sql from 'sql-template-tag';
import { withinStoredScope, type Scope } from '../../../access/index.js';
import { query } from '../../../platform/index.js';
import type { UsageMetric } from '../../../usage/index.js';
import type { AlertCondition } from '../../condition.js';
import type { Verdict } from '../../reading.js';

export interface UsageConditionSettings {
  resources: Scope;
  metric: UsageMetric;
  /** Of the limit; of a ratio, the ratio itself. */
  share: number;
  forMinutes: number;
}

interface UsageReading {
  ruleKey: string;
  resourceKey: string;
  resourceName: string;
  metric: string;
  threshold: number;
  forMinutes: number;
  /** Of the limit, over the last minutes; null where too few of them were observed, or not lately. */
  lowest: number | null;
  latest: number | null;
  until: Date | null;
}

/** Once it fires, usage has to fall this far below the threshold. */
const clearBelow = 0.95;
/** So much of the minutes has to be observed: a gap is neither high nor low. */
const leastCoverage = 0.8;

/** Usage stays above a share of the limit for some minutes, up to where the source is collected. */
export const usageCondition: AlertCondition<UsageConditionSettings> = {
  kind: 'usage',
  async readings(db, rules, now) {
    if (rules.length === 0) return [];
    const rows = await query<UsageReading>(
      db,
      sql`SELECT rule.key AS "ruleKey", resource.id AS "resourceKey", coalesce(resource.resource_name, resource.resource_id) AS "resourceName", series.metric,
                 asked.share AS "threshold", asked.minutes AS "forMinutes", seen.until AS "until",
                 CASE WHEN seen.covered >= ${leastCoverage}::float8 * asked.minutes * 60 THEN seen.lowest / whole.size END AS "lowest",
                 CASE WHEN seen.covered >= ${leastCoverage}::float8 * asked.minutes * 60 THEN seen.latest / whole.size END AS "latest"
            FROM jsonb_to_recordset(${JSON.stringify(rules)}::jsonb) AS rule (key uuid, condition jsonb)
            CROSS JOIN LATERAL (SELECT (rule.condition ->> 'share')::float8 AS share, (rule.condition ->> 'forMinutes')::int AS minutes) AS asked
            JOIN usage_series AS series ON series.metric = rule.condition ->> 'metric'
            JOIN resource ON resource.id = series.resource_id${withinStoredScope('resource', `rule.condition -> 'resources'`)}
            LEFT JOIN data_source AS source ON source.id = series.data_source_id
            CROSS JOIN LATERAL (
              SELECT coalesce((SELECT step.limit_value FROM capacity_step AS step
                                WHERE step.resource_id = series.resource_id AND step.metric = CASE series.metric WHEN 'GPU_ALLOCATED' THEN 'GPU_REQUESTED' ELSE series.metric END
                                  AND step.effective_from <= ${now} AND step.limit_value > 0
                                ORDER BY step.effective_from DESC, step.is_observed LIMIT 1),
                              CASE WHEN series.unit = 'Fraction' THEN 1 END) AS size) AS whole
            CROSS JOIN LATERAL (SELECT least(${now}::timestamptz, coalesce(source.collected_until, ${now}::timestamptz)) AS until) AS known
            LEFT JOIN LATERAL (
              SELECT min(sample.value) AS lowest, (array_agg(sample.value ORDER BY sample.observed_at DESC))[1] AS latest, max(sample.observed_at) AS until,
                     count(*) * coalesce(series.step_seconds, 3600) AS covered
                FROM usage_sample AS sample
               WHERE sample.series_id = series.id AND sample.observed_at > known.until - make_interval(mins => asked.minutes) AND sample.observed_at <= known.until) AS seen ON true
           WHERE whole.size IS NOT NULL AND known.until > ${now}::timestamptz - interval '1 day'`,
    );
    return rows.map((row) => ({
      ruleKey: row.ruleKey,
      subject: { resourceKey: row.resourceKey },
      subjectKey: `${row.resourceKey} ${row.metric}`,
      periodKey: '',
      verdict: verdictOfUsage(row),
      isOncePerPeriod: false,
      observed: row.latest ?? 0,
      threshold: row.threshold,
      unit: 'Ratio',
      summary: `${row.metric} of "${row.resourceName}" has been above ${(100 * row.threshold).toFixed(0)} % for ${row.forMinutes} minutes`,
      details: [
        { name: 'Latest', value: `${(100 * (row.latest ?? 0)).toFixed(0)} %${row.until ? ` at ${row.until.toISOString()}` : ''}` },
        { name: 'What to do', value: 'move work away, or add capacity' },
      ],
    }));
  },
};

function verdictOfUsage({ lowest, latest, threshold }: UsageReading): Verdict {
  if (lowest === null || latest === null) return 'UNKNOWN';
  if (lowest > threshold) return 'BREACHING';
  return latest < clearBelow * threshold ? 'CLEAR' : 'BETWEEN';
}
