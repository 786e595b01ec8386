import { Agent, buildConnector, request } from 'undici';
import { AccessRefused, BadPayload, CollectorRejected, CollectorUnavailable } from '../collector-failure.js';
import { withoutSecrets } from '../../platform/index.js';
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
  /** A larger answer is refused. */
  mostBytes?: number;
  /** The authority that the source's certificate has to be signed by, as PEM; without it those that Node.js knows. */
  caCertificate?: string;
  /** The header in which the source says for how many seconds it wants to be left alone, where that is not Retry-After. */
  secondsUntilResetHeader?: string;
}

/** What came back and could be read. */
export interface SourceAnswer<Body> {
  status: number;
  body: Body;
  /** When it was answered, by the clock of the source; null where it does not say. */
  answeredAt: Date | null;
}

/** What a body has to be. */
export interface Format<Body> {
  name: string;
  mediaType: string;
  /** Undefined for what it is not. */
  read(text: string): Body | undefined;
}

/** JSON as somebody reads it, who throws for what is none: with less than JSON.parse needs, where there are millions of numbers. */
export function jsonReadBy<Body>(parse: (text: string) => Body): Format<Body> {
  return {
    name: 'JSON',
    mediaType: 'application/json',
    read(text) {
      try {
        return parse(text);
      } catch {
        return undefined;
      }
    },
  };
}

const json = jsonReadBy<unknown>(JSON.parse);

/** JSON, and XML of a service: for a client of the provider's own that reads the text itself. */
export const jsonText: Format<string> = { ...json, read: (text) => (json.read(text) === undefined ? undefined : text) };
export const xmlText: Format<string> = {
  name: 'XML',
  mediaType: 'text/xml',
  // The element that everything is in, from its beginning to its end.
  read: (text) => (/^\s*(?:<\?xml[^>]*>\s*)?<(\w*Response)\b[\s\S]*<\/\1>\s*$/.test(text) ? text : undefined),
};

const mostTries = 4;
const firstPauseMs = 500;
/** A source that asks for more than this is left to a later run. */
const longestPauseMs = 30_000;
const defaultDeadlineMs = 60_000;
const defaultMostBytes = 64 * 1024 * 1024;
const connectTimeoutMs = 10_000;

/** Connections by the authority that they trust; undefined for those that Node.js knows. */
const agents = new Map<string | undefined, Agent>();

function agentTrusting(caCertificate: string | undefined): Agent {
  const agent = agents.get(caCertificate) ?? checkingAgent(caCertificate);
  agents.set(caCertificate, agent);
  return agent;
}

/** Looks at the address that a name led to, not at the name: names can be led anywhere. */
function checkingAgent(ca: string | undefined): Agent {
  const connect = buildConnector({ timeout: connectTimeoutMs, ...(ca !== undefined && { ca }) });
  return new Agent({
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
}

/** Asks a source for JSON: see `ask`. */
export function askJson<Body>(asked: SourceRequest, contact: Contact): Promise<SourceAnswer<Body>> {
  return ask(asked, json as Format<Body>, contact);
}

/**
 * Asks a source, again after a while where it is overloaded or broken. Every try is told to
 * the report. Redirects are not followed.
 *
 * Answers of a client's fault (4xx) that can be read are given back, for the collector to say what they mean.
 *
 * @throws CollectorUnavailable for what may pass: no answer, 408, 429, 5xx, and as BadPayload for what is not of the format
 * @throws CollectorRejected for what will not: other answers that are no success
 */
export async function ask<Body>(asked: SourceRequest, format: Format<Body>, contact: Contact): Promise<SourceAnswer<Body>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askOnce(asked, format, contact);
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

async function askOnce<Body>(asked: SourceRequest, format: Format<Body>, { signal, report }: Contact): Promise<SourceAnswer<Body>> {
  const { url, headers, form, json, signed, secrets = [], costUsd, deadlineMs = defaultDeadlineMs } = asked;
  await report.call(costUsd);
  const deadline = AbortSignal.timeout(deadlineMs);
  const place = `${url.protocol}//${url.host}`;
  try {
    const { statusCode, headers: answered, body } = await request(url, {
      dispatcher: agentTrusting(asked.caCertificate),
      method: form || json !== undefined || signed !== undefined ? 'POST' : 'GET',
      headers: { accept: format.mediaType, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: signed ?? form?.toString() ?? (json === undefined ? undefined : JSON.stringify(json)),
      signal: AbortSignal.any([signal, deadline]),
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
    });
    const text = await textOf(body, asked.mostBytes ?? defaultMostBytes, place);
    const readable = classified(place, statusCode, text, format, retryAfterMs(answered['retry-after'] ?? answered[asked.secondsUntilResetHeader ?? '']), secrets);
    return { status: statusCode, body: readable, answeredAt: instantOf(answered.date) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CollectorUnavailable || error instanceof CollectorRejected) throw error;
    if (deadline.aborted) throw new CollectorUnavailable(`${place} gave no whole answer within ${deadlineMs / 1000} s`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (certificateReasons[code ?? '']) throw new CollectorRejected(`the certificate of ${place} ${certificateReasons[code ?? '']}`, { cause: error });
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

const untrusted = 'is signed by no authority that is trusted here';
/** What is wrong with a certificate, which the same question again does not mend. */
const certificateReasons: Record<string, string> = {
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: 'has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name',
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

function classified<Body>(place: string, status: number, text: string, format: Format<Body>, retryAfterMs: number | null, secrets: readonly string[]): Body {
  if (status === 408 || status === 429 || status >= 500) {
    throw new CollectorUnavailable(`${place} answered ${status}${status === 429 ? ': too many requests' : ''}`, { retryAfterMs });
  }
  if (status >= 300 && status < 400) throw new CollectorRejected(`${place} answered ${status} and points elsewhere: set the address it moved to`);
  if (status === 401 || status === 403) throw new AccessRefused(place, status);
  const body = format.read(text);
  if (body !== undefined) return body;
  if (status >= 400) throw new CollectorRejected(`${place} answered ${status} and no ${format.name}: is the address right?`);
  throw new BadPayload(`${place} answered ${status} with what is not ${format.name}`, text, secrets);
}

function instantOf(header: string | string[] | undefined): Date | null {
  const ms = typeof header === 'string' ? Date.parse(header) : NaN;
  return Number.isNaN(ms) ? null : new Date(ms);
}

/** Seconds, or the instant it is over. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, until - Date.now());
}
