import { createHmac } from 'node:crypto';
import type { SettingsSchema } from '../../../platform/index.js';
import { addressSetting, caCertificateSetting } from '../../address-setting.js';
import type { Channel } from '../../channel.js';

export interface WebhookSettings {
  url: string;
  signingKey: string;
  bearerToken?: string;
  caCertificate?: string;
}

const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'signingKey'],
  properties: {
    url: addressSetting('where messages are posted, such as https://automation.example.com/headroom'),
    signingKey: { type: 'string', writeOnly: true, minLength: 16, description: 'a secret that the receiver knows too, of 16 characters or more: every message is signed with it' },
    bearerToken: { type: 'string', writeOnly: true, pattern: '^[\\x21-\\x7e]+$', description: 'the token to bring, where one is needed' },
    caCertificate: caCertificateSetting,
  },
  examples: [{ url: 'https://automation.example.com/headroom', signingKey: 'a secret of 16 and more' }],
};

/**
 * JSON to any receiver, signed. The signature is the HMAC-SHA256 of the time stamp, a dot and the body, so that neither can be
 * changed, and what was recorded cannot be sent again later by somebody else.
 *
 * Headers  Idempotency-Key, Headroom-Timestamp (seconds since 1970), Headroom-Signature (`v1=` and hexadecimal digits).
 */
export const webhook: Channel<WebhookSettings> = {
  name: 'webhook',
  description: 'Posts signed JSON to an address of your own.',
  settingsSchema,

  send({ url, signingKey, bearerToken, caCertificate }, message, egress) {
    const body = JSON.stringify({
      key: message.key,
      dedupKey: message.dedupKey,
      state: message.state,
      severity: message.severity,
      summary: message.summary,
      details: message.details,
      since: message.since,
      link: message.link,
    });
    const timestamp = Math.floor(message.sentAt.getTime() / 1000).toString();
    const headers = {
      'idempotency-key': message.key,
      'headroom-timestamp': timestamp,
      'headroom-signature': `v1=${createHmac('sha256', signingKey).update(`${timestamp}.${body}`).digest('hex')}`,
      ...(bearerToken !== undefined && { authorization: `Bearer ${bearerToken}` }),
    };
    return egress.post({ url: new URL(url), headers, body, secrets: [signingKey, bearerToken ?? ''], caCertificate });
  },
};
