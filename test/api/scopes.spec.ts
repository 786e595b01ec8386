import { randomUUID } from 'node:crypto';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { administrator, contains, everything, Role, storedScopeWithin, type CostScopeInput, type Scope, type Viewer } from '../../src/access/index.js';
import { AlertEvaluator } from '../../src/alerts/index.js';
import { BudgetsService } from '../../src/budgets/index.js';
import { capacityOutlook, CapacityService } from '../../src/capacity/index.js';
import { focus, Ingest } from '../../src/collection/index.js';
import { CostMetric } from '../../src/costs/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { Outbox } from '../../src/notifications/index.js';
import { query } from '../../src/platform/index.js';
import { askAs, dailyCharges, days, focusCsv, TestApp, usageCsvOf, viewerOf, type GraphQLAnswer } from '../support/index.js';

const period = 'period: { start: "2026-09-01T00:00:00Z", end: "2026-12-01T00:00:00Z" }';
/** In the name of everything that only the other team may see. */
const mark = /secret/;

describe('a viewer with a scope', () => {
  let app: TestApp;
  const researcher = viewerOf({ tags: [{ key: 'team', values: ['research'] }] });
  /** What belongs to the other team, by type. */
  const theirs: Record<string, string> = {};
  /** What the forecast of everything, and so of both teams, is called. */
  let forecastOfEverything: string;

  const asResearcher = (source: string, variables: Record<string, unknown> = {}) => askAs(app, researcher, source, variables);
  const asEverybody = (source: string, variables: Record<string, unknown> = {}) => askAs(app, viewerOf(null), source, variables);

  beforeAll(async () => {
    app = await TestApp.start();
    const september = days('2026-09-01', 80);
    // One a day of ours, a thousand of theirs, 30 that are nobody's.
    await app.importFocus([
      await app.file('bill.csv', focusCsv([
        ...dailyCharges(september, '1', { Tags: '{"team":"research"}', ResourceId: 'our-pool', ResourceName: 'our pool', ServiceName: 'ours', SkuId: 'our-sku' }),
        ...dailyCharges(september, '1000', { Tags: '{"team":"product"}', ResourceId: 'secret-pool', ResourceName: 'secret pool', ServiceName: 'secret', SkuId: 'secret-sku', SubAccountId: 'secret' }),
        ...dailyCharges(september, '30', { Tags: '', ResourceId: '', ServiceName: 'secret support', SkuId: 'secret-sku', SubAccountId: 'secret' }),
      ])),
    ]);
    const growth = september.map((day, number) => [day, [100 + number]] as const);
    await app.importUsage(
      await app.file('usage.csv', usageCsvOf(['our-pool', 'secret-pool'].map((resource) => ({ resource, metric: 'GPU_REQUESTED', days: growth })))),
      { provider: 'AWS', source: 'secret cluster' },
    );
    await app.app.get(Forecaster).forecastUsage(administrator);
    await app.app.get(Forecaster).forecastTotalCost(administrator);

    const { resources } = await app.data('{ resources { nodes { id resourceId } } }');
    for (const { id, resourceId } of resources.nodes) {
      const { capacitySet } = await app.data(
        `mutation ($id: ID!) { capacitySet(input: { resourceId: $id, metric: GPU_REQUESTED, limit: 250, effectiveFrom: "2026-09-01T00:00:00Z" }) { capacity { id } } }`,
        { id },
      );
      if (resourceId === 'secret-pool') Object.assign(theirs, { Resource: id, Capacity: capacitySet.capacity.id });
    }
    const budget = async (name: string, scope: object | null) =>
      (await app.data(`mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { budget { id forecast { id } } } }`, {
        input: { name, scope, amount: { amount: '5000', currency: 'USD' }, period: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' } },
      })).budgetCreate.budget;
    await budget('research', { tags: [{ key: 'team', values: ['research'] }] });
    const secret = await budget('secret', { tags: [{ key: 'team', values: ['product'] }] });
    await budget('secret both', { tags: [{ key: 'team', values: ['product', 'research'] }] });
    await budget('secret any', { tags: [{ key: 'team' }] });
    const all = await budget('secret all', null);
    Object.assign(theirs, { Budget: secret.id, Forecast: secret.forecast.id });
    const { scenarioCreate } = await app.data(`mutation { scenarioCreate(input: { name: "secret plan", scope: { tags: [{ key: "team", values: ["product"] }] }, adjustments: [
      { description: "a secret model", target: DEMAND, metric: GPU_REQUESTED, change: { factor: 1.5 }, effectiveFrom: "2026-12-01T00:00:00Z" }] }) { scenario { id } } }`);
    theirs['Scenario'] = scenarioCreate.scenario.id;
    forecastOfEverything = all.forecast.id;
    const { notificationChannelCreate } = await app.data(`mutation { notificationChannelCreate(input: { name: "secret pager", channel: "webhook",
      settings: { url: "https://example.com/", signingKey: "a key of 16 and more" } }) { notificationChannel { id } } }`);
    theirs['NotificationChannel'] = notificationChannelCreate.notificationChannel.id;
    const message = { dedupKey: 'secret', state: 'FIRING', severity: 'WARNING', summary: 'secret pool runs out', details: [], since: new Date(), path: '/' } as const;
    await app.db.transaction((transaction) =>
      app.app.get(Outbox, { strict: false }).enqueue(transaction, [{ channelKeys: [theirs['NotificationChannel']!.replace(/.*:/, '')], subjectKey: 'secret', message }]));
    theirs['Notification'] = (await app.data('{ notifications { nodes { id } } }')).notifications.nodes[0].id;

    await app.data(`mutation { alertRuleCreate(input: { name: "secret watch", severity: WARNING, condition: { budget: { basis: ACTUAL, share: 0.01 } } }) { alertRule { id } } }`);
    await app.app.get(BudgetsService).forecastAll(administrator);
    await app.app.get(AlertEvaluator, { strict: false }).evaluate();
    const { alerts } = await app.data('{ alerts { nodes { id subject { ... on Budget { id } } rule { id name } } } }');
    const alert = alerts.nodes.find(({ subject, rule }: { subject: { id?: string }; rule: { name: string } }) => subject.id === theirs['Budget'] && rule.name === 'secret watch');
    const silence = await app.data('mutation { alertSilenceCreate(input: { endsAt: "2027-01-01T00:00:00Z", reason: "a secret night" }) { alertSilence { id } } }');
    Object.assign(theirs, { Alert: alert.id, AlertRule: alert.rule.id, AlertSilence: silence.alertSilenceCreate.alertSilence.id });
    const rest = await app.data(`{ dataSources { nodes { id runs { nodes { id } } } }
      charges(filter: { ${period}, scope: { tags: [{ key: "team", values: ["product"] }] } }, first: 1) { nodes { id } } }`);
    Object.assign(theirs, {
      DataSource: rest.dataSources.nodes[0].id,
      CollectionRun: rest.dataSources.nodes[0].runs.nodes[0].id,
      Charge: rest.charges.nodes[0].id,
    });
  });
  afterAll(() => app.stop());

  /** Every way to read: what is asked for, and what of the other team it shows to who may see everything. */
  const reads: Record<string, { ask: () => string; shows: RegExp }> = {
    alert: { ask: () => `alert(id: "${theirs['Alert']}") { summary }`, shows: mark },
    alertRule: { ask: () => `alertRule(id: "${theirs['AlertRule']}") { name }`, shows: mark },
    alertRules: { ask: () => 'alertRules { nodes { name } }', shows: mark },
    alertSilences: { ask: () => 'alertSilences { reason }', shows: mark },
    alerts: { ask: () => 'alerts { nodes { summary rule { name } details { value } subject { ... on Budget { name } ... on Resource { resourceName } } notifications { summary } } }', shows: mark },
    budget: { ask: () => `budget(id: "${theirs['Budget']}") { name actual { amount } forecast { points { mean } } }`, shows: mark },
    budgets: { ask: () => 'budgets { nodes { name actual { amount } forecastTotal { mean } scope { tags { values } } forecast { id } } }', shows: mark },
    charges: { ask: () => `charges(filter: { ${period} }, first: 200) { nodes { serviceName skuId effectiveCost { amount } resource { resourceName } } }`, shows: mark },
    costForecast: { ask: () => 'costForecast(scope: { tags: [{ key: "team", values: ["product"] }] }) { points { mean } }', shows: /1000|999\.99/ },
    costReport: { ask: () => `costReport(filter: { ${period} }, groupBy: [{ dimension: SERVICE }]) { total { amount } groups { key total { amount } } }`, shows: mark },
    costVariance: { ask: () => 'costVariance(base: { period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" } }, compared: { period: { start: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z" } }) { total { amount } parts { amount { amount } } }', shows: /1031/ },
    dataSource: { ask: () => `dataSource(id: "${theirs['DataSource']}") { name runs { nodes { chargeCount } } }`, shows: /chargeCount/ },
    dataSources: { ask: () => 'dataSources { nodes { name } }', shows: mark },
    exhaustions: { ask: () => 'exhaustions { nodes { resource { resourceName } capacity { limit { value } } forecast { unit } } }', shows: mark },
    forecast: { ask: () => `forecast(id: "${theirs['Forecast']}") { points { mean } subject { ... on CostScope { tags { values } } } }`, shows: /product/ },
    gpuCosts: { ask: () => `gpuCosts(${period}, groupBy: [{ dimension: CHARGED_RESOURCE }]) { groups { key total { amount } } unpriced { resourceName } total { amount } }`, shows: mark },
    unitCosts: { ask: () => `unitCosts(${period}, granularity: MONTH) { kind points { cost { amount } reason } }`, shows: /nothing was observed/ },
    node: { ask: () => `node(id: "${theirs['Resource']}") { ... on Resource { resourceName } }`, shows: mark },
    notificationChannel: { ask: () => `notificationChannel(id: "${theirs['NotificationChannel']}") { name }`, shows: mark },
    notificationChannels: { ask: () => 'notificationChannels { nodes { name } }', shows: mark },
    notifications: { ask: () => 'notifications { nodes { summary channel { name } } }', shows: mark },
    reconciliations: { ask: () => `reconciliations(${period}) { dataSource { name } stored { amount } }`, shows: /"amount":"/ },
    resource: { ask: () => `resource(id: "${theirs['Resource']}") { resourceName usage(metric: GPU_REQUESTED, granularity: DAY, ${period}) { points { value } } }`, shows: mark },
    resources: { ask: () => `resources { nodes { resourceName effectiveCost(${period}) { amount } usage(metric: GPU_REQUESTED, granularity: MONTH, ${period}) { points { value } }
      forecast(metric: GPU_REQUESTED) { points { mean } } exhaustion(metric: GPU_REQUESTED) { p50At } capacities { limit { value } } } }`, shows: mark },
    scenario: { ask: () => `scenario(id: "${theirs['Scenario']}") { name adjustments { description } }`, shows: mark },
    scenarioComparison: { ask: () => `scenarioComparison(scenarioIds: ["${theirs['Scenario']}"], months: 1) { base { demand { resource { resourceName } } budgets { budget { name } } } }`, shows: mark },
    scenarios: { ask: () => 'scenarios { nodes { name } }', shows: mark },
    // Of the server and of the viewer, not of the data.
    plugins: { ask: () => 'plugins(kind: COLLECTOR) { name }', shows: /focus/ },
    viewer: { ask: () => 'viewer { name }', shows: /Test/ },
  };

  it('is asked here for every root field there is', () => {
    const { schema } = app.app.get(GraphQLSchemaHost, { strict: false });
    expect(Object.keys(reads).toSorted()).toEqual(Object.keys(schema.getQueryType()!.getFields()).toSorted());
  });

  it.each(Object.entries(reads))('finds nothing of another team by %s', async (field, { ask, shows }) => {
    const open = await asEverybody(`{ ${ask()} }`);
    expect(open.errors).toBeUndefined();
    expect(JSON.stringify(open.data)).toMatch(shows);

    const { data, errors } = await asResearcher(`{ ${ask()} }`);
    const text = JSON.stringify(data);
    expect(text).not.toMatch(mark);
    expect(text).not.toMatch(/product/);
    for (const id of Object.values(theirs)) expect(text).not.toContain(id);
    if (ask().includes('id: "')) expect({ data, errors }).toMatchObject({ data: { [field]: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it('is told the same of what is not there and of what is another\'s', async () => {
    const types = ['Alert', 'AlertRule', 'AlertSilence', 'Budget', 'Capacity', 'Charge', 'CollectionRun', 'DataSource', 'Forecast', 'Notification', 'NotificationChannel', 'Resource', 'Scenario'];
    const { __type: { possibleTypes } } = (await asResearcher('{ __type(name: "Node") { possibleTypes { name } } }')).data;
    expect(possibleTypes.map(({ name }: { name: string }) => name).toSorted()).toEqual(types);
    for (const id of [...types.map((type) => theirs[type]!), forecastOfEverything]) {
      const answer = await asResearcher('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(answer).toEqual({ data: { node: null }, errors: [{ message: `nothing has the id "${id}"`, extensions: { code: 'NOT_FOUND', field: ['id'] } }] });
      expect((await asEverybody('query ($id: ID!) { node(id: $id) { id } }', { id })).data.node).toEqual({ id });
    }
    const none = `Budget:${randomUUID()}`;
    expect((await asResearcher('query ($id: ID!) { node(id: $id) { id } }', { id: none })).errors).toEqual([
      { message: `nothing has the id "${none}"`, extensions: { code: 'NOT_FOUND', field: ['id'] } },
    ]);
  });

  it('sees sums, forecasts and budgets of its own part alone', async () => {
    const { data, errors } = await asResearcher(`{
      costReport(filter: { ${period} }) { total { amount currency } groups { key } }
      wider: costReport(filter: { ${period}, scope: { tags: [{ key: "team", values: ["product", "research"] }] } }) { total { amount } }
      theirs: costReport(filter: { ${period}, scope: { tags: [{ key: "team", values: ["product"] }] } }) { total { amount } groups { key } }
      costForecast { points { mean } subject { ... on CostScope { tags { key values } } } }
      budgets { nodes { name actual { amount } forecastTotal { mean } } }
      resources { nodes { resourceName effectiveCost(${period}) { amount } usage(metric: GPU_REQUESTED, granularity: DAY, ${period}) { points { value } } } }
      exhaustions { nodes { resource { resourceName } } }
      charges(filter: { ${period} }, first: 200) { nodes { effectiveCost { amount } } } }`);
    expect(errors).toBeUndefined();
    // 80 days of 1.
    expect(data.costReport).toEqual({ total: { amount: '80', currency: 'USD' }, groups: [{ key: [] }] });
    expect(data.wider.total.amount).toBe('80');
    expect(data.theirs).toEqual({ total: null, groups: [] });
    expect(data.costForecast.subject).toEqual({ tags: [{ key: 'team', values: ['research'] }] });
    for (const { mean } of data.costForecast.points) expect(mean).toBeCloseTo(1, 5);
    // 19 days of November were delivered, of 30.
    expect(data.budgets.nodes).toEqual([{ name: 'research', actual: { amount: '19' }, forecastTotal: { mean: expect.closeTo(30, 5) } }]);
    expect(data.resources.nodes).toMatchObject([{ resourceName: 'our pool', effectiveCost: { amount: '80' } }]);
    expect(data.resources.nodes[0].usage.points.filter(({ value }: { value: number | null }) => value !== null)).toHaveLength(80);
    expect(data.exhaustions.nodes).toEqual([{ resource: { resourceName: 'our pool' } }]);
    expect(data.charges.nodes).toHaveLength(80);
    expect(new Set(data.charges.nodes.map(({ effectiveCost }: { effectiveCost: { amount: string } }) => effectiveCost.amount))).toEqual(new Set(['1']));
  });

  it('gets the same from the services behind the printed answers', async () => {
    const [of, budgets, next] = await Promise.all([
      capacityOutlook(app.db, researcher),
      app.app.get(BudgetsService).page(researcher, undefined, { first: 200 }),
      app.app.get(Forecaster).nextMonthCost(researcher),
    ]);
    expect(of.map(({ resourceName }) => resourceName)).toEqual(['our pool']);
    expect(budgets.map(({ name }) => name)).toEqual(['research']);
    // December has 31 days.
    expect(next).toMatchObject([{ currency: 'USD', mean: expect.closeTo(31, 5) }]);
    expect(await app.app.get(CapacityService).findExhaustions(researcher)).toBe(1);
    expect(await app.app.get(Forecaster).forecastUsage(researcher)).toMatchObject({ made: 0, unchanged: 1 });
  });

  it.each([
    ['everything', '{}'],
    ['both teams', '{ tags: [{ key: "team", values: ["research", "product"] }] }'],
    ['any team', '{ tags: [{ key: "team" }] }'],
    ['another part', '{ serviceNames: ["secret"] }'],
  ])('is refused a cost forecast of %s', async (_, scope) => {
    expect(await asResearcher(`{ costForecast(scope: ${scope}) { id } }`)).toEqual({
      data: { costForecast: null },
      errors: [{ message: 'scope reaches beyond what you may see: name the part of it that is yours', extensions: { code: 'INVALID', field: ['scope'] } }],
    });
  });

  it('may ask for a part of its own part', async () => {
    const { data } = await asResearcher('{ costForecast(scope: { tags: [{ key: "team", values: ["research"] }], serviceNames: ["ours"] }) { points { mean } } }');
    expect(data.costForecast.points[0].mean).toBeCloseTo(1, 5);
  });

  it('does not see who its own is a part of, when that is another\'s', async () => {
    await query(app.db, sql`UPDATE resource SET parent_id = (SELECT id FROM resource WHERE resource_id = 'secret-pool') WHERE resource_id = 'our-pool'`);
    const ask = '{ resources(filter: { nameContains: "our" }) { nodes { parent { resourceName } } } }';
    expect((await asEverybody(ask)).data.resources.nodes).toEqual([{ parent: { resourceName: 'secret pool' } }]);
    expect((await asResearcher(ask)).data.resources.nodes).toEqual([{ parent: null }]);
  });

  /** Every way to change something: how, and which roles may. */
  const writes: Record<string, { ask: (id: (type: string) => string) => string; roles: Role[] }> = {
    alertAcknowledge: { ask: (id) => `alertAcknowledge(id: "${id('Alert')}")`, roles: [Role.SRE, Role.FINANCE] },
    alertRuleCreate: { ask: () => `alertRuleCreate(input: { name: "new ${randomUUID()}", severity: WARNING, condition: { staleness: {} } })`, roles: [Role.SRE, Role.FINANCE] },
    alertRuleUpdate: { ask: (id) => `alertRuleUpdate(id: "${id('AlertRule')}", input: {})`, roles: [Role.SRE, Role.FINANCE] },
    alertRuleDelete: { ask: (id) => `alertRuleDelete(id: "${id('AlertRule')}")`, roles: [Role.SRE, Role.FINANCE] },
    alertSilenceCreate: { ask: () => 'alertSilenceCreate(input: { endsAt: "2027-01-01T00:00:00Z", reason: "new" })', roles: [Role.SRE, Role.FINANCE] },
    alertSilenceDelete: { ask: (id) => `alertSilenceDelete(id: "${id('AlertSilence')}")`, roles: [Role.SRE, Role.FINANCE] },
    budgetCreate: { ask: () => `budgetCreate(input: { name: "new ${randomUUID()}", amount: { amount: "1", currency: "EUR" }, ${period} })`, roles: [Role.FINANCE] },
    budgetUpdate: { ask: (id) => `budgetUpdate(id: "${id('Budget')}", input: {})`, roles: [Role.FINANCE] },
    budgetDelete: { ask: (id) => `budgetDelete(id: "${id('Budget')}")`, roles: [Role.FINANCE] },
    capacitySet: { ask: (id) => `capacitySet(input: { resourceId: "${id('Resource')}", metric: CPU, limit: 1, effectiveFrom: "2026-09-01T00:00:00Z" })`, roles: [Role.SRE] },
    dataSourceCreate: { ask: () => `dataSourceCreate(input: { name: "new ${randomUUID()}", collector: "none", settings: {} })`, roles: [Role.SRE] },
    dataSourceUpdate: { ask: (id) => `dataSourceUpdate(id: "${id('DataSource')}", input: { enabled: false })`, roles: [Role.SRE] },
    dataSourceDelete: { ask: (id) => `dataSourceDelete(id: "${id('DataSource')}")`, roles: [Role.SRE] },
    dataSourceCollect: { ask: (id) => `dataSourceCollect(id: "${id('DataSource')}", ${period})`, roles: [Role.SRE] },
    dataSourceTest: { ask: (id) => `dataSourceTest(input: { id: "${id('DataSource')}" })`, roles: [Role.SRE] },
    notificationChannelCreate: { ask: () => `notificationChannelCreate(input: { name: "new ${randomUUID()}", channel: "none", settings: {} })`, roles: [Role.SRE] },
    notificationChannelUpdate: { ask: (id) => `notificationChannelUpdate(id: "${id('NotificationChannel')}", input: { enabled: false })`, roles: [Role.SRE] },
    notificationChannelDelete: { ask: (id) => `notificationChannelDelete(id: "${id('NotificationChannel')}")`, roles: [Role.SRE] },
    notificationChannelTest: { ask: (id) => `notificationChannelTest(id: "${id('NotificationChannel')}")`, roles: [Role.SRE] },
    notificationResend: { ask: (id) => `notificationResend(ids: ["${id('Notification')}"])`, roles: [Role.SRE] },
    scenarioCreate: { ask: () => `scenarioCreate(input: { name: "new ${randomUUID()}", adjustments: [{ description: "less", target: COST, change: { factor: 0.5 }, effectiveFrom: "2026-12-01T00:00:00Z" }] })`, roles: [Role.SRE, Role.FINANCE] },
    scenarioUpdate: { ask: (id) => `scenarioUpdate(id: "${id('Scenario')}", input: {})`, roles: [Role.SRE, Role.FINANCE] },
    scenarioDelete: { ask: (id) => `scenarioDelete(id: "${id('Scenario')}")`, roles: [Role.SRE, Role.FINANCE] },
    forecastCreate: { ask: (id) => `forecastCreate(input: { subjectId: "${id('Resource')}", metric: GPU_REQUESTED, horizon: 30 })`, roles: [Role.SRE, Role.FINANCE] },
  };
  const change = async (viewer: Viewer, field: string, id: (type: string) => string) => {
    const answer: GraphQLAnswer = await askAs(app, viewer, `mutation { ${writes[field]!.ask(id)} { userErrors { code field } } }`);
    expect(answer.errors).toBeUndefined();
    return answer.data[field].userErrors.map(({ code }: { code: string }) => code);
  };

  it('is shown here every mutation there is', () => {
    const { schema } = app.app.get(GraphQLSchemaHost, { strict: false });
    expect(Object.keys(writes).toSorted()).toEqual(Object.keys(schema.getMutationType()!.getFields()).toSorted());
  });

  it.each(Object.keys(writes))('may use %s in the roles that may, and is refused in the others', async (field) => {
    for (const role of [Role.VIEWER, Role.FINANCE, Role.SRE]) {
      // An id of nothing: whoever is let through is told so.
      const codes = await change(viewerOf(null, role), field, (type) => `${type}:${randomUUID()}`);
      if (writes[field]!.roles.includes(role)) expect(codes).not.toContain('FORBIDDEN');
      else expect(codes).toEqual(['FORBIDDEN']);
    }
  });

  it('changes nothing of another team, whatever its role', async () => {
    const before = await asEverybody(`{ ${reads['budgets']!.ask()} ${reads['resources']!.ask()} }`);
    for (const field of Object.keys(writes)) {
      const codes = await change(viewerOf(researcher.scope, Role.ADMINISTRATOR), field, (type) => theirs[type]!);
      // A new budget without a scope is of all one may see, and no part of a source is.
      const told: Record<string, string[]> = { budgetCreate: [], scenarioCreate: [], dataSourceCreate: ['FORBIDDEN'], notificationChannelCreate: ['FORBIDDEN'], alertRuleCreate: ['FORBIDDEN'], alertSilenceCreate: ['FORBIDDEN'] };
      expect({ field, codes }).toEqual({ field, codes: told[field] ?? ['NOT_FOUND'] });
    }
    const after = await asEverybody(`{ ${reads['budgets']!.ask()} ${reads['resources']!.ask()} }`);
    expect(after.data.resources).toEqual(before.data.resources);
    const secrets = ({ data }: GraphQLAnswer) => data.budgets.nodes.filter(({ name }: { name: string }) => mark.test(name));
    expect(secrets(after)).toEqual(secrets(before));
  });

  it('cannot move a budget of its own out of its part', async () => {
    const own = viewerOf(researcher.scope, Role.FINANCE);
    const { data: { budgets } } = await askAs(app, own, '{ budgets(filter: { nameContains: "research" }) { nodes { id } } }');
    const { data } = await askAs(app, own, `mutation { budgetUpdate(id: "${budgets.nodes[0].id}", input: { scope: {} }) { budget { id } userErrors { code field message } }
      budgetCreate(input: { name: "wide", scope: { subAccountIds: ["secret"] }, amount: { amount: "1", currency: "USD" }, ${period} }) { userErrors { code field message } } }`);
    const refusal = { code: 'INVALID', field: ['scope'], message: 'scope reaches beyond what you may see' };
    expect(data).toEqual({ budgetUpdate: { budget: null, userErrors: [refusal] }, budgetCreate: { userErrors: [refusal] } });
  });

  it('delivers data in the roles that may', async () => {
    const settings = { files: [await app.file('delivery.csv', focusCsv([{}]))] };
    const deliver = (viewer: Viewer) => app.app.get(Ingest).deliver(viewer, focus, settings, { dataSourceName: 'roles' });
    for (const role of [Role.VIEWER, Role.FINANCE]) await expect(deliver(viewerOf(null, role))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await app.data('{ dataSources { nodes { name } } }')).dataSources.nodes).not.toContainEqual({ name: 'roles' });
    await expect(deliver(viewerOf(null, Role.SRE))).resolves.toMatchObject({ isChanged: true });
  });
});

describe('scopes', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    const tags = ['', '{}', '{"a":"1"}', '{"a":"2"}', '{"a":"1","b":"1"}', '{"b":null}', '{"a":""}'];
    const rows = tags.flatMap((Tags, index) =>
      ['x', 'y', ''].map((SubAccountId, other) => ({ Tags, SubAccountId, ServiceName: SubAccountId === 'x' ? 's' : 't', EffectiveCost: `${2 ** (index * 3 + other)}` })),
    );
    await app.importFocus([await app.file('tags.csv', focusCsv(rows))]);
  });
  afterAll(() => app.stop());

  const some = (...values: string[]) => fc.subarray(values);
  const scopes: fc.Arbitrary<Scope> = fc.record({
    providerNames: some('AWS', 'OCI'),
    subAccountIds: some('x', 'y'),
    serviceNames: some('s', 't'),
    serviceCategories: some('Compute'),
    tags: fc.uniqueArray(fc.record({ key: fc.constantFrom('a', 'b'), values: some('1', '2', '') }), { maxLength: 2, selector: ({ key }) => key }),
  });
  const seeded = { seed: 42, numRuns: 50 };

  it('lie within each other in SQL exactly when they do in TypeScript', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, scopes, async (inner, outer) => {
        const rows = await query(
          app.db,
          sql`SELECT FROM (SELECT ${JSON.stringify(inner)}::jsonb AS scope) AS budget WHERE true${storedScopeWithin('budget.scope', outer)}`,
        );
        expect(rows.length === 1).toBe(contains(outer, inner));
      }),
      seeded,
    );
    expect(contains(null, everything)).toBe(true);
    expect(contains(everything, everything)).toBe(true);
  });

  it('mean the same charges in a budget, where they are stored, as in a report; and a viewer sees the overlap', async () => {
    const budgets = app.app.get(BudgetsService);
    const september = { start: new Date('2026-09-01T00:00:00Z'), end: new Date('2026-10-01T00:00:00Z') };
    await fc.assert(
      fc.asyncProperty(scopes, scopes, async (scope, other) => {
        const total = async (viewer: Viewer) => {
          const input = { ...scope, serviceCategories: scope.serviceCategories.map(() => 'COMPUTE') };
          const { data } = await askAs(app, viewer, `query ($scope: CostScopeInput) { costReport(filter: { period: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" }, scope: $scope }) { total { amount } } }`, { scope: input });
          return data.costReport.total?.amount ?? '0';
        };
        // Every charge is another power of two, so that a sum names its charges.
        const all = await total(viewerOf(null));
        const amount = { amount: '1', currency: 'USD' };
        const budget = await budgets.create(administrator, { name: 'tried', metric: CostMetric.EFFECTIVE_COST, period: september, amount, scope: scope as CostScopeInput });
        expect(budget.actual.amount).toBe(all);
        await budgets.delete(administrator, budget.id);
        const seen = BigInt(await total(viewerOf(other)));
        expect(seen & ~BigInt(all)).toBe(0n);
        if (contains(other, scope)) expect(seen).toBe(BigInt(all));
      }),
      { ...seeded, numRuns: 25 },
    );
  });
});
