import { InvalidInput, type SettingsSchema } from '../../../platform/index.js';
import { addressSetting, caCertificateSetting } from '../../address-setting.js';
import type { Channel } from '../../channel.js';
import { plainText, type Message, type OutgoingMessage } from '../../message.js';

export interface AlertmanagerSettings {
  url: string;
  bearerToken?: string;
  username?: string;
  password?: string;
  labels: Readonly<Record<string, string>>;
  caCertificate?: string;
}

const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  dependentRequired: { password: ['username'], username: ['password'] },
  properties: {
    url: addressSetting('where Alertmanager is served, such as https://alertmanager:9093'),
    bearerToken: { type: 'string', writeOnly: true, pattern: '^[\\x21-\\x7e]+$', description: 'the token to bring, where one is needed' },
    username: { type: 'string', minLength: 1, description: 'the name for HTTP Basic, where it is needed' },
    password: { type: 'string', writeOnly: true, minLength: 1, description: 'the password for HTTP Basic' },
    labels: {
      type: 'object',
      default: {},
      additionalProperties: { type: 'string', description: 'the value of a label' },
      description: 'labels that every alert has besides alertname, severity and subject, for routes to tell them by',
    },
    caCertificate: caCertificateSetting,
  },
  examples: [{ url: 'https://alertmanager:9093', labels: { team: 'platform' } }],
};

const severities: Record<Message['severity'], string> = { INFORMATION: 'info', WARNING: 'warning', CRITICAL: 'critical' };
const ownLabels = ['alertname', 'severity', 'subject'];
/** What fires is said again so often: Alertmanager forgets all alerts when it is started anew. */
const repeatEveryMs = 5 * 60_000;
/** So long after it was said last it ends by itself: longer than any outage of ours that nobody notices. */
const lastsMs = 24 * 3_600_000;

/**
 * Alerts for a Prometheus Alertmanager, which groups, silences and routes them. An alert is told by its labels, so the dedup key
 * is one of them; it is over at its `endsAt`.
 *
 * Source  https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export const alertmanager: Channel<AlertmanagerSettings> = {
  name: 'alertmanager',
  description: 'Hands alerts to a Prometheus Alertmanager.',
  settingsSchema,
  repeatEveryMs,

  check({ labels }) {
    const unfit = Object.keys(labels).find((name) => ownLabels.includes(name) || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
    if (unfit === undefined) return;
    throw new InvalidInput(`labels need names of letters, digits and _, other than ${ownLabels.join(', ')}, got "${unfit}"`, ['settings', 'labels', unfit]);
  },

  send({ url, bearerToken, username, password, labels, caCertificate }, message, egress) {
    const basic = username === undefined ? undefined : Buffer.from(`${username}:${password}`).toString('base64');
    const authorization = bearerToken !== undefined ? `Bearer ${bearerToken}` : basic && `Basic ${basic}`;
    return egress.post({
      url: new URL(`${url.replace(/\/+$/, '')}/api/v2/alerts`),
      headers: { 'idempotency-key': message.key, ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify(alertsOf(message, labels)),
      secrets: [bearerToken ?? '', password ?? '', basic ?? ''],
      caCertificate,
    });
  },
};

/** The alert as it is now, and as over what it may have been before: with another severity it is another alert. */
function alertsOf(message: OutgoingMessage, labels: Readonly<Record<string, string>>): object[] {
  const { sentAt, since, state, severity } = message;
  return (Object.keys(severities) as Message['severity'][]).map((one) => {
    const endsAt = state !== 'RESOLVED' && one === severity ? new Date(sentAt.getTime() + lastsMs) : sentAt;
    return {
      labels: { ...labels, alertname: 'Headroom', severity: severities[one], subject: message.dedupKey },
      annotations: { summary: message.summary, description: plainText(message), ...(state === 'ACKNOWLEDGED' && { acknowledged: 'true' }) },
      startsAt: since < endsAt ? since : endsAt,
      endsAt,
      generatorURL: message.link,
    };
  });
}
