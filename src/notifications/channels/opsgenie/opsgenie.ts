import { addressSetting } from '../../address-setting.js';
import type { Channel } from '../../channel.js';
import { atMost, boundedKey, oneLine, plainText, type Message, type OutgoingMessage } from '../../message.js';

export interface OpsgenieSettings {
  apiKey: string;
  url: string;
  tags?: readonly string[];
}

/** Limits of https://docs.opsgenie.com/docs/alert-api#create-alert */
const longestMessage = 130;
const longestAlias = 250;
const longestDescription = 15_000;
const longestNote = 25_000;
const longestTag = 50;
const mostTags = 20;
const mostDetailCharacters = 8_000;

const priorities: Record<Message['severity'], string> = { CRITICAL: 'P1', WARNING: 'P3', INFORMATION: 'P5' };

/** Opsgenie, and Jira Service Management, which takes the same at another address: one adapter, two bases. */
function alertChannel(name: string, description: string, base: string, keyFrom: string): Channel<OpsgenieSettings> {
  return {
    name,
    description,
    settingsSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['apiKey'],
      properties: {
        apiKey: { type: 'string', writeOnly: true, pattern: '^[\\x21-\\x7e]+$', description: keyFrom },
        url: addressSetting(`where the API is served, without /v2; ${base} when left out`, { default: base }),
        tags: { type: 'array', maxItems: mostTags, items: { type: 'string', minLength: 1, maxLength: longestTag, description: 'a tag' }, description: 'what alerts are tagged with' },
      },
      examples: [{ apiKey: '00000000-0000-0000-0000-000000000000', url: base }],
    },

    send(settings, message, egress) {
      const [path, body] = requestOf(settings, message);
      const url = new URL(`${settings.url.replace(/\/+$/, '')}/v2/alerts${path}`);
      return egress.post({ url, headers: { authorization: `GenieKey ${settings.apiKey}`, 'idempotency-key': message.key }, body: JSON.stringify(body), secrets: [settings.apiKey] });
    },
  };
}

function requestOf({ tags = [] }: OpsgenieSettings, message: OutgoingMessage): [path: string, body: object] {
  const alias = boundedKey(longestAlias, message.dedupKey);
  const ofAlert = (verb: string) => `/${encodeURIComponent(alias)}/${verb}?identifierType=alias`;
  const note = atMost(longestNote, oneLine(message.summary));
  if (message.state === 'RESOLVED') return [ofAlert('close'), { source: 'Headroom', note }];
  if (message.state === 'ACKNOWLEDGED') return [ofAlert('acknowledge'), { source: 'Headroom', note }];
  return [
    '',
    {
      message: atMost(longestMessage, oneLine(message.summary)),
      alias,
      description: atMost(longestDescription, plainText(message)),
      details: detailsOf(message),
      priority: priorities[message.severity],
      source: 'Headroom',
      tags,
    },
  ];
}

/** What is known of the subject, as long as there is room: the description has all of it. */
function detailsOf({ details, link }: OutgoingMessage): Record<string, string> {
  const kept: Record<string, string> = { Link: link };
  let room = mostDetailCharacters - link.length;
  for (const { name, value } of details) {
    room -= name.length + value.length;
    if (room < 0) break;
    kept[name] = value;
  }
  return kept;
}

export const opsgenie = alertChannel(
  'opsgenie',
  'Opens, acknowledges and closes alerts in Opsgenie, whose API ends on 5 April 2027.',
  'https://api.opsgenie.com',
  'the API key of an integration of the type API',
);

export const jiraServiceManagement = alertChannel(
  'jira-service-management',
  'Opens, acknowledges and closes alerts in Jira Service Management.',
  'https://api.atlassian.com/jsm/ops/integration',
  'the API key of an integration of the type API, of a team in Operations',
);
