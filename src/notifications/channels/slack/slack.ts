import type { SettingsSchema } from '../../../platform/index.js';
import type { Channel } from '../../channel.js';
import { headline, oneLine, type OutgoingMessage } from '../../message.js';

export interface SlackSettings {
  url: string;
}

const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    // Whoever has it may post: it is a secret as a whole.
    url: { type: 'string', format: 'uri', writeOnly: true, pattern: '^https?://[^@\\\\]+$', description: 'the address of an incoming webhook of your Slack app, such as https://hooks.slack.com/services/…' },
  },
  examples: [{ url: 'https://hooks.slack.com/services/T000/B000/secret' }],
};

/** Limits of Block Kit: https://docs.slack.dev/reference/block-kit/blocks/section-block */
const longestText = 3_000;
const longestField = 2_000;
const mostFields = 10;

/**
 * A message to a channel of Slack, by an incoming webhook.
 *
 * Slack takes about one message a second: https://docs.slack.dev/apis/web-api/rate-limits. What is not ours to say is
 * escaped, so that a budget named `<!channel>` calls nobody: https://docs.slack.dev/messaging/formatting-message-text.
 */
export const slack: Channel<SlackSettings> = {
  name: 'slack',
  description: 'Writes into a channel of Slack, by an incoming webhook.',
  settingsSchema,
  leastIntervalMs: 1_000,

  send({ url }, message, egress) {
    const target = new URL(url);
    return egress.post({ url: target, headers: { 'idempotency-key': message.key }, body: JSON.stringify(slackMessage(message)), secrets: [url, target.pathname] });
  },
};

function slackMessage(message: OutgoingMessage): object {
  const fields = [...message.details.slice(0, mostFields - 1), { name: 'Since', value: message.since.toISOString() }];
  return {
    // What notifications on a phone show.
    text: escaped(longestText, headline(message)),
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: escaped(longestText, headline(message)) } },
      { type: 'section', fields: fields.map(({ name, value }) => ({ type: 'mrkdwn', text: `*${escaped(200, name)}*\n${escaped(longestField - 300, value)}` })) },
      { type: 'section', text: { type: 'mrkdwn', text: `<${escaped(longestText - 100, message.link).replaceAll('|', '%7C')}|Look at it in Headroom>` } },
    ],
    unfurl_links: false,
  };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text as Slack shows it, and of at most so many characters once it is escaped. */
function escaped(longest: number, text: string): string {
  let escapedText = '';
  for (const character of oneLine(text)) {
    const next = entities[character] ?? character;
    if (escapedText.length + next.length > longest - 1) return `${escapedText}…`;
    escapedText += next;
  }
  return escapedText;
}
