import type { Message, OwedNotification } from '../notifications/index.js';
import type { UntoldAlert } from './alert.queries.js';
import { AlertState } from './life.js';

/** So many of one rule at once are one message: nobody reads the tenth page. */
const groupFrom = 10;
/** How many of a group are named in its message. */
const mostNamed = 10;
const severities = ['INFORMATION', 'WARNING', 'CRITICAL'] as const;

/** What has to be said, and what is known to people then. */
export interface Owed {
  notifications: OwedNotification[];
  told: { key: string; messageKey: string; state: AlertState }[];
}

/**
 * What people are told of alerts that they do not know the state of. Each alert, or group of alerts that fired at once, has one dedup
 * key from the first message to the last. A group is resolved when all of it is.
 *
 * @param everyChannel who is told by rules that name nobody
 */
export function owedMessages(untold: readonly UntoldAlert[], everyChannel: readonly string[]): Owed {
  const owed: Owed = { notifications: [], told: [] };
  const tell = (alerts: readonly UntoldAlert[], messageKey: string, message: Omit<Message, 'dedupKey' | 'path'>): void => {
    const [first] = alerts;
    owed.notifications.push({
      channelKeys: first!.channelKeys ?? everyChannel,
      subjectKey: messageKey,
      message: { ...message, dedupKey: `headroom/${messageKey}`, path: '/graphql' },
    });
  };
  const note = (alerts: readonly UntoldAlert[], messageKey: string): void => {
    for (const { key, state } of alerts) owed.told.push({ key, messageKey, state });
  };

  const firing = untold.filter(({ state, messageKey, isSilenced }) => state === AlertState.FIRING && messageKey === null && !isSilenced);
  for (const alerts of Map.groupBy(firing, ({ ruleKey }) => ruleKey).values()) {
    if (alerts.length >= groupFrom) {
      const messageKey = `alerts/${alerts[0]!.key}`;
      tell(alerts, messageKey, groupMessage(alerts));
      note(alerts, messageKey);
    } else {
      for (const alert of alerts) {
        tell([alert], `alert/${alert.key}`, messageOf(alert));
        note([alert], `alert/${alert.key}`);
      }
    }
  }

  const known = untold.filter(({ state, messageKey }) => messageKey !== null && state !== AlertState.FIRING);
  for (const [messageKey, alerts] of Map.groupBy(known, (alert) => alert.messageKey!)) {
    const isGroup = messageKey.startsWith('alerts/');
    const isOver = alerts.every(({ openOfMessage }) => openOfMessage === 0);
    // Of a group, that one of many is taken care of or over is no news.
    if (!isGroup || isOver) tell(alerts, messageKey, isGroup ? { ...groupMessage(alerts), state: AlertState.RESOLVED, summary: `all alerts of "${alerts[0]!.ruleName}" that fired at once are over` } : messageOf(alerts[0]!));
    note(alerts, messageKey);
  }
  return owed;
}

function messageOf({ state, severity, summary, details, firedAt, ruleName }: UntoldAlert): Omit<Message, 'dedupKey' | 'path'> {
  return { state, severity, summary, details: [...details, { name: 'Rule', value: ruleName }], since: firedAt };
}

function groupMessage(alerts: readonly UntoldAlert[]): Omit<Message, 'dedupKey' | 'path'> {
  const [{ ruleName, firedAt }] = alerts as [UntoldAlert];
  const named = alerts.slice(0, mostNamed).map(({ summary }, index) => ({ name: `${index + 1}`, value: summary }));
  const others = alerts.length - named.length;
  return {
    state: AlertState.FIRING,
    severity: severities[Math.max(...alerts.map(({ severity }) => severities.indexOf(severity)))]!,
    summary: `${alerts.length} alerts of "${ruleName}" fire at once`,
    details: [...named, ...(others > 0 ? [{ name: 'Others', value: `${others}` }] : [])],
    since: firedAt,
  };
}
