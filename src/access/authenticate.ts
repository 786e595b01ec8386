import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback, refuse } from '../platform/index.js';

const digest = (key: Buffer): Buffer => createHash('sha256').update(key).digest();

/** Routes that tell a load balancer whether the process is well, and nothing else. */
const openRoutes: readonly (string | undefined)[] = ['/health/live', '/health/ready'];

/** Why a request is not served. */
export interface Refusal {
  status: 401 | 403;
  code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  message: string;
}

/**
 * Decides whether a request is served at all. With a key, that key is needed: as a bearer token,
 * or as the password of HTTP Basic, which is what a browser can ask a person for. Without one only
 * this machine is served; requests that a web page elsewhere makes a browser send are refused.
 *
 * Nothing that a client or a proxy can write into X-Forwarded-* counts.
 */
export function admission(adminKey: string | null): (headers: IncomingHttpHeaders) => Refusal | null {
  const expected = adminKey === null ? null : digest(Buffer.from(adminKey));
  return (headers) => {
    if (expected === null && !namesThisMachine(headers.host)) {
      return { status: 403, code: 'FORBIDDEN', message: 'without HEADROOM_ADMIN_KEY only requests to localhost are served' };
    }
    if (expected !== null && !brings(headers.authorization, expected)) {
      const message = 'this server needs HEADROOM_ADMIN_KEY, as a bearer token or as the password of HTTP Basic with any name';
      return { status: 401, code: 'UNAUTHENTICATED', message };
    }
    if (isFromAnotherSite(headers)) return { status: 403, code: 'FORBIDDEN', message: 'requests from pages of other sites are not served' };
    return null;
  };
}

/** The same for HTTP. @returns a hook for Fastify's `onRequest` */
export function authenticate(adminKey: string | null) {
  const refusalOf = admission(adminKey);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (openRoutes.includes(request.routeOptions.url)) return undefined;
    const refusal = refusalOf(request.headers);
    if (!refusal) return undefined;
    // Two headers: Chromium does not find Basic behind a comma, and asks nobody for a password.
    if (refusal.status === 401) void reply.header('WWW-Authenticate', ['Basic realm="Headroom", charset="UTF-8"', 'Bearer realm="Headroom"']);
    return refuse(reply, refusal.status, refusal.code, refusal.message);
  };
}

/** Any other name in Host is that of a page elsewhere, which has rebound it to this machine's address. */
function namesThisMachine(host: string | undefined): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(:\d{1,5})?$/.exec(host ?? '')?.[1];
  return name !== undefined && isLoopback(name);
}

function brings(authorization: string | undefined, expected: Buffer): boolean {
  const key = keyIn(authorization);
  // Digests have one length, so that the comparison tells nothing about the key's.
  return key !== null && timingSafeEqual(digest(key), expected);
}

/** The key as bytes: Node reads headers as Latin-1, and a key may be written in UTF-8. */
function keyIn(authorization: string | undefined): Buffer | null {
  const [, scheme, credentials] = /^(\w+) +(.+)$/.exec(authorization ?? '') ?? [];
  if (scheme?.toLowerCase() === 'bearer') return Buffer.from(credentials!, 'latin1');
  if (scheme?.toLowerCase() !== 'basic') return null;
  const pair = Buffer.from(credentials!, 'base64');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.subarray(colon + 1);
}

/** Browsers say where a request comes from, and a browser is the only client that others can make send one. */
function isFromAnotherSite(headers: IncomingHttpHeaders): boolean {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (origin !== undefined) {
    const own = host?.toLowerCase();
    return own === undefined || ![`http://${own}`, `https://${own}`].includes(origin.toLowerCase());
  }
  // Images and scripts come without an origin. A link is followed: what it opens, the other site cannot read.
  return (site === 'cross-site' || site === 'same-site') && mode !== 'navigate';
}
