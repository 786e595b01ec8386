import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { connectionOf, Node, SettingsScalar, UserError } from '../platform/index.js';

@ObjectType({ implements: () => [Node], description: 'A way to reach people.' })
export class NotificationChannel extends Node {
  @Field() name: string;
  @Field({ description: 'The name of a plug-in of the kind NOTIFICATION_CHANNEL.' }) channel: string;
  @Field(() => SettingsScalar, { description: 'Without secrets.' }) settings: object;
  @Field({ description: 'Whether anything is sent.' }) enabled: boolean;
  @Field(() => String, { nullable: true, description: 'What a person has to mend before anything is sent again. Null when there is nothing.' })
  attention: string | null;
  @Field(() => Date, { nullable: true, description: 'Since when the oldest message waits that is not delivered. Null when none does.' })
  oldestPendingSince: Date | null;
}

@InputType({ description: 'A new way to reach people.' })
export class NotificationChannelCreateInput {
  @Field() name: string;
  @Field({ description: 'The name of a plug-in of the kind NOTIFICATION_CHANNEL.' }) channel: string;
  @Field(() => SettingsScalar, { description: "As the channel's settingsSchema has them, secrets included." }) settings: object;
}

@InputType({ description: 'What to change of a channel. What is left out or null stays as it is.' })
export class NotificationChannelUpdateInput {
  @Field(() => String, { nullable: true, description: 'The new name.' }) name?: string | null;
  @Field(() => SettingsScalar, { nullable: true, description: 'The new settings, whole. Secrets that are left out stay, unless messages would go elsewhere.' })
  settings?: object | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether anything is sent.' }) enabled?: boolean | null;
}

@ObjectType({ description: 'The channel, or why it was refused.' })
export class NotificationChannelCreatePayload {
  @Field(() => NotificationChannel, { nullable: true, description: 'Null when it was refused.' }) notificationChannel?: NotificationChannel;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The channel as it is now, or why the change was refused.' })
export class NotificationChannelUpdatePayload {
  @Field(() => NotificationChannel, { nullable: true, description: 'Null when it was refused.' }) notificationChannel?: NotificationChannel;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'The id that names nothing any more, or why it stays.' })
export class NotificationChannelDeletePayload {
  @Field(() => ID, { nullable: true, description: 'Null when it was refused.' }) deletedNotificationChannelId?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'What answered a sample message, or why nothing did.' })
export class NotificationChannelTestPayload {
  @Field(() => String, { nullable: true, description: 'One sentence on what answered. Null when it was refused.' }) answer?: string;
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'One page of channels.' })
export class NotificationChannelConnection extends connectionOf('NotificationChannel', () => NotificationChannel) {}
