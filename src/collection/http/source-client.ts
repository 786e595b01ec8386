import { Agent, buildConnector, request } from 'undici';
import { BadPayload, CollectorRejected, CollectorUnavailable, withoutSecrets } from '../collector-failure.js';
import type { Contact } from '../collector.js';
import { isLinkLocal } from './link-local.js';

export interface SourceRequest {
  url: URL;
  headers?: Readonly<Record<string, string>>;
  /** A form, sent by POST; without it the request is a GET. */
  form?: URLSearchParams;
  /** Sent by POST as JSON. */
  json?: unknown;
  /** Sent by POST as it is: what a signature in the headers covers. */
  signed?: string;
  /** What must appear in no error: credentials that the request carries. */
  secrets?: readonly string[];
  /** What the provider asks for one call, see `CollectionReport.call`. */
  costUsd?: string;
  deadlineMs?: number;
  /** Reads the answer; JSON.parse, unless there is one that needs less. Throws for what is no JSON. */
  parse?: (text: string) => unknown;
  /** A larger answer is refused. */
  mostBytes?: number;
}

/** What came back and could be read. */
export interface SourceAnswer<Body> {
  status: number;
  body: Body;
}

const mostTries = 4;
const firstPauseMs = 500;
/** A source that asks for more than this is left to a later run. */
const longestPauseMs = 30_000;
const defaultDeadlineMs = 60_000;
const defaultMostBytes = 64 * 1024 * 1024;
const connectTimeoutMs = 10_000;

const connect = buildConnector({ timeout: connectTimeoutMs });
/** Looks at the address that a name led to, not at the name: names can be led anywhere. */
const agent = new Agent({
  connect(options, callback) {
    const refuse = () => callback(new CollectorRejected(`${options.hostname} is a link-local address, which is never called`), null);
    if (isLinkLocal(options.hostname.replace(/^\[|\]$/g, ''))) return refuse();
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      if (!isLinkLocal(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      refuse();
    });
  },
});

/**
 * Asks a source for JSON, again after a while where it is overloaded or broken. Every try is told to
 * the report. Redirects are not followed.
 *
 * Answers of a client's fault (4xx) that are JSON are given back, for the collector to say what they mean.
 *
 * @throws CollectorUnavailable for what may pass: no answer, 408, 429, 5xx, and as BadPayload for what is not JSON
 * @throws CollectorRejected for what will not: other answers that are no success
 */
export async function askJson<Body>(asked: SourceRequest, contact: Contact): Promise<SourceAnswer<Body>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askOnce<Body>(asked, contact);
    } catch (error) {
      contact.signal.throwIfAborted();
      if (!(error instanceof CollectorUnavailable) || tries >= mostTries) throw error;
      // Half of it is chance, so that many that failed together do not come back together.
      const pauseMs = error.retryAfterMs ?? firstPauseMs * 2 ** tries * (0.5 + Math.random() / 2);
      if (pauseMs > longestPauseMs) throw error;
      await contact.pause(pauseMs);
    }
  }
}

async function askOnce<Body>(asked: SourceRequest, { signal, report }: Contact): Promise<SourceAnswer<Body>> {
  const { url, headers, form, json, signed, secrets = [], costUsd, deadlineMs = defaultDeadlineMs } = asked;
  await report.call(costUsd);
  const deadline = AbortSignal.timeout(deadlineMs);
  const place = `${url.protocol}//${url.host}`;
  try {
    const { statusCode, headers: answered, body } = await request(url, {
      dispatcher: agent,
      method: form || json !== undefined || signed !== undefined ? 'POST' : 'GET',
      headers: { accept: 'application/json', ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: signed ?? form?.toString() ?? (json === undefined ? undefined : JSON.stringify(json)),
      signal: AbortSignal.any([signal, deadline]),
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
    });
    const text = await textOf(body, asked.mostBytes ?? defaultMostBytes, place);
    return classified<Body>(place, statusCode, text, retryAfterMs(answered['retry-after']), asked);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CollectorUnavailable || error instanceof CollectorRejected) throw error;
    if (deadline.aborted) throw new CollectorUnavailable(`${place} gave no whole answer within ${deadlineMs / 1000} s`);
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CollectorUnavailable(`${place} cannot be asked: ${withoutSecrets(reasons[code ?? ''] ?? message, secrets)}`, { cause: error });
  }
}

/** Why a request fails on its way, by the code of the system or of the client. */
const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name is not known',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: `no connection within ${connectTimeoutMs / 1000} s`,
};

async function textOf(body: AsyncIterable<Buffer>, mostBytes: number, place: string): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > mostBytes) throw new CollectorRejected(`${place} answers with more than ${mostBytes} bytes at once: ask for less`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function classified<Body>(place: string, status: number, text: string, retryAfterMs: number | null, { secrets = [], parse = JSON.parse }: SourceRequest): SourceAnswer<Body> {
  if (status === 408 || status === 429 || status >= 500) {
    throw new CollectorUnavailable(`${place} answered ${status}${status === 429 ? ': too many requests' : ''}`, { retryAfterMs });
  }
  if (status >= 300 && status < 400) throw new CollectorRejected(`${place} answered ${status} and points elsewhere: set the address it moved to`);
  if (status === 401 || status === 403) throw new CollectorRejected(`${place} answered ${status}: the credentials are missing, wrong, expired or not enough`);
  const body = parsed<Body>(text, parse);
  if (body !== undefined) return { status, body };
  if (status >= 400) throw new CollectorRejected(`${place} answered ${status} and no JSON: is the address right?`);
  throw new BadPayload(`${place} answered ${status} with what is not JSON`, text, secrets);
}

function parsed<Body>(text: string, parse: (text: string) => unknown): Body | undefined {
  try {
    return parse(text) as Body;
  } catch {
    return undefined;
  }
}

/** Seconds, or the instant it is over. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, until - Date.now());
}
