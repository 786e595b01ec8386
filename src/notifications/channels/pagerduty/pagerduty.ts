import type { SettingsSchema } from '../../../platform/index.js';
import { addressSetting } from '../../address-setting.js';
import type { Channel } from '../../channel.js';
import { atMost, boundedKey, oneLine, type Message } from '../../message.js';

export interface PagerDutySettings {
  routingKey: string;
  url: string;
}

const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['routingKey'],
  properties: {
    routingKey: { type: 'string', writeOnly: true, pattern: '^[0-9a-zA-Z]{32}$', description: 'the integration key of a service, of the integration Events API v2: 32 letters and digits' },
    url: addressSetting('where events are taken; https://events.eu.pagerduty.com/v2/enqueue in the EU', { default: 'https://events.pagerduty.com/v2/enqueue' }),
  },
  examples: [{ routingKey: '0123456789abcdef0123456789abcdef', url: 'https://events.pagerduty.com/v2/enqueue' }],
};

const actions: Record<Message['state'], string> = { FIRING: 'trigger', ACKNOWLEDGED: 'acknowledge', RESOLVED: 'resolve' };
const severities: Record<Message['severity'], string> = { INFORMATION: 'info', WARNING: 'warning', CRITICAL: 'critical' };
const longestSummary = 1_024;
const longestKey = 255;

/**
 * Incidents in PagerDuty. All events of one cause have its dedup key, so that a repeat changes nothing and the
 * incident is resolved by us.
 *
 * Source  https://developer.pagerduty.com/docs/send-alert-event
 */
export const pagerduty: Channel<PagerDutySettings> = {
  name: 'pagerduty',
  description: 'Triggers, acknowledges and resolves incidents in PagerDuty.',
  settingsSchema,

  send({ routingKey, url }, message, egress) {
    const body = JSON.stringify({
      routing_key: routingKey,
      event_action: actions[message.state],
      dedup_key: boundedKey(longestKey, message.dedupKey),
      payload: {
        summary: atMost(longestSummary, oneLine(message.summary)),
        source: 'Headroom',
        severity: severities[message.severity],
        timestamp: message.since.toISOString(),
        custom_details: Object.fromEntries(message.details.map(({ name, value }) => [name, value])),
      },
      links: [{ href: message.link, text: 'Look at it in Headroom' }],
      client: 'Headroom',
      client_url: message.link,
    });
    return egress.post({ url: new URL(url), headers: { 'idempotency-key': message.key }, body, secrets: [routingKey] });
  },
};
