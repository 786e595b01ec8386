import sql from 'sql-template-tag';
import { query } from '../../src/platform/index.js';
import { describeWithAlertmanager, json, messageOf, Notifications, RealAlertmanager, SourceServer, TestApp } from '../support/index.js';

/** What Alertmanager tells its own receiver. */
interface Told {
  status: 'firing' | 'resolved';
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
}

describeWithAlertmanager('a real Alertmanager', () => {
  let app: TestApp;
  let people: Notifications;
  let receiver: SourceServer;
  let alertmanager: RealAlertmanager;
  let key: string;
  beforeAll(async () => {
    // It goes by its own clock, so ours has to go with it.
    app = await TestApp.start({ now: new Date().toISOString() });
    people = new Notifications(app);
    receiver = await SourceServer.start(json({}));
    alertmanager = await RealAlertmanager.start(receiver.url);
    key = await people.channel('alertmanager', 'alertmanager', { url: alertmanager.url, labels: { team: 'platform' } });
  });
  afterAll(async () => {
    await alertmanager.stop();
    await receiver.stop();
    await app.stop();
  });

  const message = { ...messageOf(), since: new Date(Date.now() - 3_600_000) };
  const active = async () => (await alertmanager.alerts()).filter(({ endsAt }) => new Date(endsAt) > new Date());
  /** Waits until it has told its receiver so many times. */
  async function told(count: number): Promise<Told[]> {
    while (receiver.requests.length < count) await new Promise((resolve) => setTimeout(resolve, 50));
    return receiver.requests.map(({ body }) => JSON.parse(body) as Told);
  }
  /** By its clock, as a worker would do it later. */
  async function later(): Promise<void> {
    app.clock.moveTo(new Date().toISOString());
    await people.passTime();
    await people.send();
  }

  it('shows an alert while it fires, and tells people of it', async () => {
    await people.enqueue([{ ...message, severity: 'WARNING' }], [key]);
    await people.send();
    expect(await active()).toMatchObject([
      {
        labels: { alertname: 'Headroom', severity: 'warning', subject: message.dedupKey, team: 'platform' },
        annotations: { summary: message.summary, description: expect.stringContaining('How sure: 82 %') },
        generatorURL: 'http://127.0.0.1:4000/alerts/1',
      },
    ]);
    expect(new Date((await active())[0]!.endsAt).getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(await told(1)).toMatchObject([{ status: 'firing', alerts: [{ labels: { severity: 'warning' } }] }]);
  });

  it('shows one alert, not two, when it becomes worse, and is over with the one before', async () => {
    await people.enqueue([{ ...message, severity: 'CRITICAL' }], [key]);
    await later();
    expect((await active()).map(({ labels }) => labels['severity'])).toEqual(['critical']);
    expect((await told(3)).slice(1).map(({ status, alerts }) => [status, alerts[0]!.labels['severity']]).toSorted()).toEqual([['firing', 'critical'], ['resolved', 'warning']]);
  });

  it('is told again of what still fires when it was started anew and has forgotten', async () => {
    await alertmanager.stop();
    const port = new URL(alertmanager.url).port;
    alertmanager = await RealAlertmanager.start(receiver.url, Number(port));
    expect(await active()).toEqual([]);
    const before = receiver.requests.length;
    await later();
    expect((await active()).map(({ labels }) => labels['severity'])).toEqual(['critical']);
    await told(before + 1);
    const [{ wait }] = (await query<{ wait: number }>(app.db, sql`SELECT extract(epoch FROM max(notification.next_at) - now())::float8 AS "wait" FROM notification`)) as [{ wait: number }];
    expect(wait).toBeCloseTo(300, -1);
    // A message is one message, however often it is said again.
    expect((await people.all()).map(({ state, attempts }) => [state, attempts])).toEqual([['DELIVERED', 1], ['DELIVERED', 1]]);
  });

  it('is over with an alert that is resolved, tells people so, and hears of it no more', async () => {
    const before = receiver.requests.length;
    await people.enqueue([{ ...message, state: 'RESOLVED' }], [key]);
    await later();
    expect(await active()).toEqual([]);
    const [last] = (await told(before + 1)).slice(-1);
    expect(last).toMatchObject({ status: 'resolved', alerts: [{ labels: { severity: 'critical', subject: message.dedupKey } }] });
    await later();
    expect(await query(app.db, sql`SELECT FROM notification WHERE notification.next_at IS NOT NULL`)).toEqual([]);
    expect(await active()).toEqual([]);
  });
});
