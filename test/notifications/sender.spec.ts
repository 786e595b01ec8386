import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DropNotificationsJob } from '../../src/notifications/drop-notifications.job.js';
import { query, queryOne } from '../../src/platform/index.js';
import { headroom, json, messageOf, misbehaviour, Notifications, SourceServer, TestApp, testSecretKey } from '../support/index.js';

const signingKey = 'sesame-4711-open-the-door';

describe('the sender', () => {
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

  const webhook = (name: string, url = server.url) => people.channel(name, 'webhook', { url, signingKey });
  const until = async (isSo: () => Promise<boolean> | boolean) => {
    while (!(await isSo())) await sleep(20);
  };

  it('notes nothing of a channel that is another worker\'s by now', async () => {
    await people.enqueue([messageOf()], [await webhook('a')]);
    let answer: () => void = () => undefined;
    server.answer(async (_asked, response) => {
      await new Promise<void>((resolve) => (answer = resolve));
      response.end();
    });
    const sending = people.send();
    await until(() => server.requests.length === 1);
    // As if it had been frozen for longer than its lease.
    await query(app.db, sql`UPDATE notification_channel SET lease_token = lease_token + 1, leased_until = now() + interval '1 minute'`);
    answer();
    await sending;
    expect(await people.all()).toMatchObject([{ state: 'PENDING', attempts: 1 }]);
    expect(await queryOne(app.db, sql`SELECT channel.leased_until > now() AS "isHeld" FROM notification_channel AS channel`)).toEqual({ isHeld: true });
    await people.send();
    expect(server.requests).toHaveLength(1);
  });

  it('sends to Slack no more than a message a second', async () => {
    const at: number[] = [];
    server.answer((asked, response) => {
      at.push(performance.now());
      return json('ok')(asked, response);
    });
    await people.enqueue([messageOf(), messageOf({ dedupKey: 'b' }), messageOf({ dedupKey: 'c' })], [await people.channel('slack', 'slack', { url: server.url })]);
    await people.send();
    expect(at).toHaveLength(3);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990);
    expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(990);
    // Another worker waits too.
    await people.enqueue([messageOf({ dedupKey: 'd' })], (await app.data('{ notificationChannels { nodes { id } } }')).notificationChannels.nodes.map(({ id }: { id: string }) => id.replace(/.*:/, '')));
    await query(app.db, sql`UPDATE notification_channel SET paused_until = now() + interval '1 second'`);
    await people.send();
    expect(at).toHaveLength(3);
  });

  it('goes on with the other messages when one is a fault of ours, which the log has', async () => {
    const key = await people.channel('alertmanager', 'alertmanager', { url: server.url });
    const poison = messageOf({ dedupKey: 'poison', details: [{ name: 'x', value: null as unknown as string }] });
    await people.enqueue([poison], [key], 'Alert:poison');
    await people.enqueue([messageOf()], [key]);
    const logged: string[] = [];
    Logger.overrideLogger({ log() {}, warn() {}, error: (line: unknown) => void logged.push(String(line)) });
    try {
      await people.send();
    } finally {
      Logger.overrideLogger(true);
    }
    const [delivered, waiting] = await people.all();
    expect([delivered, waiting]).toMatchObject([{ state: 'DELIVERED' }, { state: 'PENDING', attempts: 1 }]);
    const [, id] = /^something went wrong here, and the log has it under ([0-9a-f-]{36})$/.exec(waiting!.failure!)!;
    expect(logged).toEqual([expect.stringMatching(new RegExp(`^${id} TypeError`))]);
  });

  it('sends hundreds of messages that come at once, each once and in order', async () => {
    const key = await webhook('a');
    const messages = Array.from({ length: 150 }, (_, alert) => (['FIRING', 'RESOLVED'] as const).map((state) => messageOf({ dedupKey: `${alert}`, state }))).flat();
    await people.enqueue(messages, [key]);
    await people.send();
    expect(server.requests.map(({ body }) => JSON.parse(body) as { dedupKey: string; state: string }).map(({ dedupKey, state }) => `${dedupKey} ${state}`)).toEqual(messages.map(({ dedupKey, state }) => `${dedupKey} ${state}`));
    expect((await people.all()).every(({ state }) => state === 'DELIVERED')).toBe(true);
  }, 60_000);

  it('disables a channel whose secrets cannot be opened any more, and says what to do', async () => {
    await people.enqueue([messageOf()], [await webhook('a')]);
    await query(app.db, sql`UPDATE notification_channel SET secrets = decode('01', 'hex') || decode(repeat('00', 40), 'hex')`);
    await people.send();
    const { notificationChannels } = await app.data('{ notificationChannels { nodes { enabled attention } } }');
    expect(notificationChannels.nodes).toEqual([{ enabled: false, attention: expect.stringContaining('were sealed with another HEADROOM_SECRET_KEY') }]);
    expect(await people.all()).toMatchObject([{ state: 'REJECTED', attempts: 0 }]);
  });

  it('forgets what is long at its end, and nothing that waits or is said again', async () => {
    const keys = [await webhook('a'), await people.channel('alertmanager', 'alertmanager', { url: server.url })];
    await people.enqueue([messageOf()], keys);
    await people.send();
    await people.enqueue([messageOf()], keys.slice(0, 1), 'Alert:2');
    await query(app.db, sql`UPDATE notification SET created_at = now() - interval '401 days'`);
    await app.app.get(DropNotificationsJob, { strict: false }).handle();
    expect((await people.all()).map(({ state, channel }) => [state, channel!.name]).toSorted()).toEqual([['DELIVERED', 'alertmanager'], ['PENDING', 'a']]);
  });

  describe('in a process of its own', () => {
    async function worker() {
      const { child, exit } = headroom(['start'], { databaseUrl: app.databaseUrl, env: { ROLE: 'worker', PORT: '0', HEADROOM_SECRET_KEY: testSecretKey, HEADROOM_PRIVATE_DESTINATIONS: '127.0.0.0/8' } });
      let said = '';
      await new Promise<void>((resolve) => child.stdout!.on('data', (text: string) => /^Working/m.test((said += text)) && resolve()));
      return { child, exit };
    }

    it('ends what it sends and hands back the rest when it is told to stop', async () => {
      const { child, exit } = await worker();
      server.answer(async (asked, response) => {
        await sleep(1_000);
        return json({})(asked, response);
      });
      await people.enqueue(['a', 'b', 'c', 'd'].map((dedupKey) => messageOf({ dedupKey })), [await webhook('a')]);
      await until(() => server.requests.length === 2);
      const startedAt = performance.now();
      child.kill('SIGTERM');
      expect((await exit).code).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      expect((await people.all()).map(({ state, attempts }) => [state, attempts])).toEqual([['PENDING', 0], ['PENDING', 0], ['DELIVERED', 1], ['DELIVERED', 1]]);
      await people.send();
      expect(server.requests).toHaveLength(4);
    }, 60_000);

    it('holds up no receiver for another, and writes no secret anywhere', async () => {
      const { child, exit } = await worker();
      const echoing = await SourceServer.start(misbehaviour.echo(503));
      const silent = await SourceServer.start(misbehaviour.silence());
      const bearer = { signingKey, bearerToken: 'sesame-4712-token' };
      const keys = [
        await webhook('good'),
        await people.channel('echoing', 'webhook', { url: echoing.url, ...bearer }),
        ...(await Promise.all(Array.from({ length: 12 }, (_, index) => people.channel(`silent ${index}`, 'webhook', { url: silent.url, ...bearer })))),
      ];
      await people.enqueue([messageOf()], keys, 'Alert:0');
      await until(() => silent.requests.length === 12 && echoing.requests.length > 0);
      const startedAt = performance.now();
      await people.enqueue(Array.from({ length: 20 }, (_, index) => messageOf({ dedupKey: `${index}` })), keys.slice(0, 1));
      await until(() => server.requests.length === 21);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      // The silent ones have still not been given up.
      expect((await people.all()).filter(({ channel, failure }) => channel!.name.startsWith('silent') && failure === null)).toHaveLength(12);
      child.kill('SIGTERM');
      const { stdout, stderr } = await exit;
      const stored = await query<{ text: string }>(
        app.db,
        sql`SELECT to_jsonb(job)::text AS "text" FROM pgboss.job AS job UNION ALL SELECT to_jsonb(notification)::text FROM notification
            UNION ALL SELECT to_jsonb(channel)::text FROM notification_channel AS channel`,
      );
      expect(stored.length).toBeGreaterThan(30);
      expect([stdout, stderr, ...stored.map(({ text }) => text)].join('\n')).not.toMatch(/sesame/);
      expect((await people.all()).find(({ channel }) => channel!.name === 'echoing')!.failure).toContain('answered 503');
      await Promise.all([echoing.stop(), silent.stop()]);
    }, 60_000);
  });
});
