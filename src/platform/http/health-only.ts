import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './refuse.js';

/** For a process that works in the background: whoever looks after it may ask how it is, and nobody anything else. */
export async function healthOnly(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (request.routeOptions.url?.startsWith('/health/')) return undefined;
  return refuse(reply, 404, 'NOT_FOUND', 'this process works in the background and answers nothing but /health/live and /health/ready');
}
