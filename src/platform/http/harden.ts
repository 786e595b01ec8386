import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { refuse } from './refuse.js';

/**
 * What every answer carries. A page that needs more than nothing sets its own policy. There is no
 * Access-Control-Allow-Origin, here or anywhere: pages of other sites read nothing.
 */
const securityHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Limits on requests as such, before anybody looks into them. */
export const serverLimits = {
  bodyLimit: 1024 * 1024,
  // A trickle of bytes would hold its socket for ever. Node looks twice a minute for requests older than this.
  requestTimeout: 30_000,
  // A path that cannot be decoded matches no route, and reaches no hook.
  frameworkErrors: (_error, _request, reply) => {
    void refuse(reply.headers(securityHeaders) as FastifyReply, 400, 'BAD_REQUEST', 'the path is not a valid one');
  },
} satisfies FastifyServerOptions;

export async function setSecurityHeaders(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  void reply.headers(securityHeaders);
}

/**
 * A body is JSON and says so. The types a form can send are those a page of another site can send
 * without asking first (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 */
export async function requireJson(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (request.method !== 'POST' || request.is404) return undefined;
  const type = request.headers['content-type']?.split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'application/json') return undefined;
  return refuse(reply, 415, 'BAD_REQUEST', `a body needs the content type application/json, got ${type ? `"${type}"` : 'none'}`);
}

/** Puts the order of checks in one place: headers for every answer, who asks, what is sent. */
export function harden(
  server: FastifyInstance,
  authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>,
): void {
  server.addHook('onRequest', setSecurityHeaders);
  server.addHook('onRequest', authenticate);
  server.addHook('onRequest', requireJson);
}
