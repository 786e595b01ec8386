import { fastify, type FastifyInstance } from 'fastify';
import { harden, serverLimits } from './harden.js';

describe('the system', () => {
  let server: FastifyInstance;
  let origin: string;

  beforeEach(async () => {
    server = fastify(serverLimits);
    harden(server, async () => undefined);
    server.post('/echo', async ({ body }) => body);
    origin = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close());

  /** Bytes, because fetch names a type for text by itself. */
  const post = (body: string, type?: string) =>
    fetch(`${origin}/echo`, { method: 'POST', body: Buffer.from(body), headers: type === undefined ? {} : { 'content-type': type } });

  it.each([
    ['an answer', () => post('{}', 'application/json'), 200],
    ['a refusal', () => post('{}', 'text/plain'), 415],
    ['what it does not know', () => fetch(`${origin}/nothing`, { headers: { origin: 'http://a.example' } }), 404],
    ['a path that is none', () => fetch(`${origin}/%zz`), 400],
  ])('forbids browsers to guess, frame, store or share %s', async (_, request, expected) => {
    const { status, headers } = await request();
    expect(status).toBe(expected);
    expect(headers.has('access-control-allow-origin')).toBe(false);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])('reads a body of the type %s', async (type) => {
    expect(await (await post('{"a":1}', type)).json()).toEqual({ a: 1 });
  });

  it.each([
    undefined,
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'application/graphql',
    'application/jsonp',
  ])('refuses a body of the type %s', async (type) => {
    const answer = await post('{"a":1}', type);
    expect(answer.status).toBe(415);
    expect(await answer.json()).toEqual({ errors: [{ message: expect.stringMatching(/^a body needs/) as string, extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('refuses a body of more than one MiB', async () => {
    const ofLength = (length: number) => post(JSON.stringify('x'.repeat(length - 2)), 'application/json');
    expect((await ofLength(1024 * 1024)).status).toBe(200);
    expect((await ofLength(1024 * 1024 + 1)).status).toBe(413);
  });
});
