import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, Node, UserError } from '../platform/index.js';
import { MessageSeverity, MessageState } from './message.js';

export enum NotificationState {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  REJECTED = 'REJECTED',
}
registerEnumType(NotificationState, {
  name: 'NotificationState',
  description: 'How far a message has come.',
  valuesMap: {
    PENDING: { description: 'It is sent as soon as its channel takes it.' },
    DELIVERED: { description: 'The receiver has accepted it.' },
    REJECTED: { description: 'It was refused for good, or given up: nothing is sent until somebody asks for it.' },
  },
});
registerEnumType(MessageState, {
  name: 'MessageState',
  description: 'What a message says of its subject.',
  valuesMap: {
    FIRING: { description: 'Something is wrong, or will be.' },
    ACKNOWLEDGED: { description: 'Somebody looks after it.' },
    RESOLVED: { description: 'It is over.' },
  },
});
registerEnumType(MessageSeverity, {
  name: 'MessageSeverity',
  description: 'How soon somebody has to look.',
  valuesMap: {
    INFORMATION: { description: 'Whenever there is time.' },
    WARNING: { description: 'Today or tomorrow.' },
    CRITICAL: { description: 'Now.' },
  },
});

@ObjectType({ description: 'One thing that a message says besides its summary.' })
export class NotificationDetail {
  @Field() name: string;
  @Field() value: string;
}

@ObjectType({ implements: () => [Node], description: 'One message to one channel.' })
export class Notification extends Node {
  @Field({ description: 'The same for all that is said of one cause; receivers tell repeats by it.' }) dedupKey: string;
  @Field(() => MessageState, { description: 'What it says of its subject.' }) messageState: MessageState;
  @Field(() => MessageSeverity) severity: MessageSeverity;
  @Field({ description: 'What happened, in one sentence.' }) summary: string;
  @Field(() => [NotificationDetail], { description: 'How sure it is, what to do.' }) details: NotificationDetail[];
  @Field(() => Date, { description: 'Since when the cause is there.' }) since: Date;
  @Field(() => NotificationState) state: NotificationState;
  @Field(() => Int, { description: 'How often it was sent.' }) attempts: number;
  @Field(() => Date) createdAt: Date;
  @Field(() => Date, { nullable: true, description: 'When it is sent next, at the earliest. Null unless it is pending.' }) nextAttemptAt: Date | null;
  @Field(() => Date, { nullable: true, description: 'Null until a receiver accepted it.' }) deliveredAt: Date | null;
  @Field(() => String, { nullable: true, description: 'Why the last attempt failed. Null when there was none that did.' }) failure: string | null;
}

@InputType({ description: 'Which messages. What is left out or empty is any.' })
export class NotificationFilter {
  @Field(() => [NotificationState], { nullable: true, description: 'REJECTED are those that nobody has received, nor will.' }) states?: NotificationState[] | null;
  @Field(() => [ID], { nullable: true, description: 'Of these channels.' }) channelIds?: string[] | null;
}

@ObjectType({ description: 'The messages that are sent again, or why none is.' })
export class NotificationResendPayload {
  @Field(() => [Notification], { nullable: true, description: 'Null when it was refused.' }) notifications?: Notification[];
  @Field(() => [UserError]) userErrors: UserError[];
}

@ObjectType({ description: 'One page of messages.' })
export class NotificationConnection extends connectionOf('Notification', () => Notification) {}
