import { json, misbehaviour, SourceServer, TestApp } from '../support/index.js';

describe('channels', () => {
  let app: TestApp;
  let server: SourceServer;
  beforeAll(async () => {
    app = await TestApp.start();
    server = await SourceServer.start(json({ status: 'success' }, 202));
  });
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });
  afterEach(async () => {
    await app.db.query('DELETE FROM notification_channel');
    server.answer(json({ status: 'success' }, 202));
    server.requests.length = 0;
  });

  const settings = (changed: object = {}) => ({ url: `${server.url}/hook`, signingKey: 'sesame-4711-open', ...changed });
  const shape = 'notificationChannel { id name channel settings enabled attention oldestPendingSince } userErrors { code field message }';
  const create = async (input: object = {}) =>
    (await app.data(`mutation ($input: NotificationChannelCreateInput!) { notificationChannelCreate(input: $input) { ${shape} } }`, { input: { name: 'hook', channel: 'webhook', settings: settings(), ...input } })).notificationChannelCreate;
  const update = async (id: string, input: object) =>
    (await app.data(`mutation ($id: ID!, $input: NotificationChannelUpdateInput!) { notificationChannelUpdate(id: $id, input: $input) { ${shape} } }`, { id, input })).notificationChannelUpdate;
  const test = async (id: string) => (await app.data('mutation ($id: ID!) { notificationChannelTest(id: $id) { answer userErrors { code field message } } }', { id })).notificationChannelTest;

  it('are shown without their secrets, by name', async () => {
    const { notificationChannel } = await create();
    expect(notificationChannel).toEqual({
      id: expect.stringMatching(/^NotificationChannel:/), name: 'hook', channel: 'webhook', settings: { url: `${server.url}/hook` }, enabled: true, attention: null, oldestPendingSince: null,
    });
    await create({ name: 'a mail', channel: 'email', settings: { host: 'smtp.example.com', from: 'a@example.com', to: ['b@example.com'] } });
    const page = async (after: string | null) => (await app.data('query ($after: String) { notificationChannels(first: 1, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } } }', { after })).notificationChannels;
    const first = await page(null);
    expect([first, await page(first.pageInfo.endCursor)]).toMatchObject([{ nodes: [{ name: 'a mail' }], pageInfo: { hasNextPage: true } }, { nodes: [{ name: 'hook' }], pageInfo: { hasNextPage: false } }]);
  });

  it('keep secrets that an update leaves out, unless messages would go elsewhere', async () => {
    const { notificationChannel: { id } } = await create({ settings: settings({ bearerToken: 'token' }) });
    expect((await update(id, { name: 'renamed', settings: { url: `${server.url}/hook`, bearerToken: 'other' } })).notificationChannel).toMatchObject({ name: 'renamed', settings: { url: `${server.url}/hook` } });
    await test(id);
    expect(server.requests.at(-1)!.headers.authorization).toBe('Bearer other');
    expect(server.requests.at(-1)!.headers['headroom-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
    expect((await update(id, { settings: { url: 'https://evil.example/' } })).userErrors).toEqual([
      { code: 'INVALID', field: ['settings', 'signingKey'], message: 'setting "url" leads elsewhere now: give "signingKey" anew, as it would be sent there' },
    ]);
    expect((await update(id, { settings: settings({ url: 'https://example.com/', bearerToken: 'token' }) })).userErrors).toEqual([]);
  });

  it('are refused for what their settings lack, by its name', async () => {
    const refused = async (input: object) => (await create(input)).userErrors[0];
    expect(await refused({ channel: 'pigeon' })).toEqual({
      code: 'UNKNOWN_PLUGIN', field: ['channel'], message: 'there is no channel "pigeon": there are alertmanager, email, jira-service-management, opsgenie, pagerduty, slack, webhook',
    });
    expect(await refused({ settings: { url: server.url } })).toMatchObject({ field: ['settings', 'signingKey'], message: expect.stringContaining('webhook needs the setting "signingKey"') });
    expect(await refused({ settings: settings({ colour: 'red' }) })).toMatchObject({ field: ['settings', 'colour'] });
    expect(await refused({ settings: settings({ url: 'ftp://example.com' }) })).toMatchObject({ field: ['settings', 'url'] });
    expect(await refused({ settings: settings({ bearerToken: 'a\r\nX-Evil: b' }) })).toMatchObject({ field: ['settings', 'bearerToken'], message: expect.not.stringContaining('Evil') });
    expect(await refused({ channel: 'alertmanager', settings: { url: server.url, labels: { 'not a label': 'x' } } })).toMatchObject({ field: ['settings', 'labels', 'not a label'] });
    expect(await refused({ channel: 'alertmanager', settings: { url: server.url, labels: { severity: 'x' } } })).toMatchObject({ field: ['settings', 'labels', 'severity'] });
    expect(await refused({ channel: 'email', settings: { host: 'localhost', encryption: 'none', username: 'a', password: 'b', from: 'a@example.com', to: ['b@example.com'] } })).toMatchObject({
      field: ['settings', 'encryption'], message: 'a password is never sent in the clear: set encryption to TLS or STARTTLS',
    });
    expect(await refused({ channel: 'email', settings: { host: 'smtp.example.com', from: 'a@example.com\r\nBcc: x@example.com', to: ['b@example.com'] } })).toMatchObject({ field: ['settings', 'from'] });
    expect(await refused({ name: ' ' })).toMatchObject({ field: ['name'] });
    expect((await create()).userErrors).toEqual([]);
    expect(await refused({})).toEqual({ code: 'CONFLICT', field: ['name'], message: 'there is a channel "hook" already' });
  });

  it('can be tried: a sample fires and is resolved, and what answers is said', async () => {
    const { notificationChannel: { id } } = await create();
    expect(await test(id)).toEqual({ answer: `${new URL(server.url).host} answered 202: {"status":"success"}`, userErrors: [] });
    const [fired, resolved] = server.requests.map(({ body }) => JSON.parse(body) as { state: string; dedupKey: string; summary: string; severity: string });
    expect(fired).toMatchObject({ state: 'FIRING', severity: 'INFORMATION', summary: 'This is a test of the channel "hook": nothing is wrong' });
    expect(resolved).toMatchObject({ state: 'RESOLVED', dedupKey: fired!.dedupKey });
    for (const status of [400, 403, 503]) {
      server.answer(misbehaviour.refuse(status));
      expect(await test(id)).toEqual({ answer: null, userErrors: [{ code: 'INVALID', field: ['id'], message: `${new URL(server.url).host} answered ${status}: no` }] });
    }
    // A trial is no message to anybody, and no refusal counts.
    expect(await app.data('{ notifications { nodes { id } } notificationChannels { nodes { enabled } } }')).toEqual({ notifications: { nodes: [] }, notificationChannels: { nodes: [{ enabled: true }] } });
  });

  it('go when they are deleted', async () => {
    const { notificationChannel: { id } } = await create();
    const remove = async () => (await app.data('mutation ($id: ID!) { notificationChannelDelete(id: $id) { deletedNotificationChannelId userErrors { code } } }', { id })).notificationChannelDelete;
    expect(await remove()).toEqual({ deletedNotificationChannelId: id, userErrors: [] });
    expect(await remove()).toEqual({ deletedNotificationChannelId: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('with secrets are refused where there is no key to keep them with', async () => {
    const keyless = await TestApp.start({ secretKey: null });
    const { notificationChannelCreate } = await keyless.data(`mutation ($input: NotificationChannelCreateInput!) { notificationChannelCreate(input: $input) { ${shape} } }`, { input: { name: 'hook', channel: 'webhook', settings: settings() } });
    expect(notificationChannelCreate).toMatchObject({ notificationChannel: null, userErrors: [{ code: 'INVALID', field: ['settings'], message: expect.stringContaining('set HEADROOM_SECRET_KEY') }] });
    await keyless.stop();
  });

  it('reach nothing private that nobody has named', async () => {
    const strict = await TestApp.start({ privateDestinations: [] });
    const { notificationChannelCreate: { notificationChannel: { id } } } = await strict.data(`mutation ($input: NotificationChannelCreateInput!) { notificationChannelCreate(input: $input) { ${shape} } }`, { input: { name: 'hook', channel: 'webhook', settings: settings() } });
    const { notificationChannelTest } = await strict.data('mutation ($id: ID!) { notificationChannelTest(id: $id) { answer userErrors { message } } }', { id });
    expect(notificationChannelTest).toEqual({ answer: null, userErrors: [{ message: expect.stringContaining('has to name it in HEADROOM_PRIVATE_DESTINATIONS') }] });
    expect(server.requests).toEqual([]);
    await strict.stop();
  });

  it('name the settings that each takes', async () => {
    const { plugins } = await app.data('{ plugins(kind: NOTIFICATION_CHANNEL) { name settingsSchema } }');
    expect(plugins.map(({ name }: { name: string }) => name)).toEqual(['alertmanager', 'email', 'jira-service-management', 'opsgenie', 'pagerduty', 'slack', 'webhook']);
    expect(plugins.at(-1).settingsSchema.properties.signingKey).toMatchObject({ type: 'string', writeOnly: true });
  });
});
