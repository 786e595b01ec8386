import { Args, ID, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { afterSequence, EventStream, theEvent, type StoredEvent } from '../events/index.js';
import { keyOf, load, NodeTypes, type Loaders } from '../platform/index.js';
import { AlertEvent } from './alert-events.graphql.js';
import { Alert, AlertEventFilter } from './alert.graphql.js';
import { alertChanged, alertsById, type AlertChange } from './alert.queries.js';
import { AlertState } from './life.js';

const changeOf = ({ payload }: StoredEvent): AlertChange => payload as AlertChange;

@Resolver(() => AlertEvent)
export class AlertEventsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly events: EventStream,
    private readonly nodes: NodeTypes,
  ) {}

  @Subscription(() => AlertEvent, { description: 'Every alert as it fires, is taken care of and is over.', resolve: theEvent })
  [alertChanged](
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => AlertEventFilter, nullable: true, description: 'All you may see when left out.' }) filter: AlertEventFilter | null | undefined,
    @Args('afterSequence', afterSequence) sequence: string | null | undefined,
  ) {
    const ruleKeys = filter?.ruleIds?.map((id) => keyOf('AlertRule', id, ['filter', 'ruleIds']));
    return this.events.subscribe({
      kind: alertChanged, viewer, afterSequence: sequence,
      accepts: (event) => {
        const { state, severity, ruleKey } = changeOf(event);
        return isAmong(filter?.states, state) && isAmong(filter?.severities, severity) && isAmong(ruleKeys, ruleKey);
      },
    });
  }

  @Subscription(() => AlertEvent, { description: 'Alerts of budgets as they fire, are taken care of and are over.', resolve: theEvent })
  async budgetAlert(
    @CurrentViewer() viewer: Viewer,
    @Args('budgetId', { type: () => ID, nullable: true, description: 'Of every budget you may see when left out.' }) budgetId: string | null | undefined,
    @Args('afterSequence', afterSequence) sequence: string | null | undefined,
  ) {
    if (budgetId) await this.nodes.find(viewer, budgetId);
    const budgetKey = budgetId ? keyOf('Budget', budgetId, ['budgetId']) : null;
    return this.events.subscribe({
      kind: alertChanged, viewer, afterSequence: sequence,
      accepts: (event) => (budgetKey === null ? changeOf(event).budgetKey !== null : changeOf(event).budgetKey === budgetKey),
    });
  }

  @ResolveField(() => AlertState)
  state(@Parent() event: StoredEvent) {
    return changeOf(event).state;
  }

  @ResolveField(() => Alert, { nullable: true })
  alert(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() event: StoredEvent) {
    return load(loaders, 'alert', changeOf(event).alertKey, (keys) => alertsById(this.db, viewer, keys), ({ id }) => keyOf('Alert', id));
  }
}

function isAmong<Value>(wanted: readonly Value[] | null | undefined, value: Value): boolean {
  return !wanted?.length || wanted.includes(value);
}
