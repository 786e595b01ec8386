import { ChannelRefused, channels, ChannelUnavailable, MessageRefused, type Channel } from '../../src/notifications/index.js';
import { checkedSettings, type SettingSchema } from '../../src/platform/index.js';
import { json, messageOf, misbehaviour, sendBy, SourceServer, type Behaviour } from '../support/index.js';

const secret = 'sesame4711sesame4711sesame471132';
const named = (channel: Channel) => [channel.name, channel] as const;

function settingsOf(schema: Pick<SettingSchema, 'properties'>, path: string[] = []): { path: string[]; schema: SettingSchema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]) => [{ path: [...path, name], schema: setting }, ...settingsOf(setting, [...path, name]), ...(setting.items ? [{ path: [...path, name, '0'], schema: setting.items }] : [])]);
}

describe.each(channels.map(named))('the channel %s', (_, channel) => {
  const { settingsSchema } = channel;

  it('has a name as it is typed, and says in a sentence whom it tells', () => {
    expect(channel.name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(channel.description).toMatch(/^[A-Z].{10,200}\.$/);
  });

  it('describes every setting', () => {
    expect(settingsOf(settingsSchema).filter(({ schema }) => !/^.{5,}$/.test(schema.description ?? '')).map(({ path }) => path.join('.'))).toEqual([]);
  });

  it('gives examples that its schema takes, and needs what it says it needs', () => {
    for (const example of settingsSchema.examples) {
      const checked = checkedSettings(channel, example);
      channel.check?.(checked);
      expect(checkedSettings(channel, checked)).toEqual(checked);
    }
    for (const name of settingsSchema.required ?? []) {
      const settings = Object.fromEntries(Object.entries(settingsSchema.examples[0]).filter(([given]) => given !== name));
      expect(() => checkedSettings(channel, settings)).toThrow(`"${name}"`);
    }
    expect(() => checkedSettings(channel, { ...settingsSchema.examples[0], colour: 'red' })).toThrow('"colour"');
  });

  it('has its secrets where they can be kept apart, outside of lists', () => {
    expect(settingsOf(settingsSchema).filter(({ path, schema }) => schema.writeOnly && path.includes('0'))).toEqual([]);
    expect(settingsOf(settingsSchema).filter(({ schema }) => schema.writeOnly).length).toBeGreaterThan(0);
  });

  it('takes no address with credentials in it, which would be read back', () => {
    for (const { path: [name] } of settingsOf(settingsSchema).filter(({ schema }) => schema.format === 'uri')) {
      for (const address of ['https://me:pass@example.com/', 'https://example.com\\@evil.example/', 'file:///etc/passwd', 'gopher://example.com']) {
        expect(() => checkedSettings(channel, { ...settingsSchema.examples[0], [name!]: address })).toThrow(`setting "${name}"`);
      }
    }
  });
});

describe.each(channels.filter(({ name }) => name !== 'email').map(named))('the channel %s, when its receiver misbehaves,', (_, channel) => {
  let server: SourceServer;
  beforeEach(async () => {
    server = await SourceServer.start();
  });
  afterEach(() => server.stop());

  /** The first example, led to the test server, with secrets that can be recognised. */
  const settings = () =>
    Object.fromEntries(
      Object.entries({ ...channel.settingsSchema.examples[0], ...(channel.settingsSchema.properties['bearerToken'] && { bearerToken: secret }) }).map(([name, value]) => {
        const setting = channel.settingsSchema.properties[name]!;
        return [name, setting.format === 'uri' ? `${server.url}/${setting.writeOnly ? secret : ''}` : setting.writeOnly ? secret : value];
      }),
    );
  const send = (behaviour: Behaviour, message = messageOf()) => {
    server.answer(behaviour);
    return sendBy(channel.name, settings(), message);
  };
  const failure = (behaviour: Behaviour) => send(behaviour).then(() => null, (error: unknown) => error as Error);

  it.each([
    ['breaks', misbehaviour.refuse(500)],
    ['is overloaded', misbehaviour.refuse(503)],
    ['has a proxy that gives up', misbehaviour.refuse(504)],
    ['takes no more at once', misbehaviour.refuse(429)],
    ['cuts the connection before an answer', misbehaviour.reset()],
  ])('counts as unavailable, at the first try, when it %s', async (_name, behaviour) => {
    expect(await failure(behaviour)).toBeInstanceOf(ChannelUnavailable);
    expect(server.requests).toHaveLength(1);
  });

  it.each([['5', 5_000], ['in a minute', 60_000], ['999999', 3_600_000], ['soon', null], ['0', 0]])('is left alone for as long as it asks: %s', async (asked, ms) => {
    const after = asked === 'in a minute' ? new Date(Date.now() + 60_000).toUTCString() : asked;
    const error = (await failure(misbehaviour.refuse(429, { 'retry-after': after }))) as ChannelUnavailable;
    if (ms === null) expect(error.retryAfterMs).toBeNull();
    else expect(Math.abs(error.retryAfterMs! - ms)).toBeLessThan(2_000);
  });

  it.each([401, 403, 404, 410])('needs a person when it answers %s', async (status) => {
    expect(await failure(misbehaviour.refuse(status))).toBeInstanceOf(ChannelRefused);
  });

  it.each([400, 413, 422])('refuses the message when it answers %s', async (status) => {
    expect(await failure(misbehaviour.refuse(status))).toBeInstanceOf(MessageRefused);
  });

  it.each([301, 302, 303, 307, 308])('is followed nowhere by a redirect with %s', async (status) => {
    const elsewhere = await SourceServer.start(json({}));
    expect(await failure(misbehaviour.refuse(status, { location: `${elsewhere.url}/` }))).toBeInstanceOf(ChannelRefused);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });

  it('has taken the message once it says so, whatever follows', async () => {
    const head = (text: string): Behaviour => (_asked, response) => {
      response.writeHead(202, { 'content-length': '1000' });
      response.write(text);
      setTimeout(() => response.destroy(), 50);
    };
    expect(await send(head('half of'))).toMatch(/answered 202/);
    expect(await send(misbehaviour.html())).toMatch(/answered 200/);
  });

  it.each([202, 500])('is read for 64 KB and no more when it answers %s with 256 MB', async (status) => {
    let written = 0;
    const flood: Behaviour = async (_asked, response) => {
      response.writeHead(status);
      const piece = Buffer.alloc(1024 * 1024, 'x');
      for (let megabytes = 0; megabytes < 256 && !response.destroyed; megabytes += 1) {
        written += piece.length;
        if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      }
    };
    const outcome = await send(flood).catch((error: unknown) => (error as Error).message);
    expect(outcome.length).toBeLessThan(500);
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it('shows no secret that it sends back', async () => {
    for (const status of [200, 400, 403, 500]) {
      const said = await send(misbehaviour.echo(status)).catch((error: unknown) => `${(error as Error).message} ${String((error as Error).cause ?? '')}`);
      expect(said).toContain(`answered ${status}`);
      expect(said).not.toContain(secret);
      expect(said).not.toContain(Buffer.from(`:${secret}`).toString('base64').slice(4, -4));
    }
  });

  it('is sent the same keys again, after a connection that was cut when it had taken the message', async () => {
    expect(await failure(misbehaviour.reset())).toBeInstanceOf(ChannelUnavailable);
    await send(json({}));
    const [first, second] = server.requests;
    expect(second!.headers['idempotency-key']).toBe(first!.headers['idempotency-key']);
    expect(second!.body).toBe(first!.body);
  });
});

describe('a channel whose receiver takes its time', () => {
  it('waits for 10 seconds, whether it says nothing or drips', async () => {
    const dripping: Behaviour = (_asked, response) => drip(response.socket!, 'HTTP/1.1 200 OK\r\nx-a: ');
    const servers = await Promise.all([misbehaviour.silence(), dripping].map((behaviour) => SourceServer.start(behaviour)));
    const startedAt = performance.now();
    const outcomes = channels.filter(({ name }) => name !== 'email').flatMap(({ name, settingsSchema }) =>
      servers.map(async ({ url }) => {
        const settings = Object.fromEntries(Object.entries(settingsSchema.examples[0]).map(([setting, value]) => [setting, settingsSchema.properties[setting]!.format === 'uri' ? url : value]));
        await expect(sendBy(name, settings)).rejects.toThrow(new ChannelUnavailable('no whole answer within 10 s'));
        expect(performance.now() - startedAt).toBeGreaterThan(9_900);
        expect(performance.now() - startedAt).toBeLessThan(14_000);
      }),
    );
    await Promise.all(outcomes);
    await Promise.all(servers.map((server) => server.stop()));
  });
});

/** Ten bytes a second, for ever. */
function drip(socket: NodeJS.WritableStream & { destroyed?: boolean }, beginning: string): void {
  socket.on('error', () => undefined);
  socket.write(beginning);
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('x')), 100);
}
