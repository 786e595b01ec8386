import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { channels } from '../../src/notifications/index.js';
import { checkedSettings, type SettingSchema } from '../../src/platform/index.js';
import { guideBlocks, json, messageOf, Notifications, projectRoot, sendBy, SourceServer, TestApp } from '../support/index.js';

describe('the guide to telling people', () => {
  const textOf = () => readFile(join(projectRoot, 'docs/guides/notifications.md'), 'utf8');

  it.each(channels.map(({ name }) => name))('shows settings of %s that it takes, and every setting that there is', async (name) => {
    const channel = channels.find((one) => one.name === name)!;
    const [shown] = await guideBlocks('notifications.md', `json ${name}`);
    const settings = checkedSettings(channel, JSON.parse(shown!));
    channel.check?.(settings);
    const section = (await textOf()).split(/^## /m).find((part) => part.includes(`\`\`\`json ${name}\n`))!;
    const told = [...section.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, names]) => names!.match(/(?<=`)\w+(?=`)/g) ?? []);
    expect(told.toSorted()).toEqual(Object.keys(channel.settingsSchema.properties).toSorted());
    for (const [, names, , given] of section.matchAll(/^\| (`\w+`) \| ([^|]*) \| `([^`|]+)` \|$/gm)) {
      const setting: SettingSchema = channel.settingsSchema.properties[names!.replaceAll('`', '')]!;
      expect(String(setting.default)).toBe(given);
    }
  });

  it('has a check of signatures that lets our messages pass, and no others', async () => {
    const server = await SourceServer.start(json({}));
    const [, source] = /```js\n(.*?)```/s.exec(await textOf())!;
    const { isFromHeadroom } = (await import(`data:text/javascript,${encodeURIComponent(source!)}`)) as { isFromHeadroom(headers: object, body: string, key: string, now: number): boolean };
    const now = '2026-11-22T09:00:00Z';
    const signingKey = 'a secret of 16 characters and more';
    await sendBy('webhook', { url: server.url, signingKey }, messageOf(), { now });
    const { headers, body } = server.requests[0]!;
    const at = Date.parse(now);
    expect(isFromHeadroom(headers, body, signingKey, at + 299_000)).toBe(true);
    expect(isFromHeadroom(headers, body, signingKey, at + 301_000)).toBe(false);
    expect(isFromHeadroom(headers, `${body} `, signingKey, at)).toBe(false);
    expect(isFromHeadroom(headers, body, `${signingKey}.`, at)).toBe(false);
    expect(isFromHeadroom({ ...headers, 'headroom-timestamp': `${Number(headers['headroom-timestamp']) + 1}` }, body, signingKey, at)).toBe(false);
    expect(isFromHeadroom({ ...headers, 'headroom-signature': undefined }, body, signingKey, at)).toBe(false);
    await server.stop();
  });

  it('has queries that make a channel, show what nobody received, and send it again', async () => {
    const app = await TestApp.start();
    const people = new Notifications(app);
    const [create, show, resend] = await guideBlocks('notifications.md', 'graphql');
    const { notificationChannelCreate } = await app.data(create!);
    expect(notificationChannelCreate).toEqual({ notificationChannel: { id: expect.stringMatching(/^NotificationChannel:/) }, userErrors: [] });
    const key = notificationChannelCreate.notificationChannel.id.replace(/.*:/, '');
    await people.enqueue([messageOf()], [key]);
    const enable = (enabled: boolean) => app.data(`mutation { notificationChannelUpdate(id: "NotificationChannel:${key}", input: { enabled: ${enabled} }) { userErrors { message } } }`);
    await enable(false);
    const { notifications } = await app.data(show!);
    expect(notifications.nodes).toEqual([{ id: expect.any(String), summary: messageOf().summary, failure: 'the channel was disabled', channel: { name: 'platform on call', attention: null } }]);
    await enable(true);
    const ids = notifications.nodes.map(({ id }: { id: string }) => id);
    expect((await app.data(resend!, { ids })).notificationResend).toEqual({ notifications: [{ id: ids[0], state: 'PENDING' }], userErrors: [] });
    await app.stop();
  });
});
