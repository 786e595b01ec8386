import type { Contact } from '../collector.js';
import { ask, jsonText, type Format } from '../http/source-client.js';
import { assumedRole, staticCredentials, untilAborted } from './credentials.js';
import { failureOf, Throttled } from './failures.js';
import type { AwsSettings } from './settings.js';

const mostTries = 5;
const firstPauseMs = 1_000;

/** What the SDK hands over to be sent: signed, down to the body. */
export interface SignedRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

interface Service {
  /** As messages call it. */
  name: string;
  /** What AWS asks for a call, by its signed body: an exact decimal. Nothing where it is left out. */
  costUsdOf?: (body: string) => string;
  /** What an answer is written in; JSON where it is left out. */
  format?: Format<string>;
}

/**
 * How every service of AWS is called: its own client finds credentials, signs, and knows the shapes. The calls
 * themselves go the way of every source: counted, with a deadline, a limit of size, and tries that a
 * broken answer is worth too, which the SDK would not repeat.
 */
export class AwsCalls {
  private readonly secrets: string[];
  /** When the service answered last, by its own clock; null before that, and where it does not say. */
  answeredAt: Date | null = null;

  constructor(
    private readonly service: Service,
    private readonly settings: AwsSettings,
    private readonly contact: Contact,
  ) {
    this.secrets = [settings.secretAccessKey, settings.sessionToken].flatMap((secret) => secret ?? []);
  }

  /** What a client of the SDK is made with. */
  get configuration() {
    const { region, roleArn } = this.settings;
    const credentials = roleArn === undefined ? staticCredentials(this.settings) : assumedRole(this.settings, this.contact);
    return {
      region,
      maxAttempts: 1,
      requestHandler: { handle: (request: SignedRequest) => this.handle(request) },
      ...(credentials && { credentials }),
    };
  }

  /**
   * Sends, and sends the same again where AWS is throttling: pages before it have been paid for.
   *
   * @throws CollectorUnavailable, PagesChanged when it is no page of those before, CollectorRejected
   */
  async ask<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    const { signal, pause } = this.contact;
    for (let tries = 1; ; tries += 1) {
      try {
        return await untilAborted(send(), signal);
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error, this.service.name, this.secrets);
        if (!(failure instanceof Throttled) || tries >= mostTries) throw failure;
        // Half of it is chance, so that many that failed together do not come back together.
        await pause(firstPauseMs * 2 ** tries * (0.5 + Math.random() / 2));
      }
    }
  }

  private async handle({ protocol, hostname, port, path, headers, body }: SignedRequest) {
    const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
    const secrets = [...this.secrets, headers['x-amz-security-token'] ?? ''];
    const signed = ArrayBuffer.isView(body) ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8') : (body ?? '');
    const costUsd = this.service.costUsdOf?.(signed);
    const answer = await ask({ url, headers, signed, secrets, costUsd }, this.service.format ?? jsonText, this.contact);
    this.answeredAt = answer.answeredAt;
    return { response: { statusCode: answer.status, headers: {}, body: Buffer.from(answer.body) } };
  }
}
