import { request, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { withoutSecrets } from '../../platform/index.js';
import type { Egress, Posting } from '../channel.js';
import { ChannelRefused, ChannelUnavailable, MessageRefused } from '../channel-failure.js';
import { answerOf } from './answer.js';
import { certificateReasons } from './certificates.js';

/** More of an answer is not read: it says what was wrong in the first lines, or not at all. */
const mostBytes = 64 * 1024;

/**
 * The way out, which looks at the address that was connected to and not at how it is spelt: whoever may set up a channel
 * must not reach what only this machine or this network may reach. Exempt are the addresses that who runs Headroom names.
 */
export class GuardedEgress implements Egress {
  /** @param allowed private addresses and ranges that may be called, such as `10.0.0.0/8` */
  constructor(
    private readonly allowed: readonly string[],
    readonly signal: AbortSignal,
  ) {}

  async post(posting: Posting): Promise<string> {
    const place = posting.url.host;
    try {
      const response = await this.headersOf(posting);
      const text = await beginningOf(response, this.signal);
      return answerOf(place, response, withoutSecrets(text, posting.secrets ?? []));
    } catch (error) {
      throw this.failure(place, error, posting.secrets);
    }
  }

  async connect({ host, port }: { host: string; port: number }): Promise<Socket> {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const agent = new RequestFilteringHttpAgent({ allowIPAddressList: [...this.allowed] });
        const socket = agent.createConnection({ host, port }) as Socket;
        const abort = () => socket.destroy(this.signal.reason as Error);
        this.signal.addEventListener('abort', abort, { once: true });
        socket.once('close', () => this.signal.removeEventListener('abort', abort));
        socket.once('error', reject).once('connect', () => resolve(socket.off('error', reject)));
      });
    } catch (error) {
      throw this.failure(`${host}:${port}`, error);
    }
  }

  private headersOf({ url, headers, body, caCertificate }: Posting): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { allowIPAddressList: [...this.allowed], ...(caCertificate !== undefined && { ca: caCertificate }) };
      const isSecure = url.protocol === 'https:';
      const agent = isSecure ? new RequestFilteringHttpsAgent(options) : new RequestFilteringHttpAgent(options);
      const length = Buffer.byteLength(body);
      const sending = (isSecure ? secureRequest : request)(
        url,
        { method: 'POST', agent, signal: this.signal, headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'Headroom', ...headers, 'content-length': length } },
        resolve,
      );
      sending.once('error', reject).end(body);
    });
  }

  private failure(place: string, error: unknown, secrets: readonly string[] = []): Error {
    if ([ChannelUnavailable, ChannelRefused, MessageRefused].some((kind) => error instanceof kind)) return error as Error;
    this.signal.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    if (/is not allowed\. Because/.test(message)) {
      return new ChannelRefused(`${place} is at an address of this machine or of a private network: whoever runs Headroom has to name it in HEADROOM_PRIVATE_DESTINATIONS`);
    }
    if (code === undefined) return error as Error;
    if (certificateReasons[code]) return new ChannelRefused(`the certificate of ${place} ${certificateReasons[code]}`);
    return new ChannelUnavailable(`${place} cannot be reached: ${withoutSecrets(reasons[code] ?? message, secrets)}`);
  }
}

/** Why a request fails on its way, by the code of the system. */
const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name is not known',
  ECONNRESET: 'the connection was cut',
};

/** What an answer begins with. The status was all that mattered: an answer that drips, or breaks off, is left where it is. */
async function beginningOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      size += piece.length;
      if (size >= mostBytes) break;
    }
  } catch (error) {
    if (!signal.aborted && (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  } finally {
    response.destroy();
  }
  return Buffer.concat(pieces).subarray(0, mostBytes).toString('utf8');
}
