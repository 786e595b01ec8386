import { Module, type DynamicModule } from '@nestjs/common';
import { ChannelsService } from './channels.service.js';
import { Courier, CourierConfig } from './courier.js';
import { DropNotificationsJob } from './drop-notifications.job.js';
import { NotificationChannelsResolver, NotificationsResolver } from './notifications.resolver.js';
import { Outbox } from './outbox.js';
import { SendDueJob, SendJob } from './send.job.js';
import { Sender } from './sender.js';

@Module({})
export class NotificationsModule {
  static with({ publicUrl, privateDestinations }: CourierConfig): DynamicModule {
    return {
      module: NotificationsModule,
      global: true,
      providers: [
        { provide: CourierConfig, useValue: { publicUrl, privateDestinations } satisfies CourierConfig },
        Courier, ChannelsService, Outbox, Sender, SendJob, SendDueJob, DropNotificationsJob, NotificationChannelsResolver, NotificationsResolver,
      ],
      exports: [Outbox, Sender, SendDueJob],
    };
  }
}
