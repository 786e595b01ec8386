import type { FastifyReply } from 'fastify';

/** Ends a request before it reaches the API, in the shape that GraphQL clients read errors in. */
export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.status(status).send({ errors: [{ message, extensions: { code } }] });
}
