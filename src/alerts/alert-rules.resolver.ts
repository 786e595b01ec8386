import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { Budget } from '../budgets/index.js';
import { loadChannel, NotificationChannel } from '../notifications/index.js';
import { Clock, connection, found, keyOf, load, NodeTypes, PageArgs, payload, toId, type Loaders } from '../platform/index.js';
import {
  AlertCondition,
  AlertRule,
  AlertRuleConnection,
  AlertRuleCreateInput,
  AlertRuleCreatePayload,
  AlertRuleDeletePayload,
  AlertRuleUpdateInput,
  AlertRuleUpdatePayload,
  AlertSilence,
  AlertSilenceCreateInput,
  AlertSilenceCreatePayload,
  AlertSilenceDeletePayload,
} from './alert-rule.graphql.js';
import { alertRulePage, alertRulesById, openSilences, rulesOfBudgets, silencesById, type AlertRuleRow, type SilenceRow } from './alert-rule.queries.js';
import { AlertsService } from './alerts.service.js';

@Resolver(() => AlertRule)
export class AlertRulesResolver {
  constructor(
    private readonly db: DataSource,
    private readonly service: AlertsService,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('AlertRule', async (viewer, id) => (await alertRulesById(db, viewer, [keyOf('AlertRule', id)]))[0]);
  }

  @Query(() => AlertRule, { nullable: true, description: 'One rule. Refused with NOT_FOUND when you may see none that has this id.' })
  async alertRule(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [rule] = await alertRulesById(this.db, viewer, [keyOf('AlertRule', id, ['id'])]);
    return found(rule, id);
  }

  @Query(() => AlertRuleConnection, { nullable: true, description: 'What people want to be told of, by name.' })
  async alertRules(@CurrentViewer() viewer: Viewer, @Args() page: PageArgs) {
    return connection(await alertRulePage(this.db, viewer, page), page);
  }

  @Mutation(() => AlertRuleCreatePayload, { nullable: true, description: 'Say what you want to be told of.' })
  alertRuleCreate(@CurrentViewer() viewer: Viewer, @Args('input') input: AlertRuleCreateInput) {
    return payload(async () => ({ alertRule: await this.service.createRule(viewer, input) }));
  }

  @Mutation(() => AlertRuleUpdatePayload, { nullable: true, description: 'Change a rule; what is left out stays. Open alerts that it does not watch any more are resolved.' })
  alertRuleUpdate(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string, @Args('input') input: AlertRuleUpdateInput) {
    return payload(async () => ({ alertRule: await this.service.updateRule(viewer, id, input) }));
  }

  @Mutation(() => AlertRuleDeletePayload, { nullable: true, description: 'Delete a rule with its alerts. Nobody is told that they are over: disable it first where somebody should be.' })
  alertRuleDelete(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return payload(async () => ({ deletedAlertRuleId: await this.service.deleteRule(viewer, id) }));
  }

  @ResolveField(() => AlertCondition)
  condition(@Parent() { kind, condition }: AlertRuleRow) {
    const { budgetKey, dataSourceKey, ...rest } = condition as { budgetKey?: string | null; dataSourceKey?: string | null };
    return { ...rest, kind, budgetId: budgetKey ? toId('Budget', budgetKey) : null, dataSourceId: dataSourceKey ? toId('DataSource', dataSourceKey) : null };
  }

  @ResolveField(() => [NotificationChannel], { nullable: true, description: 'Who is told. Null is every channel that is enabled.' })
  async channels(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { channelKeys }: AlertRuleRow) {
    if (channelKeys === null) return null;
    const channels = await Promise.all(channelKeys.map((key) => loadChannel(this.db, loaders, viewer, key)));
    return channels.filter((channel) => channel !== null);
  }
}

@Resolver(() => AlertSilence)
export class AlertSilencesResolver {
  constructor(
    private readonly db: DataSource,
    private readonly service: AlertsService,
    private readonly clock: Clock,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('AlertSilence', async (viewer, id) => (await silencesById(db, viewer, [keyOf('AlertSilence', id)]))[0]);
  }

  @Query(() => [AlertSilence], { nullable: true, description: 'Times in which nobody is told, that have not ended; the soonest to end first, at most 200.' })
  alertSilences(@CurrentViewer() viewer: Viewer) {
    return openSilences(this.db, viewer, this.clock.now());
  }

  @Mutation(() => AlertSilenceCreatePayload, { nullable: true, description: 'Tell nobody that something fires for a while.' })
  alertSilenceCreate(@CurrentViewer() viewer: Viewer, @Args('input') input: AlertSilenceCreateInput) {
    return payload(async () => ({ alertSilence: await this.service.createSilence(viewer, input) }));
  }

  @Mutation(() => AlertSilenceDeletePayload, { nullable: true, description: 'End a silence: what fires is told within a minute.' })
  alertSilenceDelete(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return payload(async () => ({ deletedAlertSilenceId: await this.service.deleteSilence(viewer, id) }));
  }

  @ResolveField(() => AlertRule, { nullable: true, description: 'Null is every rule.' })
  rule(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { ruleKey }: SilenceRow) {
    return ruleKey === null ? null : loadRule(this.db, loaders, viewer, ruleKey);
  }
}

@Resolver(() => Budget)
export class BudgetAlertRulesResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => [AlertRule], { description: 'Rules that watch this budget, those of every budget included. Empty when you may see none.' })
  async alertRules(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { id }: Budget) {
    const rules = await load(
      loaders,
      'alertRulesOfBudget',
      keyOf('Budget', id),
      async (keys) => [...Map.groupBy(await rulesOfBudgets(this.db, viewer, keys), ({ budgetKey }) => budgetKey)],
      ([key]) => key,
    );
    return rules?.[1] ?? [];
  }
}

/** A rule by its key, together with all the others of this request. */
export function loadRule(db: DataSource, loaders: Loaders, viewer: Viewer, key: string): Promise<AlertRuleRow | null> {
  return load(loaders, 'alertRule', key, (keys) => alertRulesById(db, viewer, keys), ({ id }) => keyOf('AlertRule', id));
}
