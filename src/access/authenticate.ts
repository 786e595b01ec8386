import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Paths that tell a load balancer whether the process is well, and nothing else. */
const open = /^\/health\/(live|ready)$/;

/** Names a browser on this machine may have used; any other is a page elsewhere that rebinds its name. */
const localName = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Decides whether a request is served at all. With a key, that key is needed: as a bearer token,
 * or as the password of HTTP Basic, which is what a browser can ask a person for. Without one only
 * this machine is served; requests that a web page elsewhere makes a browser send are refused.
 *
 * @returns a hook for Fastify's `onRequest`
 */
export function authenticate(adminKey: string | null) {
  const expected = adminKey === null ? null : digest(adminKey);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (open.test(request.url.split('?')[0]!)) return;
    if (expected === null) {
      if (!localName.test(request.headers.host ?? '')) {
        await refuse(reply, 403, 'without HEADROOM_ADMIN_KEY only requests to localhost are served');
        return;
      }
    } else {
      const given = keyOf(request.headers.authorization);
      // Digests have one length, so that the comparison tells nothing about the key's.
      if (given === null || !timingSafeEqual(digest(given), expected)) {
        void reply.header('WWW-Authenticate', 'Bearer, Basic realm="Headroom", charset="UTF-8"');
        await refuse(reply, 401, 'this server needs its administrator key as a bearer token');
        return;
      }
    }
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
      await refuse(reply, 403, 'requests from pages of other sites are not served');
    }
  };
}

function keyOf(authorization: string | undefined): string | null {
  const [scheme, credentials] = authorization?.split(' ', 2) ?? [];
  if (credentials === undefined) return null;
  if (/^bearer$/i.test(scheme!)) return credentials;
  if (!/^basic$/i.test(scheme!)) return null;
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

async function refuse(reply: FastifyReply, status: number, message: string): Promise<void> {
  await reply.status(status).send({ errors: [{ message }] });
}
