import { BadPayload, CollectorRejected, collectors, CollectorUnavailable, type Collector } from '../../src/collection/index.js';
import { checkedSettings, InvalidInput, type SettingSchema } from '../../src/platform/index.js';
import { misbehaviour, runCollector, SourceServer, testContact } from '../support/index.js';

const secret = 'sesame-4711-open';
const window = { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-11-01T00:00:00Z') };

/** Every setting of a schema with its path, nested ones and those of list entries included. */
function settingsOf(schema: Pick<SettingSchema, 'properties'>, path: string[] = []): { path: string[]; schema: SettingSchema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]) => [
    { path: [...path, name], schema: setting },
    ...settingsOf(setting, [...path, name]),
    ...(setting.items ? [{ path: [...path, name, '0'], schema: setting.items }, ...settingsOf(setting.items, [...path, name, '0'])] : []),
  ]);
}

/** The first example, with calls led to this server and secrets that can be recognised. */
function settingsFor(collector: Collector, url: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(collector.settingsSchema.examples[0]).map(([name, value]) => {
      const setting = collector.settingsSchema.properties[name]!;
      return [name, setting.format === 'uri' ? url : setting.writeOnly ? secret : value];
    }),
  );
}

/** A folder on disk has limits to its calls, and no server that could misbehave. */
const isCalling = ({ callLimits, name }: Collector) => callLimits !== undefined && name !== 'focus-folder';
const named = (collector: Collector) => [collector.name, collector] as const;

describe.each(collectors.map(named))('the collector %s', (_, collector) => {
  const { settingsSchema } = collector;

  it('has a name as it is typed, and says in a sentence what it reads', () => {
    expect(collector.name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(collector.description).toMatch(/^[A-Z].{10,200}\.$/);
  });

  it('describes every setting', () => {
    const silent = settingsOf(settingsSchema).filter(({ schema }) => !/^.{5,}$/.test(schema.description ?? ''));
    expect(silent.map(({ path }) => path.join('.'))).toEqual([]);
  });

  it('gives examples that its schema takes, defaults included', () => {
    for (const example of settingsSchema.examples) {
      const checked = checkedSettings(collector, example);
      expect(checkedSettings(collector, checked)).toEqual(checked);
    }
  });

  it('refuses a setting that it does not have, by its name', () => {
    const settings = { ...settingsSchema.examples[0], colour: 'red' };
    expect(() => checkedSettings(collector, settings)).toThrow('"colour"');
  });

  it('refuses to go without a setting that it needs, by its name', () => {
    for (const name of settingsSchema.required ?? []) {
      const settings = Object.fromEntries(Object.entries(settingsSchema.examples[0]).filter(([given]) => given !== name));
      expect(() => checkedSettings(collector, settings)).toThrow(`"${name}"`);
    }
  });

  it('shows no secret when it refuses one', () => {
    for (const { path: [name], schema } of settingsOf(settingsSchema).filter(({ path, schema: { writeOnly } }) => writeOnly && path.length === 1)) {
      const settings = { ...settingsSchema.examples[0], [name!]: schema.type === 'string' ? { of: secret } : secret };
      expect(() => checkedSettings(collector, settings)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(secret) as string }));
    }
  });

  it('has its secrets where they can be kept apart, outside of lists', () => {
    const inLists = settingsOf(settingsSchema).filter(({ path, schema }) => schema.writeOnly && path.includes('0'));
    expect(inLists).toEqual([]);
  });

  it('has windows when it is read on a schedule, from settings alone', () => {
    if (!collector.windowPolicy) return;
    const policy = collector.windowPolicy(checkedSettings(collector, settingsSchema.examples[0]));
    const duration = /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/;
    const { firstReach, overlap, align, delay, step } = policy;
    for (const text of [firstReach, overlap, align.start, align.end, delay, step ?? 'P1D']) expect(text).toMatch(duration);
    expect(collector.callLimits).toBeDefined();
  });
});

describe.each(collectors.filter(isCalling).map(named))('the collector %s, when its source misbehaves,', (_, collector) => {
  let server: SourceServer;
  beforeEach(async () => {
    server = await SourceServer.start();
  });
  afterEach(() => server.stop());

  const run = (signal?: AbortSignal) => runCollector(collector, settingsFor(collector, server.url), { window, signal });
  const failure = () => run().then(() => null, (error: unknown) => error as Error);

  it('can be led to a test server by a setting that is an address', () => {
    expect(Object.values(collector.settingsSchema.properties).some(({ format }) => format === 'uri')).toBe(true);
  });

  it.each([
    ['is overloaded', misbehaviour.refuse(503)],
    ['breaks', misbehaviour.refuse(500)],
    ['gives a page instead of data', misbehaviour.html()],
    ['gives JSON that breaks off', misbehaviour.brokenJson()],
    ['cuts its answer off', misbehaviour.cutOff()],
    ['cuts the connection', misbehaviour.reset()],
  ])('counts as unavailable, after a few tries, when it %s', async (_name, behaviour) => {
    server.answer(behaviour);
    expect(await failure()).toBeInstanceOf(CollectorUnavailable);
    expect(server.requests.length).toBeGreaterThan(1);
    expect(server.requests.length).toBeLessThanOrEqual(10);
  });

  it('needs attention, without a second try, when it refuses the credentials', async () => {
    server.answer(misbehaviour.refuse(403));
    expect(await failure()).toBeInstanceOf(CollectorRejected);
    expect(server.requests.length).toBe(1);
  });

  it('shows no secret that the source sends back', async () => {
    for (const status of [200, 400, 403, 500]) {
      server.answer(misbehaviour.echo(status));
      const error = await failure();
      expect(error).not.toBeNull();
      expect([error!.message, (error as BadPayload).head ?? '', String(error!.cause ?? '')].join(' ')).not.toContain(secret);
    }
  });

  it('tells every call to the report', async () => {
    server.answer(misbehaviour.refuse(503));
    const { contact, report } = testContact(collector);
    const settings = checkedSettings(collector, settingsFor(collector, server.url));
    const drain = async () => {
      for await (const seen of collector.collect(settings, { ...contact, window, bookmark: null })) void seen;
    };
    await expect(drain()).rejects.toThrow(CollectorUnavailable);
    expect(report.callCount).toBe(server.requests.length);
  });

  it('stops at once when it is told to', async () => {
    const stopping = new AbortController();
    server.answer(() => stopping.abort(new Error('stopped by the test')));
    const startedAt = performance.now();
    await expect(run(stopping.signal)).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(server.requests.length).toBe(1);
  });

  it('fails a connection test as it fails a run', async () => {
    if (!collector.test) return;
    server.answer(misbehaviour.refuse(403));
    const settings = checkedSettings(collector, settingsFor(collector, server.url));
    await expect(collector.test(settings, testContact(collector).contact)).rejects.toThrow(CollectorRejected);
  });
});


describe('settings', () => {
  it('that are none at all are refused as such', () => {
    for (const collector of collectors) expect(() => checkedSettings(collector, 'no')).toThrow(InvalidInput);
  });
});
