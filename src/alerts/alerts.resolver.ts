import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { BudgetsService } from '../budgets/index.js';
import { loadDataSource } from '../collection/index.js';
import { Notification, notificationsOf } from '../notifications/index.js';
import { connection, found, keyOf, load, NodeTypes, PageArgs, payload, toId, type Loaders } from '../platform/index.js';
import { loadResource } from '../resources/index.js';
import { AlertRule } from './alert-rule.graphql.js';
import { loadRule } from './alert-rules.resolver.js';
import { Alert, AlertAcknowledgePayload, AlertConnection, AlertFilter, AlertSubject } from './alert.graphql.js';
import { alertPage, alertsById, type AlertRow } from './alert.queries.js';
import { AlertsService } from './alerts.service.js';

@Resolver(() => Alert)
export class AlertsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly service: AlertsService,
    private readonly budgets: BudgetsService,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('Alert', async (viewer, id) => (await alertsById(db, viewer, [keyOf('Alert', id)]))[0]);
  }

  @Query(() => Alert, { nullable: true, description: 'One alert. Refused with NOT_FOUND when you may see none that has this id.' })
  async alert(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [alert] = await alertsById(this.db, viewer, [keyOf('Alert', id, ['id'])]);
    return found(alert, id);
  }

  @Query(() => AlertConnection, { nullable: true, description: 'What people were told to look at, the latest first.' })
  async alerts(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => AlertFilter, nullable: true, description: 'All you may see when left out.' }) filter: AlertFilter | undefined,
    @Args() page: PageArgs,
  ) {
    return connection(await alertPage(this.db, viewer, filter ?? {}, page), page);
  }

  @Mutation(() => AlertAcknowledgePayload, { nullable: true, description: 'Say that you take care of an alert; where it was sent, that is told too. Done again, it changes nothing.' })
  alertAcknowledge(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('note', { type: () => String, nullable: true, description: 'For whoever looks at it next.' }) note: string | undefined,
  ) {
    return payload(async () => ({ alert: await this.service.acknowledge(viewer, id, note ?? null) }));
  }

  @ResolveField(() => AlertRule, { nullable: true, description: 'Null when you may see no rules.' })
  rule(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { ruleKey }: AlertRow) {
    return loadRule(this.db, loaders, viewer, ruleKey);
  }

  @ResolveField(() => AlertSubject)
  subject(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { budgetKey, resourceKey, dataSourceKey }: AlertRow) {
    if (resourceKey) return loadResource(this.db, loaders, viewer, toId('Resource', resourceKey));
    if (dataSourceKey) return loadDataSource(this.db, loaders, viewer, toId('DataSource', dataSourceKey));
    return load(loaders, 'budgetOfAlert', budgetKey!, (keys) => this.budgets.find(viewer, keys), ({ id }) => keyOf('Budget', id));
  }

  @ResolveField(() => [Notification], { description: 'What was said of it, and is still to be said, in order. Alerts that fired at once share theirs.' })
  async notifications(@RequestLoaders() loaders: Loaders, @Parent() { messageKey }: AlertRow) {
    if (messageKey === null) return [];
    const said = await load(
      loaders,
      'notificationsOfAlert',
      messageKey,
      async (keys) => [...Map.groupBy(await notificationsOf(this.db, keys), ({ subjectKey }) => subjectKey)],
      ([key]) => key,
    );
    return said?.[1] ?? [];
  }
}
