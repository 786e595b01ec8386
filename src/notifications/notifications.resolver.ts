import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { connection, found, keyOf, NodeTypes, PageArgs, payload, PluginKind, Plugins, type Loaders } from '../platform/index.js';
import { channels } from './channels/index.js';
import { ChannelsService } from './channels.service.js';
import {
  NotificationChannel,
  NotificationChannelConnection,
  NotificationChannelCreateInput,
  NotificationChannelCreatePayload,
  NotificationChannelDeletePayload,
  NotificationChannelTestPayload,
  NotificationChannelUpdateInput,
  NotificationChannelUpdatePayload,
} from './notification-channel.graphql.js';
import { channelPage, channelsById, loadChannel } from './notification-channel.queries.js';
import { Notification, NotificationConnection, NotificationFilter, NotificationResendPayload } from './notification.graphql.js';
import { notificationPage, notificationsById, type NotificationRow } from './notification.queries.js';
import { Outbox } from './outbox.js';

@Resolver(() => NotificationChannel)
export class NotificationChannelsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly service: ChannelsService,
    nodes: NodeTypes,
    plugins: Plugins,
  ) {
    nodes.register<Viewer>('NotificationChannel', async (viewer, id) => (await channelsById(db, viewer, [keyOf('NotificationChannel', id)]))[0]);
    plugins.register(PluginKind.NOTIFICATION_CHANNEL, channels);
  }

  @Query(() => NotificationChannel, { nullable: true, description: 'One channel. Refused with NOT_FOUND when you may see none that has this id.' })
  async notificationChannel(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [channel] = await channelsById(this.db, viewer, [keyOf('NotificationChannel', id, ['id'])]);
    return found(channel, id);
  }

  @Query(() => NotificationChannelConnection, { nullable: true, description: 'The ways to reach people, by name.' })
  async notificationChannels(@CurrentViewer() viewer: Viewer, @Args() page: PageArgs) {
    return connection(await channelPage(this.db, viewer, page), page);
  }

  @Mutation(() => NotificationChannelCreatePayload, { nullable: true, description: 'Set up a way to reach people.' })
  notificationChannelCreate(@CurrentViewer() viewer: Viewer, @Args('input') input: NotificationChannelCreateInput) {
    return payload(async () => ({ notificationChannel: await this.service.create(viewer, input) }));
  }

  @Mutation(() => NotificationChannelUpdatePayload, { nullable: true, description: 'Change a channel; what is left out stays. With new settings, or enabled anew, what was wrong with it is forgotten.' })
  notificationChannelUpdate(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string, @Args('input') input: NotificationChannelUpdateInput) {
    return payload(async () => ({ notificationChannel: await this.service.update(viewer, id, input) }));
  }

  @Mutation(() => NotificationChannelDeletePayload, { nullable: true, description: 'Delete a channel with all its messages, those that wait included.' })
  notificationChannelDelete(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return payload(async () => ({ deletedNotificationChannelId: await this.service.delete(viewer, id) }));
  }

  @Mutation(() => NotificationChannelTestPayload, { nullable: true, description: 'Send a sample that fires and another that it is resolved, and say what the receiver answered.' })
  notificationChannelTest(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    return payload(async () => ({ answer: await this.service.test(viewer, id) }));
  }
}

@Resolver(() => Notification)
export class NotificationsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    nodes: NodeTypes,
  ) {
    nodes.register<Viewer>('Notification', async (viewer, id) => (await notificationsById(db, viewer, [keyOf('Notification', id)]))[0]);
  }

  @Query(() => NotificationConnection, { nullable: true, description: 'What people were told, and are still to be told, newest first. Those REJECTED nobody has received.' })
  async notifications(@CurrentViewer() viewer: Viewer, @Args('filter', { nullable: true, description: 'All of them when left out.' }) filter: NotificationFilter, @Args() page: PageArgs) {
    return connection(await notificationPage(this.db, viewer, filter ?? {}, page), page);
  }

  @Mutation(() => NotificationResendPayload, { nullable: true, description: 'Send messages that are REJECTED once more, as they were written. Others stay as they are.' })
  notificationResend(@CurrentViewer() viewer: Viewer, @Args('ids', { type: () => [ID], description: '1 to 200 of them.' }) ids: string[]) {
    return payload(async () => ({ notifications: await this.outbox.resend(viewer, ids) }));
  }

  @ResolveField(() => NotificationChannel, { nullable: true, description: 'Null when you may see no channels.' })
  channel(@CurrentViewer() viewer: Viewer, @RequestLoaders() loaders: Loaders, @Parent() { channelKey }: NotificationRow) {
    return loadChannel(this.db, loaders, viewer, channelKey);
  }
}
