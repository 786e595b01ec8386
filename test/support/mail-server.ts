import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as the server was given it. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Its lines as they came. */
  raw: string;
  parsed: ParsedMail;
  isEncrypted: boolean;
  user: string | undefined;
}

/** A mail server on loopback, which keeps what it is given. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  private constructor(
    private readonly server: SMTPServer,
    readonly port: number,
  ) {}

  /** @param options what it demands, such as `onAuth`; without any it takes mail of anybody, with or without STARTTLS where it has a key */
  static async start(options: SMTPServerOptions = {}): Promise<MailServer> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: options.key ? [] : ['STARTTLS'],
      onData: (stream, session, callback) => {
        void text(stream).then(async (raw) => {
          const { mailFrom, rcptTo } = session.envelope;
          mail.mails.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            raw,
            parsed: await simpleParser(raw),
            isEncrypted: session.secure,
            user: session.user,
          });
          callback();
        });
      },
      ...options,
    });
    // What clients do to it is no failure of the test.
    server.on('error', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    const mail = new MailServer(server, (server.server.address() as AddressInfo).port);
    return mail;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }
}
