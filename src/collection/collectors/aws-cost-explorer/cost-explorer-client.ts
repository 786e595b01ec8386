import { CostExplorerClient, GetCostAndUsageCommand, GetCostForecastCommand, type GetCostAndUsageCommandInput, type GetCostAndUsageCommandOutput, type GetCostForecastCommandInput, type GetCostForecastCommandOutput } from '@aws-sdk/client-cost-explorer';
import type { Contact } from '../../collector.js';
import { askJson } from '../../http/source-client.js';
import { assumedRole, staticCredentials, untilAborted } from './credentials.js';
import { failureOf, Throttled } from './failures.js';
import type { CostExplorerSettings } from './settings.js';

/** What AWS asks for each page, of whatever answer. */
const pageCostUsd = '0.01';
const service = 'AWS Cost Explorer';
const mostTries = 5;
const firstPauseMs = 1_000;

/** What the SDK hands over to be sent: signed, down to the body. */
interface SignedRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/**
 * Cost Explorer by the client of AWS, which finds credentials, signs, and knows the shapes. The calls
 * themselves go the way of every source: counted, with a deadline, a limit of size, and tries that a
 * broken answer is worth too, which the SDK would not repeat.
 */
export class CostExplorer {
  private readonly client: CostExplorerClient;
  private readonly secrets: string[];

  constructor(settings: CostExplorerSettings, private readonly contact: Contact) {
    const { region, endpoint, roleArn, secretAccessKey, sessionToken } = settings;
    this.secrets = [secretAccessKey, sessionToken].flatMap((secret) => secret ?? []);
    const credentials = roleArn === undefined ? staticCredentials(settings) : assumedRole(settings, contact);
    this.client = new CostExplorerClient({
      region,
      maxAttempts: 1,
      requestHandler: { handle: (request: SignedRequest) => this.handle(request) },
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials && { credentials }),
    });
  }

  /** One page. @throws CollectorUnavailable, PagesChanged when it is none of the pages before, CollectorRejected */
  costAndUsage(question: GetCostAndUsageCommandInput): Promise<GetCostAndUsageCommandOutput> {
    return this.ask(() => this.client.send(new GetCostAndUsageCommand(question)));
  }

  /** @throws CollectorUnavailable, CollectorRejected */
  costForecast(question: GetCostForecastCommandInput): Promise<GetCostForecastCommandOutput> {
    return this.ask(() => this.client.send(new GetCostForecastCommand(question)));
  }

  /** Asks again for the same page: pages before it have been paid for. */
  private async ask<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    const { signal, pause } = this.contact;
    for (let tries = 1; ; tries += 1) {
      try {
        return await untilAborted(send(), signal);
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error, service, this.secrets);
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
    const answer = await askJson({ url, headers, signed, secrets, costUsd: pageCostUsd }, this.contact);
    return { response: { statusCode: answer.status, headers: {}, body: Buffer.from(JSON.stringify(answer.body)) } };
  }
}
