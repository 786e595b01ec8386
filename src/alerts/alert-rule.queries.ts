import sql, { empty } from 'sql-template-tag';
import type { Viewer } from '../access/index.js';
import { cursorKey, pageLimit, query, queryOne, type Database, type PageArgs } from '../platform/index.js';
import type { WatchingRule } from './condition.js';

export type AlertSeverityName = 'INFORMATION' | 'WARNING' | 'CRITICAL';

export interface AlertRuleRow {
  id: string;
  name: string;
  kind: string;
  condition: object;
  severity: AlertSeverityName;
  /** Null is every channel. */
  channelKeys: string[] | null;
  enabled: boolean;
  cursorKey: string[];
}

/** Rules and silences are the whole organisation's, as channels are. */
const visibleTo = (viewer: Viewer) => (viewer.scope === null ? empty : sql` AND false`);

const selection = sql`
  'AlertRule:' || rule.id AS "id", rule.name, rule.kind, rule.condition, rule.severity, rule.channel_keys AS "channelKeys", rule.enabled,
  jsonb_build_array(rule.name) AS "cursorKey"`;

export function alertRulesById(db: Database, viewer: Viewer, keys: readonly string[]): Promise<AlertRuleRow[]> {
  return query(db, sql`SELECT ${selection} FROM alert_rule AS rule WHERE rule.id = ANY(${keys}::uuid[])${visibleTo(viewer)}`);
}

/** One page, by name. */
export function alertRulePage(db: Database, viewer: Viewer, page: PageArgs): Promise<AlertRuleRow[]> {
  const after = cursorKey(page, ['text']);
  return query(
    db,
    sql`SELECT ${selection} FROM alert_rule AS rule WHERE true${visibleTo(viewer)}${after ? sql` AND rule.name > ${after[0]}` : empty} ORDER BY rule.name LIMIT ${pageLimit(page)}`,
  );
}

/** The rules that watch a budget: those of it alone, and those of every budget. */
export function rulesOfBudgets(db: Database, viewer: Viewer, budgetKeys: readonly string[]): Promise<(AlertRuleRow & { budgetKey: string })[]> {
  return query(
    db,
    sql`SELECT ${selection}, budget.key AS "budgetKey"
          FROM unnest(${budgetKeys}::text[]) AS budget (key)
          JOIN alert_rule AS rule ON rule.kind = 'budget' AND coalesce(rule.condition ->> 'budgetKey' = budget.key, rule.condition ->> 'budgetKey' IS NULL)
         WHERE true${visibleTo(viewer)}
         ORDER BY rule.name`,
  );
}

/** Every rule that is enabled, by the kind of its condition. */
export async function watchingRules(db: Database): Promise<Map<string, WatchingRule<object>[]>> {
  const rows = await query<{ key: string; kind: string; condition: object }>(db, sql`SELECT rule.id AS "key", rule.kind, rule.condition FROM alert_rule AS rule WHERE rule.enabled ORDER BY rule.name`);
  return Map.groupBy(rows, ({ kind }) => kind);
}

export type NewAlertRule = Pick<AlertRuleRow, 'name' | 'kind' | 'condition' | 'severity' | 'channelKeys'>;

export async function insertAlertRule(db: Database, { name, kind, condition, severity, channelKeys }: NewAlertRule): Promise<string> {
  const { id } = await queryOne<{ id: string }>(
    db,
    sql`INSERT INTO alert_rule (name, kind, condition, severity, channel_keys)
        VALUES (${name}, ${kind}, ${JSON.stringify(condition)}::jsonb, ${severity}, ${channelKeys}::uuid[]) RETURNING id`,
  );
  return id;
}

export async function updateAlertRule(db: Database, key: string, { name, kind, condition, severity, channelKeys, enabled }: NewAlertRule & { enabled: boolean }): Promise<void> {
  await query(
    db,
    sql`UPDATE alert_rule SET name = ${name}, kind = ${kind}, condition = ${JSON.stringify(condition)}::jsonb, severity = ${severity},
               channel_keys = ${channelKeys}::uuid[], enabled = ${enabled} WHERE alert_rule.id = ${key}`,
  );
}

export async function deleteAlertRule(db: Database, key: string): Promise<void> {
  await query(db, sql`DELETE FROM alert_rule WHERE alert_rule.id = ${key}`);
}

export async function hasRuleNamed(db: Database, name: string, exceptKey: string | null): Promise<boolean> {
  const { exists } = await queryOne<{ exists: boolean }>(
    db,
    sql`SELECT EXISTS (SELECT FROM alert_rule AS rule WHERE rule.name = ${name} AND rule.id IS DISTINCT FROM ${exceptKey}::uuid) AS "exists"`,
  );
  return exists;
}

export interface SilenceRow {
  id: string;
  ruleKey: string | null;
  startsAt: Date;
  endsAt: Date;
  reason: string;
  createdBy: string;
  cursorKey: string[];
}

const silence = sql`
  'AlertSilence:' || silence.id AS "id", silence.rule_id AS "ruleKey", silence.starts_at AS "startsAt", silence.ends_at AS "endsAt", silence.reason,
  silence.created_by AS "createdBy", jsonb_build_array(silence.ends_at, silence.id) AS "cursorKey"`;

export function silencesById(db: Database, viewer: Viewer, keys: readonly string[]): Promise<SilenceRow[]> {
  return query(db, sql`SELECT ${silence} FROM alert_silence AS silence WHERE silence.id = ANY(${keys}::uuid[])${visibleTo(viewer)}`);
}

/** Those that have not ended, the soonest to end first. */
export function openSilences(db: Database, viewer: Viewer, now: Date): Promise<SilenceRow[]> {
  return query(db, sql`SELECT ${silence} FROM alert_silence AS silence WHERE silence.ends_at > ${now}${visibleTo(viewer)} ORDER BY silence.ends_at, silence.id LIMIT 200`);
}

export async function insertSilence(db: Database, { ruleKey, startsAt, endsAt, reason, createdBy }: Omit<SilenceRow, 'id' | 'cursorKey'>): Promise<string> {
  const { id } = await queryOne<{ id: string }>(
    db,
    sql`INSERT INTO alert_silence (rule_id, starts_at, ends_at, reason, created_by) VALUES (${ruleKey}, ${startsAt}, ${endsAt}, ${reason}, ${createdBy}) RETURNING id`,
  );
  return id;
}

export async function deleteSilence(db: Database, key: string): Promise<void> {
  await query(db, sql`DELETE FROM alert_silence WHERE alert_silence.id = ${key}`);
}
