import type { ChannelReading } from '../notifications/index.js';
import { toSeconds, type Subjects } from './exposition.js';

/** What there is to say of a way to reach people. */
export const channels: Subjects<ChannelReading> = {
  kind: 'channels',
  labelNames: ['channel', 'plugin'],
  labelsOf: ({ name, channel }) => ({ channel: name, plugin: channel }),
  families: [
    {
      name: 'headroom_channel_oldest_pending_timestamp_seconds',
      help: 'Since when the oldest message waits that is not delivered. No series where none waits.',
      values: ({ oldestPendingSince }) => [[toSeconds(oldestPendingSince)]],
    },
    {
      name: 'headroom_channel_rejected_notifications',
      help: 'Messages that nobody has received, nor will unless somebody sends them again.',
      values: ({ rejectedCount }) => [[rejectedCount]],
    },
    {
      name: 'headroom_channel_needs_attention',
      help: 'Whether a person has to mend something before anything is sent again.',
      values: ({ needsAttention }) => [[Number(needsAttention)]],
    },
  ],
};
