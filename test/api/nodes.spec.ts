import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { AlertEvaluator } from '../../src/alerts/index.js';
import { Outbox } from '../../src/notifications/index.js';
import { query } from '../../src/platform/index.js';
import { dailyCharges, days, focusCsv, TestApp } from '../support/index.js';

describe('an object of the API', () => {
  let app: TestApp;
  /** One id of every type, found where a reader finds it. */
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    app = await TestApp.start();
    await app.importFocus([await app.file('a.csv', focusCsv(dailyCharges(days('2026-09-01', 30), '10')))]);
    const created = await app.data(`mutation { budgetCreate(input: { name: "September", amount: { amount: "1", currency: "USD" }
      period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" } }) { budget { id forecast { id } } } }`);
    ids['Budget'] = created.budgetCreate.budget.id;
    ids['Forecast'] = created.budgetCreate.budget.forecast.id;
    const found = await app.data(`{ resources { nodes { id } } dataSources { nodes { id runs { nodes { id } } } }
      charges(first: 1, filter: { period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" } }) { nodes { id } } }`);
    ids['Resource'] = found.resources.nodes[0].id;
    ids['Charge'] = found.charges.nodes[0].id;
    ids['DataSource'] = found.dataSources.nodes[0].id;
    ids['CollectionRun'] = found.dataSources.nodes[0].runs.nodes[0].id;
    const set = await app.data(`mutation ($id: ID!) { capacitySet(input: { resourceId: $id, metric: CPU, limit: 4
      effectiveFrom: "2026-09-01T00:00:00Z" }) { capacity { id } } }`, { id: ids['Resource'] });
    ids['Capacity'] = set.capacitySet.capacity.id;
    const { scenarioCreate } = await app.data(`mutation { scenarioCreate(input: { name: "cheaper", adjustments: [
      { description: "8 % off", target: COST, change: { factor: 0.92 }, effectiveFrom: "2026-10-01T00:00:00Z" }] }) { scenario { id } } }`);
    ids['Scenario'] = scenarioCreate.scenario.id;
    const { notificationChannelCreate } = await app.data(`mutation { notificationChannelCreate(input: { name: "hook", channel: "webhook",
      settings: { url: "https://example.com/", signingKey: "a key of 16 and more" } }) { notificationChannel { id } } }`);
    ids['NotificationChannel'] = notificationChannelCreate.notificationChannel.id;
    const channelKeys = [ids['NotificationChannel']!.replace(/.*:/, '')];
    const message = { dedupKey: 'x', state: 'FIRING', severity: 'WARNING', summary: 'x', details: [], since: new Date(), path: '/' } as const;
    await app.db.transaction((transaction) => app.app.get(Outbox, { strict: false }).enqueue(transaction, [{ channelKeys, subjectKey: 'x', message }]));
    ids['Notification'] = (await app.data('{ notifications { nodes { id } } }')).notifications.nodes[0].id;
    ids['AlertRule'] = (await app.data('{ alertRules { nodes { id } } }')).alertRules.nodes[0].id;
    await query(app.db, sql`INSERT INTO data_source (name, collector, stale_at) VALUES ('late', 'prometheus', now() - interval '1 hour')`);
    await app.app.get(AlertEvaluator, { strict: false }).evaluate();
    ids['Alert'] = (await app.data('{ alerts { nodes { id } } }')).alerts.nodes[0].id;
    const silence = await app.data('mutation { alertSilenceCreate(input: { endsAt: "2027-01-01T00:00:00Z", reason: "x" }) { alertSilence { id } } }');
    ids['AlertSilence'] = silence.alertSilenceCreate.alertSilence.id;
  });
  afterAll(() => app.stop());

  const node = (id: string) => app.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id });

  it('is found by its id, whatever its type', async () => {
    const { __type: { possibleTypes } } = await app.data('{ __type(name: "Node") { possibleTypes { name } } }');
    expect(possibleTypes.map(({ name }: { name: string }) => name).toSorted()).toEqual(Object.keys(ids).toSorted());
    for (const [__typename, id] of Object.entries(ids)) {
      expect(await node(id)).toEqual({ data: { node: { __typename, id } } });
    }
  });

  it('is refused as not found when there is none, whether the id could be one or not', async () => {
    const key = randomUUID();
    const charge = ids['Charge']!;
    const nothing = [
      ...Object.keys(ids).map((type) => `${type}:${key}`),
      ...Object.keys(ids).map((type) => `${type}:`),
      charge.replace(/Charge:\d+/, 'Charge:999999'),
      `${charge}00`,
      'Charge:1.1.1.00',
      'Nothing:1', 'Viewer:administrator', '', ':', '\0', ids['Budget']!.replace('Budget', 'Resource'), ids['Budget']!.toUpperCase(),
    ];
    for (const id of nothing) {
      const { data, errors } = await node(id);
      expect({ id, data, errors }).toMatchObject({ id, data: { node: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
      expect(errors).toHaveLength(1);
    }
  });

  it.each(['resource', 'budget', 'forecast', 'dataSource', 'notificationChannel'])('is found by %s(id) too, and only one of that type', async (field) => {
    const type = `${field[0]!.toUpperCase()}${field.slice(1)}`;
    const ask = (id: string) => app.ask(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id });
    expect(await ask(ids[type]!)).toEqual({ data: { [field]: { id: ids[type] } } });
    for (const id of [`${type}:${randomUUID()}`, 'x', ...Object.values(ids).filter((one) => one !== ids[type])]) {
      expect(await ask(id)).toMatchObject({ data: { [field]: null }, errors: [{ extensions: { code: 'NOT_FOUND', field: ['id'] } }] });
    }
  });

  it('knows what it is a part of', async () => {
    const [part] = await query<{ id: string }>(
      app.db,
      sql`INSERT INTO resource (provider_name, resource_id, service_name, service_category, gpu_model, gpu_share, gpu_sharing, first_seen_at, last_seen_at, parent_id)
          SELECT provider_name, 'mig-1', service_name, service_category, 'A100', 0.25, 'MIG', first_seen_at, last_seen_at, id
            FROM resource WHERE 'Resource:' || id = ${ids['Resource']}
          RETURNING 'Resource:' || id AS id`,
    );
    const { resource } = await app.data('query ($id: ID!) { resource(id: $id) { gpu { model share sharing } parent { id parent { id } } } }', { id: part!.id });
    expect(resource).toEqual({ gpu: { model: 'A100', share: 0.25, sharing: 'MIG' }, parent: { id: ids['Resource'], parent: null } });
  });

  it('fails without taking the rest of the answer with it', async () => {
    const answer = await app.ask(`{ resource(id: "x") { id } viewer { name role scope { tags { key } } } }`);
    expect(answer.data).toEqual({ resource: null, viewer: { name: 'Administrator', role: 'ADMINISTRATOR', scope: null } });
    expect(answer.errors).toHaveLength(1);
  });
});
