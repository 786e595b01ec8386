import sql, { empty, type Sql } from 'sql-template-tag';
import { storedScopeWithin, withinScopes, type Scope, type Viewer } from '../access/index.js';
import type { NewEvent } from '../events/index.js';
import type { MessageDetail } from '../notifications/index.js';
import { cursorKey, keyOf, pageLimit, query, type Database, type PageArgs } from '../platform/index.js';
import { narrowestScope } from '../resources/index.js';
import type { AlertFilter } from './alert.graphql.js';
import type { AlertSeverityName } from './alert-rule.queries.js';
import type { AlertState, Changes, KnownAlert } from './life.js';
import type { AlertSubject } from './reading.js';

export interface AlertRow {
  id: string;
  ruleKey: string;
  budgetKey: string | null;
  resourceKey: string | null;
  dataSourceKey: string | null;
  state: AlertState;
  severity: AlertSeverityName;
  summary: string;
  details: MessageDetail[];
  observed: number;
  threshold: number;
  unit: string;
  firedAt: Date;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  note: string | null;
  resolvedAt: Date | null;
  messageKey: string | null;
  cursorKey: string[];
}

const selection = sql`
  'Alert:' || alert.id AS "id", alert.rule_id AS "ruleKey", alert.budget_id AS "budgetKey", alert.resource_id AS "resourceKey", alert.data_source_id AS "dataSourceKey",
  alert.state, alert.severity, alert.summary, alert.details, alert.observed, alert.threshold, alert.unit, alert.fired_at AS "firedAt",
  alert.acknowledged_at AS "acknowledgedAt", alert.acknowledged_by AS "acknowledgedBy", alert.note, alert.resolved_at AS "resolvedAt",
  alert.message_key AS "messageKey", jsonb_build_array(alert.fired_at, alert.id) AS "cursorKey"`;

/** An alert is seen by who may see what it is of; that a source is late, by who may see everything. */
function visibleTo({ scope }: Viewer): Sql {
  if (scope === null) return empty;
  return sql` AND (EXISTS (SELECT FROM budget WHERE budget.id = alert.budget_id${storedScopeWithin('budget.scope', scope)})
                   OR EXISTS (SELECT FROM resource WHERE resource.id = alert.resource_id${withinScopes('resource', scope)}))`;
}

export function alertsById(db: Database, viewer: Viewer, keys: readonly string[]): Promise<AlertRow[]> {
  return query(db, sql`SELECT ${selection} FROM alert WHERE alert.id = ANY(${keys}::uuid[])${visibleTo(viewer)}`);
}

/** One page, the latest first. */
export function alertPage(db: Database, viewer: Viewer, { states, severities, ruleIds, firedDuring }: AlertFilter, page: PageArgs): Promise<AlertRow[]> {
  const after = cursorKey(page, ['instant', 'uuid']);
  const ruleKeys = ruleIds?.map((id) => keyOf('AlertRule', id, ['filter', 'ruleIds']));
  return query(
    db,
    sql`SELECT ${selection} FROM alert
         WHERE true${visibleTo(viewer)}
           ${states?.length ? sql`AND alert.state = ANY(${states})` : empty}
           ${severities?.length ? sql`AND alert.severity = ANY(${severities})` : empty}
           ${ruleKeys?.length ? sql`AND alert.rule_id = ANY(${ruleKeys}::uuid[])` : empty}
           ${firedDuring ? sql`AND alert.fired_at >= ${firedDuring.start} AND alert.fired_at < ${firedDuring.end}` : empty}
           ${after ? sql`AND (alert.fired_at, alert.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : empty}
         ORDER BY alert.fired_at DESC, alert.id DESC
         LIMIT ${pageLimit(page)}`,
  );
}

/** The latest alert of each rule, subject and period: the open ones, and those of periods and subjects that may come back. */
export function latestAlerts(db: Database): Promise<KnownAlert[]> {
  return query(
    db,
    sql`SELECT DISTINCT ON (alert.rule_id, alert.subject_key, alert.period_key)
               alert.id AS "key", alert.rule_id AS "ruleKey", alert.subject_key AS "subjectKey", alert.period_key AS "periodKey", alert.occurrence, alert.state
          FROM alert
         ORDER BY alert.rule_id, alert.subject_key, alert.period_key, alert.occurrence DESC`,
  );
}

const keysOfSubject = (subject: AlertSubject) => ({ budgetKey: null, resourceKey: null, dataSourceKey: null, ...subject });

/** Stores what became of alerts, each kind of change in one statement. Gives the keys of alerts that changed their state. */
export async function storeChanges(db: Database, { fire, goOn, resolve }: Changes, now: Date): Promise<string[]> {
  const fired = fire.map(({ subject, ...reading }) => ({ ...reading, ...keysOfSubject(subject) }));
  const rows = await query<{ id: string }>(
    db,
    sql`WITH fired AS (
          INSERT INTO alert (rule_id, subject_key, period_key, occurrence, budget_id, resource_id, data_source_id, state, severity, summary, details,
                             observed, threshold, unit, fired_at)
          SELECT rule.id, reading."subjectKey", reading."periodKey", reading.occurrence, reading."budgetKey", reading."resourceKey", reading."dataSourceKey",
                 'FIRING', rule.severity, reading.summary, reading.details, reading.observed, reading.threshold, reading.unit, ${now}
            FROM jsonb_to_recordset(${JSON.stringify(fired)}::jsonb)
                   AS reading ("ruleKey" uuid, "subjectKey" text, "periodKey" text, occurrence int, "budgetKey" uuid, "resourceKey" uuid, "dataSourceKey" uuid,
                               summary text, details jsonb, observed float8, threshold float8, unit text)
            -- What was deleted meanwhile has no alert.
            JOIN alert_rule AS rule ON rule.id = reading."ruleKey"
           WHERE EXISTS (SELECT FROM budget WHERE budget.id = reading."budgetKey") OR EXISTS (SELECT FROM resource WHERE resource.id = reading."resourceKey")
                 OR EXISTS (SELECT FROM data_source AS source WHERE source.id = reading."dataSourceKey")
              ON CONFLICT DO NOTHING
          RETURNING alert.id
        ), resolved AS (
          UPDATE alert SET state = 'RESOLVED', resolved_at = ${now} WHERE alert.id = ANY(${resolve}::uuid[]) AND alert.state <> 'RESOLVED' RETURNING alert.id
        ), noted AS (
          UPDATE alert SET observed = reading.observed, summary = reading.summary, details = reading.details
            FROM jsonb_to_recordset(${JSON.stringify(goOn)}::jsonb) AS reading (key uuid, observed float8, summary text, details jsonb)
           WHERE alert.id = reading.key
        )
        SELECT fired.id FROM fired UNION ALL SELECT resolved.id FROM resolved`,
  );
  return rows.map(({ id }) => id);
}

/** An alert of which people have to be told something. */
export interface UntoldAlert {
  key: string;
  ruleKey: string;
  ruleName: string;
  channelKeys: string[] | null;
  state: AlertState;
  severity: AlertSeverityName;
  summary: string;
  details: MessageDetail[];
  firedAt: Date;
  messageKey: string | null;
  /** Whether it is not told of now, because somebody wants to be left alone. */
  isSilenced: boolean;
  /** How many alerts that were told in the same message are still open. */
  openOfMessage: number;
}

/** Alerts whose state people do not know. One that came and went before anybody was told stays untold. */
export function untoldAlerts(db: Database, now: Date): Promise<UntoldAlert[]> {
  return query(
    db,
    sql`SELECT alert.id AS "key", alert.rule_id AS "ruleKey", rule.name AS "ruleName", rule.channel_keys AS "channelKeys", alert.state, alert.severity, alert.summary,
               alert.details, alert.fired_at AS "firedAt", alert.message_key AS "messageKey",
               EXISTS (SELECT FROM alert_silence AS silence WHERE silence.starts_at <= ${now} AND silence.ends_at > ${now}
                          AND coalesce(silence.rule_id = alert.rule_id, true)) AS "isSilenced",
               (SELECT count(*)::int FROM alert AS other WHERE other.message_key = alert.message_key AND other.state <> 'RESOLVED') AS "openOfMessage"
          FROM alert JOIN alert_rule AS rule ON rule.id = alert.rule_id
         WHERE CASE WHEN alert.told_state IS NULL THEN alert.state = 'FIRING' ELSE alert.told_state <> alert.state END
         ORDER BY alert.fired_at, alert.id`,
  );
}

/** Notes what people were told of alerts. */
export async function noteTold(db: Database, told: readonly { key: string; messageKey: string; state: AlertState }[]): Promise<void> {
  await query(
    db,
    sql`UPDATE alert SET message_key = told."messageKey", told_state = told.state
          FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS told (key uuid, "messageKey" text, state text)
         WHERE alert.id = told.key`,
  );
}

/** Notes that somebody takes care of it. Gives whether it was firing. */
export async function noteAcknowledged(db: Database, key: string, { by, note, now }: { by: string; note: string | null; now: Date }): Promise<boolean> {
  const rows = await query(
    db,
    sql`UPDATE alert SET state = 'ACKNOWLEDGED', acknowledged_at = ${now}, acknowledged_by = ${by}, note = ${note}
         WHERE alert.id = ${key} AND alert.state = 'FIRING' RETURNING alert.id`,
  );
  return rows.length > 0;
}

/** How many alerts are open, by severity. */
export function openAlertCounts(db: Database): Promise<{ severity: AlertSeverityName; count: number }[]> {
  return query(db, sql`SELECT alert.severity, count(*)::int AS "count" FROM alert WHERE alert.state <> 'RESOLVED' GROUP BY alert.severity ORDER BY alert.severity`);
}

/** What the event of a change is called. */
export const alertChanged = 'alertChanged';

/** What subscribers are told of a change. */
export interface AlertChange {
  alertKey: string;
  ruleKey: string;
  budgetKey: string | null;
  state: AlertState;
  severity: AlertSeverityName;
}

/** Changes of alerts as events, each in the narrowest scope that it lies in; that a source is late is told to who sees everything. */
export async function eventsOfAlerts(db: Database, keys: readonly string[]): Promise<NewEvent[]> {
  const rows = await query<AlertChange & { scope: Scope | null }>(
    db,
    sql`SELECT alert.id AS "alertKey", alert.rule_id AS "ruleKey", alert.budget_id AS "budgetKey", alert.state, alert.severity,
               coalesce(budget.scope, CASE WHEN resource.id IS NOT NULL THEN ${narrowestScope} END) AS "scope"
          FROM alert
          LEFT JOIN budget ON budget.id = alert.budget_id
          LEFT JOIN resource ON resource.id = alert.resource_id
         WHERE alert.id = ANY(${keys}::uuid[])
         ORDER BY alert.fired_at, alert.id`,
  );
  return rows.map(({ scope, ...payload }) => ({ kind: alertChanged, subjectKey: payload.alertKey, payload, ...(scope && { scope }) }));
}
