import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Forbidden, requireRole, Role, toScope, type Viewer } from '../access/index.js';
import { channelsById } from '../notifications/index.js';
import { Clock, DomainError, InvalidInput, keyOf, NotFound } from '../platform/index.js';
import type { AlertConditionInput, AlertRuleCreateInput, AlertRuleUpdateInput, AlertSilenceCreateInput } from './alert-rule.graphql.js';
import {
  alertRulesById,
  deleteAlertRule,
  deleteSilence,
  hasRuleNamed,
  insertAlertRule,
  insertSilence,
  silencesById,
  updateAlertRule,
  type AlertRuleRow,
  type SilenceRow,
} from './alert-rule.queries.js';
import { alertsById, noteAcknowledged, type AlertRow } from './alert.queries.js';
import { BudgetBasis } from './conditions/budget/budget.js';
import { AlertEvaluator } from './evaluator.js';

const longestName = 200;
const longestText = 1_000;
const longestSilenceMs = 90 * 86_400_000;

/** Two rules of one name could not be told apart. */
export class AlertRuleExists extends DomainError {
  readonly code = 'CONFLICT';
  override readonly field = ['input', 'name'];
  constructor(name: string) {
    super(`there is an alert rule "${name}" already`);
  }
}

/** What people want to be told of, and what they say of what they were told. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly database: DataSource,
    private readonly evaluator: AlertEvaluator,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError */
  async createRule(viewer: Viewer, { name, condition, severity, channelIds }: AlertRuleCreateInput): Promise<AlertRuleRow> {
    requireWhole(viewer);
    const rule = { name: await this.freeName(name, null), ...conditionOf(condition), severity, channelKeys: await this.knownChannels(viewer, channelIds) };
    return (await alertRulesById(this.database, viewer, [await insertAlertRule(this.database, rule)]))[0]!;
  }

  /** @throws DomainError */
  async updateRule(viewer: Viewer, id: string, { name, condition, severity, channelIds, enabled }: AlertRuleUpdateInput): Promise<AlertRuleRow> {
    requireRole(viewer, Role.FINANCE, Role.SRE);
    const { key, rule } = await this.knownRule(viewer, id);
    await updateAlertRule(this.database, key, {
      name: typeof name === 'string' ? await this.freeName(name, key) : rule.name,
      ...(condition ? conditionOf(condition) : { kind: rule.kind, condition: rule.condition }),
      severity: severity ?? rule.severity,
      channelKeys: channelIds === undefined ? rule.channelKeys : await this.knownChannels(viewer, channelIds),
      enabled: enabled ?? rule.enabled,
    });
    return (await alertRulesById(this.database, viewer, [key]))[0]!;
  }

  /** @throws DomainError */
  async deleteRule(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.FINANCE, Role.SRE);
    const { key } = await this.knownRule(viewer, id);
    await deleteAlertRule(this.database, key);
    return id;
  }

  /** Whoever sees an alert may take care of it. @throws DomainError */
  async acknowledge(viewer: Viewer, id: string, note: string | null): Promise<AlertRow> {
    requireRole(viewer, Role.FINANCE, Role.SRE);
    checkText(note ?? '', 'note');
    const key = keyOf('Alert', id, ['id']);
    return this.database.transaction(async (transaction) => {
      const [alert] = await alertsById(transaction, viewer, [key]);
      if (!alert) throw new NotFound(id, ['id']);
      if (alert.state === 'RESOLVED') throw new InvalidInput(`alert "${alert.summary}" is over since ${alert.resolvedAt!.toISOString()}: there is nothing to acknowledge`, ['id']);
      if (await noteAcknowledged(transaction, key, { by: viewer.name, note, now: this.clock.now() })) await this.evaluator.tell(transaction, [key]);
      return (await alertsById(transaction, viewer, [key]))[0]!;
    });
  }

  /** @throws DomainError */
  async createSilence(viewer: Viewer, { ruleId, startsAt, endsAt, reason }: AlertSilenceCreateInput): Promise<SilenceRow> {
    requireWhole(viewer);
    const start = startsAt ?? this.clock.now();
    if (endsAt <= start) throw new InvalidInput(`a silence needs to end after it starts, got ${start.toISOString()} to ${endsAt.toISOString()}`, ['input', 'endsAt']);
    if (endsAt.getTime() - start.getTime() > longestSilenceMs) throw new InvalidInput('a silence may last at most 90 days: disable the rule instead', ['input', 'endsAt']);
    const text = checkText(reason, 'reason');
    if (text === '') throw new InvalidInput('a silence needs a reason, for who wonders why nobody was told', ['input', 'reason']);
    const ruleKey = ruleId ? (await this.knownRule(viewer, ruleId, ['input', 'ruleId'])).key : null;
    const key = await insertSilence(this.database, { ruleKey, startsAt: start, endsAt, reason: text, createdBy: viewer.name });
    return (await silencesById(this.database, viewer, [key]))[0]!;
  }

  /** @throws DomainError */
  async deleteSilence(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.FINANCE, Role.SRE);
    const key = keyOf('AlertSilence', id, ['id']);
    const [silence] = await silencesById(this.database, viewer, [key]);
    if (!silence) throw new NotFound(id, ['id']);
    await deleteSilence(this.database, key);
    return id;
  }

  private async knownRule(viewer: Viewer, id: string, field: string[] = ['id']): Promise<{ key: string; rule: AlertRuleRow }> {
    const key = keyOf('AlertRule', id, field);
    const [rule] = await alertRulesById(this.database, viewer, [key]);
    if (!rule) throw new NotFound(id, field);
    return { key, rule };
  }

  private async knownChannels(viewer: Viewer, ids: readonly string[] | null | undefined): Promise<string[] | null> {
    if (!ids) return null;
    const keys = ids.map((id) => keyOf('NotificationChannel', id, ['input', 'channelIds']));
    const known = new Set((await channelsById(this.database, viewer, keys)).map(({ id }) => id));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw new NotFound(unknown, ['input', 'channelIds']);
    return keys;
  }

  private async freeName(wanted: string, exceptKey: string | null): Promise<string> {
    const name = wanted.trim();
    if (name === '' || name.length > longestName) throw new InvalidInput(`name needs 1 to ${longestName} characters, got ${name.length}`, ['input', 'name']);
    if (await hasRuleNamed(this.database, name, exceptKey)) throw new AlertRuleExists(name);
    return name;
  }
}

/** Rules are of the whole organisation, as channels are: whoever sees a part of it makes none. */
function requireWhole(viewer: Viewer): void {
  requireRole(viewer, Role.SRE, Role.FINANCE);
  if (viewer.scope !== null) throw new Forbidden('alert rules are of the whole organisation, and you may see a part of it');
}

/** What is stored of a condition. @throws InvalidInput */
function conditionOf({ budget, exhaustion, usage, staleness }: AlertConditionInput): { kind: string; condition: object } {
  const check = (isFit: boolean, needs: string, got: unknown, ...field: string[]) => {
    if (!isFit) throw new InvalidInput(`${field.at(-1)} needs to be ${needs}, got ${String(got)}`, ['input', 'condition', ...field]);
  };
  if (budget) {
    const most = budget.basis === BudgetBasis.OVERRUN_PROBABILITY ? 1 : 100;
    check(budget.share > 0 && budget.share <= most, `above 0 and at most ${most}`, budget.share, 'budget', 'share');
    return { kind: 'budget', condition: { budgetKey: budget.budgetId ? keyOf('Budget', budget.budgetId, ['input', 'condition', 'budget', 'budgetId']) : null, basis: budget.basis, share: budget.share } };
  }
  if (exhaustion) {
    check(exhaustion.withinDays >= 1 && exhaustion.withinDays <= 365, '1 to 365', exhaustion.withinDays, 'exhaustion', 'withinDays');
    check(exhaustion.probability > 0 && exhaustion.probability <= 1, 'above 0 and at most 1', exhaustion.probability, 'exhaustion', 'probability');
    return { kind: 'exhaustion', condition: { resources: toScope(exhaustion.resources), metric: exhaustion.metric ?? null, withinDays: exhaustion.withinDays, probability: exhaustion.probability } };
  }
  if (usage) {
    check(usage.share > 0 && usage.share <= 100, 'above 0 and at most 100', usage.share, 'usage', 'share');
    check(usage.forMinutes >= 1 && usage.forMinutes <= 1_440, '1 to 1440', usage.forMinutes, 'usage', 'forMinutes');
    return { kind: 'usage', condition: { resources: toScope(usage.resources), metric: usage.metric, share: usage.share, forMinutes: usage.forMinutes } };
  }
  const { dataSourceId, minutes = null } = staleness!;
  check(minutes === null || minutes >= 1, 'at least 1', minutes, 'staleness', 'minutes');
  return { kind: 'staleness', condition: { dataSourceKey: dataSourceId ? keyOf('DataSource', dataSourceId, ['input', 'condition', 'staleness', 'dataSourceId']) : null, minutes } };
}

function checkText(text: string, field: string): string {
  const trimmed = text.trim();
  if (trimmed.length > longestText) throw new InvalidInput(`${field} may have at most ${longestText} characters, got ${trimmed.length}`, [field]);
  return trimmed;
}
