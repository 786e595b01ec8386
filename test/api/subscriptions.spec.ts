import { once } from 'node:events';
import { WebSocket } from 'ws';
import { administrator } from '../../src/access/index.js';
import { EventStream, publish } from '../../src/events/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { days, Subscriber, TestApp, usageCsvOf } from '../support/index.js';

const runsFinished = 'subscription ($after: String) { collectionRunFinished(afterSequence: $after) { sequence run { status chargeCount usageSampleCount } } }';
const forecasts = 'subscription ($subject: ID) { forecastCreated(subjectId: $subject) { sequence forecast { version origin } } }';

describe('the system, subscribed to,', () => {
  let app: TestApp;
  const subscribers: Subscriber[] = [];
  const subscriber = (headers?: Record<string, string>) => {
    const one = new Subscriber(app.url, headers);
    subscribers.push(one);
    return one;
  };
  const usage = async (resource: string) => {
    const growth = days('2026-10-01', 40).map((day, number) => [day, [100 + number]] as const);
    await app.importUsage(await app.file(`${resource}.csv`, usageCsvOf([{ resource, metric: 'GPU_REQUESTED', days: growth }])));
  };
  /** A socket as somebody opens it who follows no protocol. */
  const raw = (headers: Record<string, string> = {}, protocol = 'graphql-transport-ws') =>
    new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, protocol, { headers }).on('error', () => undefined);
  const codeOf = async (socket: WebSocket) => ((await once(socket, 'close')) as [number])[0];
  const refusalOf = async (socket: WebSocket) => ((await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }])[1].statusCode;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(async () => {
    await Promise.all(subscribers.map((one) => one.end()));
    await app.stop();
  });

  it('tells of runs that ended, and resumes after the last one received', async () => {
    const first = subscriber();
    const events = first.events(runsFinished);
    const told = events.next();
    // The subscription is there when a second one has been answered.
    await first.events(runsFinished, { after: 'x' }).next().catch(() => undefined);
    await usage('pool-one');
    const { value } = await told;
    expect(value.data.collectionRunFinished).toMatchObject({ run: { status: 'SUCCEEDED', usageSampleCount: 40 } });
    await first.end();
    await usage('pool-two');
    await usage('pool-three');
    const resumed = subscriber().events(runsFinished, { after: value.data.collectionRunFinished.sequence });
    const after = [await resumed.next(), await resumed.next()].map((one) => Number(one.value.data.collectionRunFinished.sequence));
    expect(after).toEqual([Number(value.data.collectionRunFinished.sequence) + 1, Number(value.data.collectionRunFinished.sequence) + 2]);
  });

  it('tells of new forecasts of one resource', async () => {
    await usage('pool-four');
    const { resources } = await app.data('{ resources { nodes { id resourceId } } }');
    const { id } = resources.nodes.find((one: { resourceId: string }) => one.resourceId === 'pool-four');
    const one = subscriber();
    const told = one.events(forecasts, { subject: id }).next();
    await one.events(forecasts, { subject: 'Resource:x' }).next().catch(() => undefined);
    await app.app.get(Forecaster).forecastUsage(administrator);
    expect((await told).value.data.forecastCreated.forecast).toMatchObject({ version: 1 });
  });

  it('refuses a subject that nobody has, queries, and what is too deep', async () => {
    const one = subscriber();
    const unknown = await one.events(forecasts, { subject: 'Resource:00000000-0000-0000-0000-000000000000' }).next();
    expect(unknown.value).toMatchObject({ data: null, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    await expect(one.events('{ viewer { id } }').next()).rejects.toMatchObject([{ message: 'a socket serves subscriptions alone: queries and mutations are sent over HTTP' }]);
    const deep = `subscription { collectionRunFinished { ${'run { source { '.repeat(12)} id ${'} }'.repeat(12)} } }`;
    await expect(one.events(deep).next()).rejects.toMatchObject([{ message: expect.stringContaining('at most 20 levels') }]);
    expect((await app.ask('subscription { collectionRunFinished { sequence } }')).errors![0]!.message).toBe('subscriptions are served over a WebSocket, by graphql-transport-ws');
  });

  it('closes a socket that says nothing, one that sends too much, and one that begins without being let in', async () => {
    const silent = codeOf(raw());
    const huge = raw();
    huge.on('open', () => huge.send('x'.repeat(100_000)));
    expect(await codeOf(huge)).toBe(1009);
    const early = raw();
    early.on('open', () => early.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: runsFinished } })));
    expect(await codeOf(early)).toBe(4401);
    expect(await silent).toBe(4408);
  });

  it('opens no socket to a page of another site, nor under another name', async () => {
    expect(await refusalOf(raw({ origin: 'https://evil.example' }))).toBe(403);
    expect(await refusalOf(raw({ host: 'evil.example' }))).toBe(403);
    const own = raw({ origin: app.url });
    await once(own, 'open');
    own.terminate();
  });

  it('allows 20 subscriptions on one socket', async () => {
    const one = subscriber();
    for (let count = 0; count < 20; count += 1) void one.events(runsFinished).next().catch(() => undefined);
    await expect(one.events(runsFinished).next()).rejects.toMatchObject([{ message: 'one socket may have at most 20 subscriptions at a time' }]);
  });

  it('closes a subscriber that does not read with 4408, and lets it resume', async () => {
    const slow = subscriber();
    const events = slow.events(`subscription { collectionRunFinished { sequence ${Array.from({ length: 45 }, (_, place) => `anotherNameOfTheInstant${place}: happenedAt`).join(' ')} } }`);
    const first = events.next();
    await slow.events(runsFinished, { after: 'x' }).next().catch(() => undefined);
    await usage('pool-five');
    const { sequence } = (await first).value.data.collectionRunFinished;
    slow.socket!.pause();
    const wide = Array.from({ length: 500 }, () => ({ kind: 'collectionRunFinished', subjectKey: 'x', payload: { runKey: '00000000-0000-0000-0000-000000000000' } }));
    for (let round = 0; round < 20; round += 1) await app.db.transaction((transaction) => publish(transaction, wide));
    // As much as the kernel takes has gone; the rest was refused while nobody read.
    const beside = await app.app.get(EventStream).subscribe({ kind: 'collectionRunFinished', viewer: administrator, afterSequence: sequence });
    for (let count = 0; count < 10_000; count += 1) await beside.next();
    slow.socket!.resume();
    expect(await slow.closed).toMatchObject({ code: 4408, reason: 'too slow: resume with afterSequence' });
    const resumed = await subscriber().events(runsFinished, { after: sequence }).next();
    expect(resumed.value.data.collectionRunFinished).toEqual({ sequence: String(Number(sequence) + 1), run: null });
  });
});
