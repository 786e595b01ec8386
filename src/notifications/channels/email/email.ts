import { createTransport } from 'nodemailer';
import { InvalidInput, withoutSecrets, type SettingsSchema } from '../../../platform/index.js';
import { caCertificateSetting } from '../../address-setting.js';
import { ChannelRefused, ChannelUnavailable, MessageRefused } from '../../channel-failure.js';
import type { Channel } from '../../channel.js';
import { certificateReasons } from '../../egress/certificates.js';
import { atMost, headline, oneLine, plainText } from '../../message.js';

export interface EmailSettings {
  host: string;
  port: number;
  encryption: 'TLS' | 'STARTTLS' | 'none';
  username?: string;
  password?: string;
  from: string;
  to: readonly string[];
  caCertificate?: string;
}

const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['host', 'from', 'to'],
  dependentRequired: { password: ['username'], username: ['password'] },
  properties: {
    host: { type: 'string', format: 'hostname', description: 'the mail server, such as smtp.example.com' },
    port: { type: 'integer', minimum: 1, maximum: 65_535, default: 587, description: 'its port: 587 with STARTTLS, 465 with TLS' },
    encryption: { type: 'string', enum: ['TLS', 'STARTTLS', 'none'], default: 'STARTTLS', description: 'how the connection is encrypted; none is for a server of this machine only' },
    username: { type: 'string', minLength: 1, description: 'the name to log in with, where that is needed' },
    password: { type: 'string', writeOnly: true, minLength: 1, description: 'the password to log in with' },
    from: { type: 'string', format: 'email', description: 'the address that mail comes from' },
    to: { type: 'array', minItems: 1, maxItems: 50, items: { type: 'string', format: 'email', description: 'an address' }, description: 'the addresses that mail goes to' },
    caCertificate: caCertificateSetting,
  },
  examples: [{ host: 'smtp.example.com', username: 'headroom', password: 'a password', from: 'headroom@example.com', to: ['finance@example.com'] }],
};

const longestSubject = 200;
/** Answers of a mail server that are about who logs in, not about the message. */
const refusesLogin = [454, 530, 534, 535, 538];

/**
 * Mail, in plain text. Every message on one cause is an answer to the same first one, so that mail programs show one thread;
 * a repeat has the Message-ID of what it repeats.
 */
export const email: Channel<EmailSettings> = {
  name: 'email',
  description: 'Sends mail through a mail server (SMTP).',
  settingsSchema,

  check({ encryption, password }) {
    if (encryption === 'none' && password !== undefined) throw new InvalidInput('a password is never sent in the clear: set encryption to TLS or STARTTLS', ['settings', 'encryption']);
  },

  async send({ host, port, encryption, username, password, from, to, caCertificate }, message, egress) {
    const connection = await egress.connect({ host, port });
    const transport = createTransport({
      host,
      port,
      connection,
      secure: encryption === 'TLS',
      requireTLS: encryption === 'STARTTLS',
      ignoreTLS: encryption === 'none',
      tls: { ...(caCertificate !== undefined && { ca: caCertificate }) },
      ...(username !== undefined && { auth: { user: username, pass: password } }),
      // Nothing of a message may make it read a file, or ask an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const domain = from.slice(from.lastIndexOf('@') + 1);
    const thread = `<${Buffer.from(message.dedupKey).toString('base64url')}@${domain}>`;
    try {
      const { response, rejected } = await transport.sendMail({
        from,
        to: [...to],
        subject: atMost(longestSubject, headline(message)),
        text: plainText(message),
        messageId: `<${message.key}@${domain}>`,
        inReplyTo: thread,
        references: thread,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Headroom-Dedup-Key': oneLine(message.dedupKey) },
      });
      const refused = rejected.length === 0 ? '' : `, and refused ${rejected.join(', ')}`;
      return `${host}:${port} answered ${oneLine(response)}${refused}`;
    } catch (error) {
      egress.signal.throwIfAborted();
      throw failureOf(`${host}:${port}`, error, [password ?? '']);
    } finally {
      transport.close();
      connection.destroy();
    }
  },
};

function failureOf(place: string, error: unknown, secrets: readonly string[]): Error {
  const { code, originalCode = '', responseCode = 0, message, response } = error as { code?: string; originalCode?: string; responseCode?: number; message: string; response?: string };
  if (certificateReasons[originalCode]) return new ChannelRefused(`the certificate of ${place} ${certificateReasons[originalCode]}`);
  const said = `${place}: ${atMost(300, oneLine(withoutSecrets(response ?? message, secrets)))}`;
  if (code === 'EAUTH' && (responseCode === 0 || refusesLogin.includes(responseCode))) return new ChannelRefused(said);
  if (code === 'ETLS') return new ChannelRefused(said);
  if (responseCode >= 500) return new MessageRefused(said);
  return new ChannelUnavailable(said);
}
