import { createHash } from 'node:crypto';

/** What a message says of its subject. */
export enum MessageState {
  FIRING = 'FIRING',
  ACKNOWLEDGED = 'ACKNOWLEDGED',
  RESOLVED = 'RESOLVED',
}

/** How soon somebody has to look. */
export enum MessageSeverity {
  INFORMATION = 'INFORMATION',
  WARNING = 'WARNING',
  CRITICAL = 'CRITICAL',
}

/** One thing that is known of the subject: how sure it is, what to do. */
export interface MessageDetail {
  name: string;
  value: string;
}

/** What people are told: what happened, how sure it is, since when, what to do, and where to look. */
export interface Message {
  /** Stays the same for all that is said of one cause, from firing to resolved, and for every repeat. */
  dedupKey: string;
  state: `${MessageState}`;
  severity: `${MessageSeverity}`;
  /** One sentence on what happened. */
  summary: string;
  details: readonly MessageDetail[];
  /** Since when the cause is there. */
  since: Date;
  /** Where to look, below the address that Headroom is served at, such as `/alerts/4711`. */
  path: string;
}

/** A message on its way. */
export interface OutgoingMessage extends Omit<Message, 'path'> {
  /** Names this one message to this one channel; the same for every attempt, so that a receiver can tell a repeat. */
  key: string;
  /** The whole address of where to look. */
  link: string;
  /** When this attempt is made. */
  sentAt: Date;
}

/** How the states are called in a message. */
const stateWords: Record<Message['state'], string> = { FIRING: 'Firing', ACKNOWLEDGED: 'Acknowledged', RESOLVED: 'Resolved' };

/** Severity and state in front of the summary, on one line: `CRITICAL: …`, `Resolved: …`. */
export function headline({ state, severity, summary }: Pick<Message, 'state' | 'severity' | 'summary'>): string {
  return `${state === 'FIRING' ? severity : stateWords[state]}: ${oneLine(summary)}`;
}

/** The whole message in plain text, one thing a line. */
export function plainText(message: OutgoingMessage): string {
  const details = message.details.map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}`);
  return [oneLine(message.summary), '', ...details, `Since: ${message.since.toISOString()}`, message.link].join('\n');
}

/** Text without what could begin another line, or another header: every control character is a space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Text of at most so many UTF-16 units, which is how receivers count; cut between characters, and shown to be. */
export function atMost(length: number, text: string): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A key that a receiver has only so much room for: one that is longer ends in a digest, which stays the same and differs from others. */
export function boundedKey(length: number, key: string): string {
  if (key.length <= length) return key;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${key.slice(0, length - digest.length - 1)}-${digest}`;
}
