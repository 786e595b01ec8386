import { request as send, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { authenticate } from './authenticate.js';

const key = 'kürbis-0123456789-abcdefghijklmnopqrst';
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the system, asked over HTTP,', () => {
  let server: FastifyInstance;

  afterEach(() => server.close());

  /** The answer to a request with exactly these headers and this path; a client library would mend them. */
  async function answerTo(adminKey: string | null, headers: OutgoingHttpHeaders, path = '/graphql'): Promise<IncomingMessage> {
    server = fastify();
    server.addHook('onRequest', authenticate(adminKey));
    for (const route of ['/graphql', '/health', '/health/live', '/health/ready']) server.get(route, async () => 'served');
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    return await new Promise((resolve, reject) => {
      send({ host: '127.0.0.1', port, path, headers, setHost: !('host' in headers) }, (response) => {
        resolve(response.resume());
      })
        .on('error', reject)
        .end();
    });
  }

  const statusOf = async (...request: Parameters<typeof answerTo>) => (await answerTo(...request)).statusCode;

  it.each([
    ['a bearer token', `Bearer ${key}`],
    ['a bearer token in another case, with spaces', `bEARER   ${key} `],
    ['the password of HTTP Basic', `Basic ${base64(`anybody:${key}`)}`],
    ['the password of HTTP Basic without a name', `basic  ${base64(`:${key}`)}`],
  ])('serves who brings the key as %s', async (_, authorization) => {
    expect(await statusOf(key, { authorization: Buffer.from(authorization).toString('latin1') })).toBe(200);
  });

  it.each([
    ['nothing', undefined],
    ['another key', `Bearer ${key}x`],
    ['the beginning of the key', `Bearer ${key.slice(0, 8)}`],
    ['an empty bearer token', 'Bearer '],
    ['no scheme', key],
    ['another scheme', `Digest ${key}`],
    ['the key as the name of HTTP Basic', `Basic ${base64(`${key}:`)}`],
    ['HTTP Basic without a colon', `Basic ${base64(key)}`],
    ['HTTP Basic that is not base64', 'Basic !!!'],
  ])('refuses who brings %s', async (_, authorization) => {
    const headers = authorization === undefined ? {} : { authorization: Buffer.from(authorization).toString('latin1') };
    expect(await statusOf(key, headers)).toBe(401);
  });

  it('asks a browser for the password in a header of its own', async () => {
    const { headersDistinct } = await answerTo(key, {});
    expect(headersDistinct['www-authenticate']).toEqual(['Basic realm="Headroom", charset="UTF-8"', 'Bearer realm="Headroom"']);
  });

  it.each(['/health/live', '/health/ready', '/health/live?now'])('serves %s to anybody', async (path) => {
    expect(await statusOf(key, {}, path)).toBe(200);
  });

  it.each(['/health', '/health/live/', '//health/live', '/health/live/../../graphql', '/health%2flive', '/HEALTH/LIVE', '/nothing'])(
    'needs the key for %s',
    async (path) => expect(await statusOf(key, {}, path)).toBe(401),
  );

  it.each(['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '127.8.8.8', '[::1]:4000', '[::1]'])(
    'serves this machine without a key, under the name %s',
    async (host) => expect(await statusOf(null, { host })).toBe(200),
  );

  it.each([
    'headroom.example',
    'localhost.evil.example',
    'localhost:4000.evil.example',
    'evil.example:4000',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
    '[::2]:4000',
    '::1',
    '',
  ])('refuses the name %p without a key, which a page elsewhere may have rebound', async (host) => {
    expect(await statusOf(null, { host })).toBe(403);
  });

  it('believes no proxy about the name', async () => {
    expect(await statusOf(null, { host: 'evil.example', 'x-forwarded-host': 'localhost', forwarded: 'host=localhost' })).toBe(403);
  });

  it.each([
    ['its own page', { host: 'localhost:4000', origin: 'http://localhost:4000' }],
    ['its own page behind TLS', { host: 'localhost', origin: 'https://LOCALHOST' }],
    ['its own scripts', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
    ['an address that a person typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    ['a link on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('serves %s', async (_, headers) => {
    expect(await statusOf(null, headers)).toBe(200);
  });

  it.each([
    ['a page of another site', { host: 'localhost:4000', origin: 'https://evil.example' }],
    ['a page of another port', { host: 'localhost:4000', origin: 'http://localhost:3000' }],
    ['a page that hides where it is from', { host: 'localhost:4000', origin: 'null' }],
    ['a page of another site that names its proxy', { host: 'localhost', origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }],
    ['an image on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['an image on another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
  ])('refuses %s', async (_, headers) => {
    expect(await statusOf(null, headers)).toBe(403);
  });
});
