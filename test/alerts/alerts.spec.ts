import sql from 'sql-template-tag';
import { administrator, everything, type Scope } from '../../src/access/index.js';
import { AlertEvaluator } from '../../src/alerts/index.js';
import { BudgetsService } from '../../src/budgets/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { SendDueJob, Sender } from '../../src/notifications/index.js';
import { query } from '../../src/platform/index.js';
import { UsageMetric } from '../../src/usage/index.js';
import { askAs, dailyCharges, days, deliverFleet, deliverObservations, focusCsv, json, SourceServer, Subscriber, TestApp, usageCsvOf, viewerOf } from '../support/index.js';

const november = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };

describe('an alert', () => {
  let app: TestApp;
  let receiver: SourceServer;

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
    receiver = await SourceServer.start(json({}));
    // Ten a day, of which the last are not settled yet.
    await app.importFocus([await app.file('bill.csv', focusCsv(dailyCharges(days('2026-09-01', 82), '10', { Tags: '{"team":"research"}' })))]);
    const channel = await app.data(
      `mutation ($input: NotificationChannelCreateInput!) { notificationChannelCreate(input: $input) { notificationChannel { id } userErrors { message } } }`,
      { input: { name: 'hook', channel: 'webhook', settings: { url: receiver.url, signingKey: 'a key of 16 and more' } } },
    );
    expect(channel.notificationChannelCreate.userErrors).toEqual([]);
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });
  beforeEach(async () => {
    receiver.requests.length = 0;
    // The rules that everybody begins with have a test of their own.
    await query(app.db, sql`UPDATE alert_rule SET enabled = false`);
    await query(app.db, sql`DELETE FROM alert`);
    await query(app.db, sql`DELETE FROM budget`);
    await query(app.db, sql`DELETE FROM notification`);
  });

  const evaluate = () => app.app.get(AlertEvaluator).evaluate();
  async function arrived(): Promise<{ dedupKey: string; state: string; summary: string; severity: string; details: { name: string; value: string }[] }[]> {
    await app.app.get(SendDueJob).handle();
    await app.app.get(Sender).settled();
    return receiver.requests.splice(0).map(({ body }) => JSON.parse(body));
  }
  async function budget(name: string, amount: string, input: object = {}): Promise<string> {
    const { budgetCreate } = await app.data(`mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { budget { id } userErrors { message } } }`, {
      input: { name, amount: { amount, currency: 'USD' }, period: november, ...input },
    });
    expect(budgetCreate.userErrors).toEqual([]);
    await app.app.get(BudgetsService).forecastAll(administrator);
    return budgetCreate.budget.id;
  }
  async function rule(name: string, condition: object, more: object = {}): Promise<{ id: string | undefined; userErrors: { message: string; code: string }[] }> {
    const { alertRuleCreate } = await app.data(`mutation ($input: AlertRuleCreateInput!) { alertRuleCreate(input: $input) { alertRule { id } userErrors { message code } } }`, {
      input: { name, condition, severity: 'WARNING', ...more },
    });
    return { id: alertRuleCreate.alertRule?.id, userErrors: alertRuleCreate.userErrors };
  }
  const alerts = async () => (await app.data(`{ alerts { nodes { id state severity summary observed threshold unit acknowledgedBy note subject { __typename ... on Budget { name } }
    rule { name } notifications { messageState state channel { name } } } } }`)).alerts.nodes;

  it('begins with rules that everybody wants', async () => {
    const { alertRules } = await app.data(`{ alertRules { nodes { name severity channels { id } condition { __typename ... on BudgetCondition { budgetId basis share }
      ... on ExhaustionCondition { withinDays probability metric } ... on StalenessCondition { minutes } } } } }`);
    expect(alertRules.nodes.map(({ name }: { name: string }) => name)).toEqual([
      'A budget is spent', 'A budget will probably be overrun', 'A source does not deliver', 'Capacity runs out within a month', 'Capacity runs out within a week',
    ]);
    expect(alertRules.nodes[0]).toMatchObject({ severity: 'CRITICAL', channels: null, condition: { __typename: 'BudgetCondition', budgetId: null, basis: 'ACTUAL', share: 1 } });
    expect(alertRules.nodes[4]).toMatchObject({ severity: 'CRITICAL', condition: { __typename: 'ExhaustionCondition', withinDays: 7, probability: 0.5, metric: null } });
  });

  it('is told once, with what to do, and by the same key when it is over', async () => {
    // 18 settled days of 10 are 180: nine tenths of 200.
    const id = await budget('research', '200');
    await rule('most of a budget', { budget: { budgetId: id, basis: 'ACTUAL', share: 0.85 } }, { severity: 'CRITICAL' });
    expect(await evaluate()).toEqual({ fired: 1, resolved: 0 });
    const [message, ...others] = await arrived();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ state: 'FIRING', severity: 'CRITICAL', summary: 'budget "research" has spent 90 % of its 200.00 USD' });
    expect(message!.details.map(({ name }) => name)).toEqual(['Period', 'Settled so far', 'Expected in all', 'Chance to go over', 'What to do', 'Rule']);
    expect(await alerts()).toMatchObject([{
      state: 'FIRING', threshold: 0.85, observed: 0.9, unit: 'Ratio', subject: { __typename: 'Budget', name: 'research' }, rule: { name: 'most of a budget' },
      notifications: [{ messageState: 'FIRING', state: 'DELIVERED', channel: { name: 'hook' } }],
    }]);

    expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
    expect(await arrived()).toEqual([]);

    await app.data(`mutation ($id: ID!) { budgetUpdate(id: $id, input: { amount: { amount: "400", currency: "USD" } }) { budget { id } } }`, { id });
    expect(await evaluate()).toEqual({ fired: 0, resolved: 1 });
    expect(await arrived()).toMatchObject([{ state: 'RESOLVED', dedupKey: message!.dedupKey }]);
    // What was charged is told once in a period, though it is there again.
    await app.data(`mutation ($id: ID!) { budgetUpdate(id: $id, input: { amount: { amount: "200", currency: "USD" } }) { budget { id } } }`, { id });
    expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
    expect(await arrived()).toEqual([]);
  });

  it('is not fired by what is equal to the budget, nor by days that are not settled', async () => {
    // 180 are settled, 210 are charged.
    await budget('equal', '180');
    await budget('unsettled', '190', { scope: { tags: [{ key: 'team', values: ['research'] }] } });
    await rule('all of it', { budget: { basis: 'ACTUAL', share: 1 } });
    expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
    await app.data(`mutation { budgetUpdate(id: "${(await app.data('{ budgets { nodes { id name } } }')).budgets.nodes.find(({ name }: { name: string }) => name === 'equal').id}", input: { amount: { amount: "179.99", currency: "USD" } }) { budget { id } } }`);
    expect(await evaluate()).toEqual({ fired: 1, resolved: 0 });
  });

  it('is not touched while its data is incomplete', async () => {
    await budget('likely', '200');
    await rule('goes over', { budget: { basis: 'OVERRUN_PROBABILITY', share: 0.8 } });
    expect(await evaluate()).toEqual({ fired: 1, resolved: 0 });
    app.clock.moveTo('2026-12-20T09:00:00Z');
    try {
      // Nothing was delivered for a month: the forecast says nothing any more.
      expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
      expect((await alerts()).map(({ state }: { state: string }) => state)).toEqual(['FIRING']);
    } finally {
      app.clock.moveTo('2026-11-22T09:00:00Z');
    }
  });

  it('is taken care of by somebody, who is named wherever it was told', async () => {
    await budget('spent', '100');
    await rule('spent', { budget: { basis: 'ACTUAL', share: 1 } });
    await evaluate();
    const [fired] = await arrived();
    const [{ id }] = await alerts();
    const acknowledge = () => app.data(`mutation ($id: ID!) { alertAcknowledge(id: $id, note: "moving the jobs") { alert { state acknowledgedBy note } userErrors { message } } }`, { id });
    expect((await acknowledge()).alertAcknowledge).toEqual({ alert: { state: 'ACKNOWLEDGED', acknowledgedBy: 'Administrator', note: 'moving the jobs' }, userErrors: [] });
    await acknowledge();
    expect(await arrived()).toMatchObject([{ state: 'ACKNOWLEDGED', dedupKey: fired!.dedupKey }]);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
    await query(app.db, sql`UPDATE alert_rule SET enabled = false`);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 1 });
    expect(await arrived()).toMatchObject([{ state: 'RESOLVED', dedupKey: fired!.dedupKey }]);
    expect((await acknowledge()).alertAcknowledge.userErrors).toEqual([{ message: expect.stringMatching(/^alert "budget "spent" has spent .*" is over since 2026-11-22T09:00:00.000Z: there is nothing to acknowledge$/) }]);
  });

  it('is held back by a silence, and told at its end if it still fires', async () => {
    await budget('spent', '100');
    const { id } = await rule('quietly', { budget: { basis: 'ACTUAL', share: 1 } });
    const { alertSilenceCreate } = await app.data(`mutation ($id: ID!) { alertSilenceCreate(input: { ruleId: $id, endsAt: "2026-11-22T12:00:00Z", reason: "month end" }) {
      alertSilence { id startsAt rule { name } createdBy } userErrors { message } } }`, { id });
    expect(alertSilenceCreate).toMatchObject({ alertSilence: { startsAt: '2026-11-22T09:00:00Z', rule: { name: 'quietly' }, createdBy: 'Administrator' }, userErrors: [] });
    expect(await evaluate()).toEqual({ fired: 1, resolved: 0 });
    expect(await arrived()).toEqual([]);
    expect((await app.data('{ alertSilences { reason } }')).alertSilences).toEqual([{ reason: 'month end' }]);
    app.clock.moveTo('2026-11-22T12:00:00Z');
    try {
      await evaluate();
      expect(await arrived()).toMatchObject([{ state: 'FIRING' }]);
      expect((await app.data('{ alertSilences { reason } }')).alertSilences).toEqual([]);
    } finally {
      app.clock.moveTo('2026-11-22T09:00:00Z');
    }
  });

  it('is one message where many fire at once, and one when all of them are over', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => query(app.db, sql`
      WITH budget AS (
        INSERT INTO budget (name, scope, metric, period_start, period_end, amount, currency)
        VALUES (${`b${index}`}, ${JSON.stringify({ providerNames: [`p${index}`], subAccountIds: [], serviceNames: [], serviceCategories: [], tags: [] })}::jsonb,
                'EFFECTIVE_COST', ${november.start}, ${november.end}, 10, 'USD') RETURNING id, revision)
      INSERT INTO budget_outlook (budget_id, revision, actual, settled) SELECT budget.id, budget.revision, 20, 20 FROM budget`)));
    await rule('many', { budget: { basis: 'ACTUAL', share: 1 } });
    expect(await evaluate()).toEqual({ fired: 12, resolved: 0 });
    const [message, ...others] = await arrived();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ state: 'FIRING', summary: '12 alerts of "many" fire at once' });
    expect(message!.details.at(-1)).toEqual({ name: 'Others', value: '2' });

    await query(app.db, sql`UPDATE budget_outlook SET settled = 1 WHERE budget_id IN (SELECT id FROM budget WHERE name <> 'b0')`);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 11 });
    expect(await arrived()).toEqual([]);
    await query(app.db, sql`UPDATE budget_outlook SET settled = 1`);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 1 });
    expect(await arrived()).toMatchObject([{ state: 'RESOLVED', dedupKey: message!.dedupKey }]);
  });

  it('is told to who subscribes, in order, and to nobody who may not see what it is of', async () => {
    const all = new Subscriber(app.url);
    const changes = all.events('subscription { alertChanged(filter: { severities: [CRITICAL] }) { sequence state alert { summary } } }');
    const ofBudgets = all.events('subscription { budgetAlert { state alert { subject { ... on Budget { name } } } } }');
    const told = [changes.next(), ofBudgets.next()] as const;
    // The subscriptions are there when a later one has been answered.
    await all.events('subscription { alertChanged(afterSequence: "x") { sequence } }').next().catch(() => undefined);
    try {
      const id = await budget('spent', '100');
      await rule('quiet', { budget: { basis: 'ACTUAL', share: 0.5 } }, { severity: 'INFORMATION' });
      await rule('loud', { budget: { budgetId: id, basis: 'ACTUAL', share: 1 } }, { severity: 'CRITICAL' });
      await evaluate();
      const fired = (await told[0]).value.data.alertChanged;
      expect(fired).toMatchObject({ state: 'FIRING', alert: { summary: 'budget "spent" has spent 180 % of its 100.00 USD' } });
      expect((await told[1]).value.data.budgetAlert).toEqual({ state: 'FIRING', alert: { subject: { name: 'spent' } } });
      await query(app.db, sql`UPDATE alert_rule SET enabled = false`);
      await evaluate();
      expect((await changes.next()).value.data.alertChanged).toMatchObject({ state: 'RESOLVED' });
      // Whoever was away meanwhile misses nothing, and gets nothing twice.
      const later = all.events('subscription ($after: String) { alertChanged(afterSequence: $after, filter: { severities: [CRITICAL] }) { state } }', { after: fired.sequence });
      expect((await later.next()).value.data.alertChanged).toEqual({ state: 'RESOLVED' });
      const events = await query<{ scope: Scope }>(app.db, sql`SELECT event.scope FROM event WHERE event.kind = 'alertChanged'`);
      expect(events).toContainEqual({ scope: everything });
    } finally {
      await all.end();
    }
  });

  it('is one, however many processes evaluate at once', async () => {
    await budget('spent', '100');
    await rule('at once', { budget: { basis: 'ACTUAL', share: 1 } });
    const evaluations = await Promise.all(Array.from({ length: 4 }, evaluate));
    expect(evaluations.reduce((sum, { fired }) => sum + fired, 0)).toBe(1);
    expect(await arrived()).toHaveLength(1);
  });

  it('is of a source that is late, until it delivers', async () => {
    const { id } = await rule('late', { staleness: {} });
    expect(id).toBeDefined();
    await query(app.db, sql`INSERT INTO data_source (name, collector, stale_at, attention) VALUES ('gpus', 'prometheus', now() - interval '1 hour', 'it cannot be reached')`);
    await evaluate();
    expect(await arrived()).toMatchObject([{ state: 'FIRING', summary: 'source "gpus" has delivered nothing yet' }]);
    expect((await alerts())[0]).toMatchObject({ unit: 'Minutes', subject: { __typename: 'DataSource' } });
    await query(app.db, sql`UPDATE data_source SET stale_at = now() + interval '1 hour' WHERE name = 'gpus'`);
    await evaluate();
    expect(await arrived()).toMatchObject([{ state: 'RESOLVED' }]);
  });

  it('is of usage that stays high, not of a peak, and not of a gap', async () => {
    const at = (hour: number) => Date.parse('2026-11-22T09:00:00Z') + (hour - 1) * 3_600_000;
    const deliver = (values: (number | null)[]) => deliverObservations(app, 'cluster', [
      { kind: 'usage', rows: [samplesOf(values.flatMap((value, hour) => (value === null ? [] : [[at(hour - values.length + 1), value] as const])))] },
    ]);
    const samplesOf = (seen: (readonly [number, number])[]) =>
      ({ providerName: 'cluster', resourceId: 'pool', metric: UsageMetric.GPU_REQUESTED, observedAtMs: seen.map(([ms]) => ms), values: seen.map(([, value]) => value) });
    await deliverFleet(app, 'cluster', '2026-11-01T00:00:00Z', [{ id: 'pool', gpus: 100 }]);
    await rule('full', { usage: { metric: 'GPU_REQUESTED', share: 0.9, forMinutes: 240 } });
    await deliver([95, 95, 80, 95]);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
    await query(app.db, sql`DELETE FROM usage_sample`);
    await deliver([95, 95, 95, 95, 95, null, null, 95]);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
    await deliver([95, 96, 95, 95]);
    expect(await evaluate()).toEqual({ fired: 1, resolved: 0 });
    expect(await arrived()).toMatchObject([{ state: 'FIRING', summary: 'GPU_REQUESTED of "pool" has been above 90 % for 240 minutes' }]);
    await deliver([95, 96, 95, 87]);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 0 });
    await deliver([95, 96, 95, 80]);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 1 });
  });

  it('is of capacity that runs out, until there is more', async () => {
    const growth = days('2026-09-01', 82).map((day, number) => [day, [100 + number]] as const);
    await app.importUsage(await app.file('growth.csv', usageCsvOf([{ resource: 'growing', metric: 'STORAGE', days: growth }])));
    await app.app.get(Forecaster).forecastUsage(administrator);
    const { id } = (await app.data('{ resources(filter: { nameContains: "growing" }) { nodes { id } } }')).resources.nodes[0];
    const limit = (value: number) => app.data(`mutation ($id: ID!, $limit: Float!) { capacitySet(input: { resourceId: $id, metric: STORAGE, limit: $limit, headroom: 0, effectiveFrom: "2026-09-01T00:00:00Z" }) { userErrors { message } } }`, { id, limit: value });
    await limit(190);
    await rule('within a fortnight', { exhaustion: { metric: 'STORAGE', withinDays: 14, probability: 0.5 } });
    await rule('within a day', { exhaustion: { withinDays: 1, probability: 0.5 } });
    await rule('of others', { exhaustion: { resources: { tags: [{ key: 'team', values: ['nobody'] }] }, withinDays: 90, probability: 0.1 } });
    expect(await evaluate()).toEqual({ fired: 1, resolved: 0 });
    expect(await arrived()).toMatchObject([{ state: 'FIRING', summary: 'STORAGE of "growing" runs out within 14 days with a chance of 100 %', details: [{ name: 'As likely as not by' }, { name: 'What to do', value: expect.stringMatching(/^order \d+ GiB/) }, { name: 'Rule' }] }]);
    await limit(400);
    expect(await evaluate()).toEqual({ fired: 0, resolved: 1 });
    expect(await arrived()).toMatchObject([{ state: 'RESOLVED' }]);
  });

  it('is refused a rule that makes no sense, by name', async () => {
    const messages = async (condition: object, more: object = {}) => (await rule('odd', condition, more)).userErrors.map(({ message }) => message);
    expect(await messages({ budget: { basis: 'ACTUAL', share: 0 } })).toEqual(['share needs to be above 0 and at most 100, got 0']);
    expect(await messages({ budget: { basis: 'OVERRUN_PROBABILITY', share: 80 } })).toEqual(['share needs to be above 0 and at most 1, got 80']);
    expect(await messages({ exhaustion: { withinDays: 0 } })).toEqual(['withinDays needs to be 1 to 365, got 0']);
    expect(await messages({ usage: { metric: 'CPU', share: 0.9, forMinutes: 100_000 } })).toEqual(['forMinutes needs to be 1 to 1440, got 100000']);
    expect(await messages({ staleness: { minutes: 0 } })).toEqual(['minutes needs to be at least 1, got 0']);
    expect(await messages({ staleness: {} }, { channelIds: ['NotificationChannel:00000000-0000-4000-8000-000000000000'] })).toEqual([expect.stringContaining('NotificationChannel:00000000')]);
    expect(await messages({ staleness: {} })).toEqual([]);
    expect((await rule('odd', { staleness: {} })).userErrors).toEqual([{ code: 'CONFLICT', message: 'there is an alert rule "odd" already' }]);
  });

  it('is seen by who may see what it is of, and rules are the whole organisation\'s', async () => {
    await budget('research', '100', { scope: { tags: [{ key: 'team', values: ['research'] }] } });
    await budget('everything', '100');
    await rule('spent by anybody', { budget: { basis: 'ACTUAL', share: 1 } });
    await evaluate();
    const researcher = viewerOf({ tags: [{ key: 'team', values: ['research'] }] });
    const { data } = await askAs(app, researcher, '{ alerts { nodes { summary rule { name } } } alertRules { nodes { name } } alertSilences { reason } budgets { nodes { name alertRules { name } } } }');
    expect(data.alerts.nodes).toEqual([{ summary: expect.stringContaining('research'), rule: null }]);
    expect(data.alertRules.nodes).toEqual([]);
    expect(data.budgets.nodes).toEqual([{ name: 'research', alertRules: [] }]);
    const { budgets } = await app.data('{ budgets { nodes { alertRules { name enabled } } } }');
    expect(budgets.nodes[0].alertRules).toContainEqual({ name: 'spent by anybody', enabled: true });
  });
});
