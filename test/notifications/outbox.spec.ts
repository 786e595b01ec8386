import sql from 'sql-template-tag';
import { channelKeys, notificationsOf, Outbox, type Message } from '../../src/notifications/index.js';
import { query } from '../../src/platform/index.js';
import { json, misbehaviour, Notifications, SourceServer, TestApp } from '../support/index.js';

const firing: Message = {
  dedupKey: 'alert:1',
  state: 'FIRING',
  severity: 'CRITICAL',
  summary: 'h100-pool runs out on 12 December',
  details: [{ name: 'Probability', value: '82 %' }],
  since: new Date('2026-11-22T08:00:00Z'),
  path: '/alerts/1',
};
const resolved: Message = { ...firing, state: 'RESOLVED', summary: 'h100-pool lasts again' };

describe('the outbox', () => {
  let app: TestApp;
  let people: Notifications;
  let server: SourceServer;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new Notifications(app);
    server = await SourceServer.start(json({}));
  });
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });
  beforeEach(() => {
    server.answer(json({}));
    server.requests.length = 0;
  });
  afterEach(() => app.db.query('DELETE FROM notification_channel'));

  const channel = (name: string) => people.channel(name, 'webhook', { url: `${server.url}/${name}`, signingKey: 'sesame-4711-open-the-door' });
  const bodies = () => server.requests.map(({ path, body }) => [path, (JSON.parse(body) as { state: string; summary: string }).state]);

  it('holds one message for each channel, once, and nothing of a transaction that fails', async () => {
    const keys = [await channel('a'), await channel('b')];
    expect(await channelKeys(app.db)).toEqual(keys);
    await expect(
      app.db.transaction(async (transaction) => {
        await app.app.get(Outbox).enqueue(transaction, [{ channelKeys: keys, subjectKey: 'Alert:1', message: firing }]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await people.enqueue([firing], keys);
    await people.enqueue([firing], keys);
    await people.enqueue([resolved], [keys[0]!, '00000000-0000-4000-8000-000000000000']);
    const said = await notificationsOf(app.db, ['Alert:1', 'Alert:2']);
    expect(said.map(({ channelKey, messageState, state }) => [channelKey, messageState, state])).toEqual([
      ...keys.toSorted().map((key) => [key, 'FIRING', 'PENDING']),
      [keys[0], 'RESOLVED', 'PENDING'],
    ]);
    expect(said[0]).toMatchObject({ dedupKey: 'alert:1', severity: 'CRITICAL', summary: firing.summary, details: firing.details, since: firing.since, attempts: 0 });
  });

  it('is told again of a cause that is there again, and of one that is worse', async () => {
    const key = await channel('a');
    await people.enqueue([{ ...firing, severity: 'WARNING' }, firing, resolved, { ...firing, since: new Date('2026-11-23T08:00:00Z') }], [key]);
    expect(await notificationsOf(app.db, ['Alert:1'])).toHaveLength(4);
  });

  it('sends each in order within its subject, and goes on with the other subjects while one waits', async () => {
    const key = await channel('a');
    await people.enqueue([firing, resolved], [key]);
    await people.enqueue([firing], [key], 'Alert:2');
    server.answerOnce(misbehaviour.refuse(503));
    await people.send();
    expect(await people.all()).toMatchObject([{ state: 'DELIVERED' }, { state: 'PENDING', attempts: 0 }, { state: 'PENDING', attempts: 1, failure: expect.stringContaining('answered 503: no') }]);
    await people.passTime();
    await people.send();
    expect(bodies()).toEqual([['/a', 'FIRING'], ['/a', 'FIRING'], ['/a', 'FIRING'], ['/a', 'RESOLVED']]);
    expect(new Set(server.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(3);
    expect((await people.all()).map(({ failure, nextAttemptAt }) => [failure, nextAttemptAt])).toEqual([[null, null], [null, null], [null, null]]);
  });

  it('is left alone for as long as a receiver asks', async () => {
    await people.enqueue([firing], [await channel('a')]);
    server.answer(misbehaviour.refuse(429, { 'retry-after': '120' }));
    await people.send();
    const [{ wait, pause }] = (await query<{ wait: number; pause: number }>(
      app.db,
      sql`SELECT extract(epoch FROM notification.next_at - now())::float8 AS "wait", extract(epoch FROM channel.paused_until - now())::float8 AS "pause"
            FROM notification JOIN notification_channel AS channel ON channel.id = notification.channel_id`,
    )) as [{ wait: number; pause: number }];
    for (const seconds of [wait, pause]) expect(seconds).toBeCloseTo(120, -1);
    await people.send();
    expect(server.requests).toHaveLength(1);
  });

  it.each([401, 403, 404, 410])('disables a channel that is answered with %s a few times, and says why', async (status) => {
    const key = await channel('a');
    await people.enqueue([firing, resolved], [key]);
    server.answer(misbehaviour.refuse(status));
    for (let tries = 1; tries <= 7; tries += 1) {
      await people.passTime();
      await people.send();
    }
    expect(server.requests).toHaveLength(5);
    const { notificationChannels } = await app.data('{ notificationChannels { nodes { id enabled attention oldestPendingSince } } }');
    const attention = `${new URL(server.url).host} answered ${status}: no`;
    expect(notificationChannels.nodes).toEqual([{ id: `NotificationChannel:${key}`, enabled: false, attention, oldestPendingSince: null }]);
    expect(await channelKeys(app.db)).toEqual([]);
    await people.enqueue([firing], [key], 'Alert:2');
    const letters = await people.all();
    expect(letters).toMatchObject(Array(3).fill({ state: 'REJECTED', failure: attention }));

    const resend = () => app.data(`mutation ($ids: [ID!]!) { notificationResend(ids: $ids) { notifications { state } userErrors { message } } }`, { ids: letters.map(({ id }) => id) });
    expect((await resend()).notificationResend.userErrors).toEqual([{ message: 'channel "a" is disabled: enable it first' }]);
    await app.data(`mutation { notificationChannelUpdate(id: "NotificationChannel:${key}", input: { enabled: true }) { notificationChannel { attention } } }`);
    expect((await resend()).notificationResend).toEqual({ notifications: Array(3).fill({ state: 'PENDING' }), userErrors: [] });
    server.answer(json({}));
    await people.send();
    expect(await people.all()).toMatchObject(Array(3).fill({ state: 'DELIVERED' }));
  });

  it('rejects a message that its receiver will never take, and goes on', async () => {
    await people.enqueue([firing, resolved], [await channel('a')]);
    server.answerOnce(misbehaviour.refuse(400));
    await people.send();
    expect(await people.all()).toMatchObject([{ state: 'DELIVERED' }, { state: 'REJECTED', attempts: 1, failure: expect.stringContaining('answered 400: no') }]);
  });

  it('gives up what could not be delivered for three days', async () => {
    await people.enqueue([firing], [await channel('a')]);
    server.answer(misbehaviour.refuse(500));
    await people.send();
    await query(app.db, sql`UPDATE notification SET waits_since = now() - interval '73 hours'`);
    await people.passTime();
    await people.send();
    expect(await people.all()).toMatchObject([{ state: 'REJECTED', attempts: 1, failure: `given up after 3 days: ${new URL(server.url).host} answered 500: no` }]);
    expect((await app.data('{ notifications(filter: { states: [PENDING] }) { nodes { id } } }')).notifications.nodes).toEqual([]);
    expect((await app.data('{ notifications(filter: { states: [REJECTED] }) { nodes { id } } }')).notifications.nodes).toHaveLength(1);
  });

  it('tells nothing as news that has waited for days, as in a database from a backup, until somebody asks for it', async () => {
    await people.enqueue([firing], [await channel('a')]);
    await query(app.db, sql`UPDATE notification SET waits_since = now() - interval '73 hours'`);
    await people.send();
    expect(server.requests).toEqual([]);
    const [letter] = await people.all();
    expect(letter).toMatchObject({ state: 'REJECTED', attempts: 0, failure: 'given up after 3 days' });
    await app.data(`mutation { notificationResend(ids: ["${letter!.id}"]) { userErrors { message } } }`);
    await people.send();
    expect(await people.all()).toMatchObject([{ state: 'DELIVERED' }]);
  });

  it('has what waited rejected when somebody disables its channel', async () => {
    const key = await channel('a');
    await people.enqueue([firing], [key]);
    await app.data(`mutation { notificationChannelUpdate(id: "NotificationChannel:${key}", input: { enabled: false }) { notificationChannel { enabled } } }`);
    await people.send();
    expect(server.requests).toEqual([]);
    expect(await people.all()).toMatchObject([{ state: 'REJECTED', failure: 'the channel was disabled' }]);
  });
});
