import { Logger } from '@nestjs/common';
import sql from 'sql-template-tag';
import { administrator } from '../../src/access/index.js';
import { BudgetsService } from '../../src/budgets/index.js';
import { Forecaster } from '../../src/forecasting/index.js';
import { MetricsService } from '../../src/observability/index.js';
import { query } from '../../src/platform/index.js';
import { createApp } from '../../src/serve.js';
import { dailyCharges, days, focusCsv, messageOf, Notifications, samplesOf, TestApp, usageCsvOf, viewerOf, type Sample } from '../support/index.js';

const adminKey = 'k'.repeat(32);
const aheadDays = ['7', '30', '90'];
const november = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };

/** Demand that grows by one a day and was 100 on the last observed day, of each of these resources. */
async function observe(app: TestApp, resources: readonly string[]): Promise<Record<string, string>> {
  const dates = days('2026-08-14', 100);
  const growing = dates.map((day, number) => [day, [number + 1]] as const);
  await app.importUsage(await app.file('usage.csv', usageCsvOf(resources.map((resource) => ({ resource, metric: 'GPU_REQUESTED', days: growing })))), { provider: 'AWS' });
  await app.app.get(Forecaster).forecastUsage(administrator);
  const { resources: known } = await app.data('{ resources { nodes { id resourceId } } }');
  return Object.fromEntries(known.nodes.map(({ id, resourceId }: Record<string, string>) => [resourceId, id]));
}

async function setLimit(app: TestApp, id: string, limit: number, more: object = {}): Promise<void> {
  const input = { resourceId: id, metric: 'GPU_REQUESTED', limit, headroom: 0.2, leadTimeDays: 90, effectiveFrom: '2026-09-01T00:00:00Z', ...more };
  const { capacitySet } = await app.data('mutation ($input: CapacitySetInput!) { capacitySet(input: $input) { userErrors { message } } }', { input });
  expect(capacitySet.userErrors).toEqual([]);
}

async function createBudget(app: TestApp, name: string, amount: string, scope: object, period = november): Promise<void> {
  const input = { name, scope, period, amount: { amount, currency: 'USD' } };
  const { budgetCreate } = await app.data('mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { userErrors { message } } }', { input });
  expect(budgetCreate.userErrors).toEqual([]);
}

async function page(app: TestApp, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${app.url}/metrics`, { headers });
  expect(response.status).toBe(200);
  return response.text();
}

/** Values by name, of samples with these labels; of a name and these labels there may be one. */
function valuesOf(samples: readonly Sample[], labels: Record<string, string>): Record<string, number> {
  const own = samples.filter((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value));
  const keyOf = ({ name, labels: { probability, within_days: within, days_ahead: ahead, status } }: Sample) => [name.replace(/^headroom_/, ''), probability ?? within ?? ahead ?? status].filter(Boolean).join(' ');
  const values = Object.fromEntries(own.map((sample) => [keyOf(sample), sample.value]));
  expect(Object.keys(values)).toHaveLength(own.length);
  return values;
}

const secondsOf = (instant: string) => Date.parse(instant) / 1000;

describe('the page for Prometheus', () => {
  let app: TestApp;
  let ids: Record<string, string>;
  const odd = 'pool "a"\\b\nof {1}';

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
    ids = await observe(app, ['grows', 'roomy', 'odd']);
    await query(app.db, sql`UPDATE resource SET resource_name = ${odd} WHERE resource_id = 'odd'`);
    await setLimit(app, ids['grows']!, 200);
    await setLimit(app, ids['roomy']!, 1_000);
    await setLimit(app, ids['odd']!, 180);
    await app.importFocus([await app.file('bill.csv', focusCsv(dailyCharges(days('2026-09-01', 80), '10', { SubAccountId: 'steady' })))]);
    await createBudget(app, 'tight', '250', { subAccountIds: ['steady'] });
    await createBudget(app, 'spent', '100', { subAccountIds: ['steady', 'elsewhere'] });
    await createBudget(app, 'new', '900', { subAccountIds: ['unheard of'] });
    await createBudget(app, 'ended', '900', { subAccountIds: ['steady'] }, { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' });
    await createBudget(app, 'next year', '900', { subAccountIds: ['steady'] }, { start: '2027-01-01T00:00:00Z', end: '2027-02-01T00:00:00Z' });
  }, 60_000);
  afterAll(() => app.stop());

  it('tells of a pool what the API tells of it', async () => {
    const { resource } = await app.data(
      `query ($id: ID!) { resource(id: $id) {
         exhaustion(metric: GPU_REQUESTED) { p10At p50At p90At orderBy unitsNeeded d7: probability(withinDays: 7) d30: probability(withinDays: 30) d90: probability(withinDays: 90) }
         forecast(metric: GPU_REQUESTED) { origin points { period { start } mean intervals { level upper } } } } }`,
      { id: ids['grows'] },
    );
    const { exhaustion, forecast } = resource;
    const day = (ahead: number) => forecast.points.find(({ period }: { period: { start: string } }) => period.start === new Date(Date.parse('2026-11-22T00:00:00Z') + ahead * 86_400_000).toISOString().replace('.000Z', 'Z'));
    const upper = (ahead: number) => day(ahead).intervals.find(({ level }: { level: number }) => level === 80).upper;
    const samples = samplesOf(await page(app));
    expect(valuesOf(samples, { resource: 'grows' })).toEqual({
      'exhaustion_timestamp_seconds 0.1': secondsOf(exhaustion.p10At),
      'exhaustion_timestamp_seconds 0.5': secondsOf(exhaustion.p50At),
      'exhaustion_timestamp_seconds 0.9': secondsOf(exhaustion.p90At),
      'exhaustion_probability 7': exhaustion.d7,
      'exhaustion_probability 30': exhaustion.d30,
      'exhaustion_probability 90': exhaustion.d90,
      order_by_timestamp_seconds: secondsOf(exhaustion.orderBy),
      units_needed: exhaustion.unitsNeeded,
      ...Object.fromEntries(aheadDays.flatMap((ahead) => [
        [`demand_forecast ${ahead}`, day(Number(ahead)).mean],
        [`demand_forecast_upper ${ahead}`, upper(Number(ahead))],
      ])),
      limit: 200,
      usable_limit: 160,
      observed_timestamp_seconds: secondsOf('2026-11-21T00:00:00Z'),
      forecast_origin_timestamp_seconds: secondsOf(forecast.origin),
    });
    // 100 on the 21st and one more a day: about 160 after 60 days, and on the 30th day ahead 131.
    expect(exhaustion.d30).toBeLessThan(0.1);
    expect(exhaustion.d90).toBeGreaterThan(0.9);
    expect(Math.abs(day(30).mean - 131)).toBeLessThan(3);
    const [{ labels }] = samples.filter(({ name, labels: own }) => name === 'headroom_limit' && own['resource'] === 'grows') as [Sample];
    expect(labels).toEqual({ provider: 'AWS', resource_id: 'grows', resource: 'grows', metric: 'GPU_REQUESTED', unit: 'GPUs' });
  });

  it('has no date where none is within the horizon, and has its chance', async () => {
    const told = valuesOf(samplesOf(await page(app)), { resource: 'roomy' });
    expect(Object.keys(told).filter((name) => /exhaustion_timestamp|order_by/.test(name))).toEqual([]);
    expect(told).toMatchObject({ 'exhaustion_probability 7': 0, 'exhaustion_probability 30': 0, 'exhaustion_probability 90': 0, units_needed: 0, usable_limit: 800 });
  });

  it('counts days ahead from today, and says nothing of days that no forecast reaches', async () => {
    const chanceOf = async () => valuesOf(samplesOf(await page(app)), { resource: 'grows' });
    const before = await chanceOf();
    try {
      app.clock.moveTo('2026-12-15T09:00:00Z');
      const later = await chanceOf();
      // By then 53 days lie behind it: 23 since the forecast, and 30.
      expect(later['exhaustion_probability 30']).toBeGreaterThanOrEqual(before['exhaustion_probability 30']!);
      expect(later['demand_forecast 7']).toBeCloseTo(before['demand_forecast 30']!, 6);
      expect(later['exhaustion_timestamp_seconds 0.1']).toBe(before['exhaustion_timestamp_seconds 0.1']);
      // 180 days from the 22nd of November end on the 21st of May.
      app.clock.moveTo('2027-03-01T09:00:00Z');
      const last = await chanceOf();
      expect(Object.keys(last).filter((name) => name.endsWith(' 90'))).toEqual([]);
      expect(last['exhaustion_probability 30']).toBeGreaterThan(0.9);
    } finally {
      app.clock.moveTo('2026-11-22T09:00:00Z');
    }
  });

  it('names a resource as it is called, whatever is in the name', async () => {
    for (const accept of ['', 'application/openmetrics-text']) {
      const text = await page(app, accept ? { accept } : {});
      expect(samplesOf(text).find(({ labels }) => labels['resource_id'] === 'odd')!.labels['resource']).toBe(odd);
      expect(text).toContain(String.raw`resource="pool \"a\"\\b\nof {1}"`);
    }
  });

  it('tells of a budget what the API tells of it, while its period has not ended', async () => {
    const { budgets } = await app.data('{ budgets { nodes { name status overrunProbability actual { amount } forecastTotal { mean upper } forecast { origin } } } }');
    const tight = budgets.nodes.find(({ name }: { name: string }) => name === 'tight');
    const samples = samplesOf(await page(app));
    expect(valuesOf(samples, { budget: 'tight', period_start: november.start })).toEqual({
      budget_overrun_probability: tight.overrunProbability,
      'budget_status ON_TRACK': 0, 'budget_status AT_RISK': 1, 'budget_status OVER': 0, 'budget_status DATA_INCOMPLETE': 0,
      budget_amount: 250,
      budget_actual: Number(tight.actual.amount),
      budget_forecast: tight.forecastTotal.mean,
      budget_forecast_upper: tight.forecastTotal.upper,
      budget_forecast_origin_timestamp_seconds: secondsOf(tight.forecast.origin),
    });
    // Thirty days at 10.
    expect(tight.forecastTotal.mean).toBeCloseTo(300, 0);
    expect(valuesOf(samples, { budget: 'spent' })).toMatchObject({ 'budget_status OVER': 1, budget_actual: 190 });
    const named = samples.filter(({ name }) => name === 'headroom_budget_amount').map(({ labels }) => labels['budget']);
    // The soonest to end first.
    expect(named).toEqual(['new', 'spent', 'tight', 'next year']);
  });

  it('has no chance of a budget whose data is incomplete, and says so', async () => {
    const incomplete = { 'budget_status ON_TRACK': 0, 'budget_status AT_RISK': 0, 'budget_status OVER': 0, 'budget_status DATA_INCOMPLETE': 1 };
    expect(valuesOf(samplesOf(await page(app)), { budget: 'new' })).toEqual({ ...incomplete, budget_amount: 900, budget_actual: 0 });
    try {
      // Its last settled day is eleven days ago: there is a forecast, and its chance is none to be paged for.
      app.clock.moveTo('2026-11-30T09:00:00Z');
      const samples = samplesOf(await page(app));
      expect(valuesOf(samples, { budget: 'tight' })).toEqual({
        ...incomplete,
        budget_amount: 250,
        budget_actual: 190,
        budget_forecast_origin_timestamp_seconds: secondsOf('2026-11-19T00:00:00Z'),
      });
      // What was charged is over the amount, whatever is still to come.
      expect(valuesOf(samples, { budget: 'spent' })).toMatchObject({ 'budget_status OVER': 1, budget_overrun_probability: 1 });
    } finally {
      app.clock.moveTo('2026-11-22T09:00:00Z');
    }
  });

  it('tells how far each source is collected', async () => {
    const { dataSources } = await app.data('{ dataSources { nodes { name collector collectedUntil } } }');
    const samples = samplesOf(await page(app));
    for (const { name, collector, collectedUntil } of dataSources.nodes) {
      expect(valuesOf(samples, { source: name, collector })).toEqual({
        ...(collectedUntil && { source_collected_timestamp_seconds: secondsOf(collectedUntil) }),
        source_stale: 0,
        source_needs_attention: 0,
      });
    }
    expect(dataSources.nodes).toHaveLength(2);
    await query(app.db, sql`UPDATE data_source SET stale_at = now() - interval '1 second', attention = 'the key is refused' WHERE name = 'usage-csv'`);
    expect(valuesOf(samplesOf(await page(app)), { source: 'usage-csv' })).toMatchObject({ source_stale: 1, source_needs_attention: 1 });
  });

  it('tells of a channel whether it sends, since when a message waits, and what nobody received', async () => {
    const people = new Notifications(app);
    const channel = { channel: 'mail', plugin: 'webhook' };
    const settings = { url: 'https://example.com', signingKey: 'a key of 16 and more' };
    const key = await people.channel('mail', 'webhook', settings);
    expect(valuesOf(samplesOf(await page(app)), channel)).toEqual({ channel_rejected_notifications: 0, channel_needs_attention: 0 });
    await people.enqueue([messageOf(), messageOf({ state: 'RESOLVED' })], [key]);
    await query(app.db, sql`UPDATE notification SET waits_since = '2026-11-22T08:00:00Z'`);
    expect(valuesOf(samplesOf(await page(app)), channel)).toEqual({ channel_oldest_pending_timestamp_seconds: secondsOf('2026-11-22T08:00:00Z'), channel_rejected_notifications: 0, channel_needs_attention: 0 });
    await query(app.db, sql`UPDATE notification SET state = 'REJECTED', failure = 'no'`);
    await query(app.db, sql`UPDATE notification_channel SET attention = 'no'`);
    expect(valuesOf(samplesOf(await page(app)), channel)).toEqual({ channel_rejected_notifications: 2, channel_needs_attention: 1 });
    await query(app.db, sql`DELETE FROM notification_channel`);
  });

  it('is the same again, also after a restart', async () => {
    const text = await page(app);
    expect(await page(app)).toBe(text);
    const restarted = await createApp({ adminKey: null, country: null, secretKey: null, sampleMonths: 13, metricsLimit: 500 }, app.db, app.clock);
    expect((await restarted.get(MetricsService, { strict: false }).read(administrator)).text).toBe(text);
  });

  it('comes in the format that is asked for', async () => {
    const plain = await fetch(`${app.url}/metrics`);
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    // As Prometheus asks.
    const open = await fetch(`${app.url}/metrics`, { headers: { accept: 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' } });
    expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const text = await open.text();
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(samplesOf(text)).toEqual(samplesOf(await plain.text()));
  });

  it('shows a viewer with a scope what is inside it', async () => {
    await query(app.db, sql`UPDATE resource SET sub_account_id = 'steady' WHERE resource_id = 'grows'`);
    const { text } = await app.app.get(MetricsService, { strict: false }).read(viewerOf({ subAccountIds: ['steady'] }));
    const seen = samplesOf(text);
    const labels = (name: string) => [...new Set(seen.flatMap(({ labels: own }) => own[name] ?? []))];
    expect(labels('resource')).toEqual(['grows']);
    expect(labels('budget')).toEqual(['tight', 'next year']);
    expect(labels('source')).toEqual([]);
    expect(seen.filter(({ name }) => name === 'headroom_metrics_left_out').map(({ value }) => value)).toEqual([0, 0, 0, 0]);
  });

  it('is refused whole when a part of it cannot be read', async () => {
    const logged: string[] = [];
    Logger.overrideLogger({ log() {}, warn() {}, error: (message: unknown) => void logged.push(String(message)) });
    await app.db.query('ALTER TABLE data_source RENAME COLUMN attention TO attention_elsewhere');
    try {
      const response = await fetch(`${app.url}/metrics`);
      expect(response.status).toBe(503);
      const { errors } = (await response.json()) as { errors: { message: string }[] };
      const [, id] = /^the metrics could not be read, and the log has the reason under (\S+)$/.exec(errors[0]!.message)!;
      expect(errors).toEqual([{ message: expect.any(String), extensions: { code: 'UNAVAILABLE' } }]);
      expect(logged).toEqual([expect.stringMatching(new RegExp(`^${id} .*attention does not exist`))]);
    } finally {
      await app.db.query('ALTER TABLE data_source RENAME COLUMN attention_elsewhere TO attention');
      Logger.overrideLogger(true);
    }
    await page(app);
  });

  it('has what budgets were derived from last, and what came since when it is derived again', async () => {
    const bill = dailyCharges(days('2026-09-01', 80), '11', { SubAccountId: 'steady' });
    const tight = async () => valuesOf(samplesOf(await page(app)), { budget: 'tight' });
    await app.importFocus([await app.file('restated.csv', focusCsv(bill))]);
    expect(await tight()).toMatchObject({ budget_actual: 190 });
    await app.app.get(BudgetsService).forecastAll(administrator);
    const { budget_actual: actual, budget_forecast: forecast } = await tight();
    expect(actual).toBe(209);
    expect(forecast).toBeCloseTo(330, 0);
  });

  it('is not for pages of other sites', async () => {
    expect((await fetch(`${app.url}/metrics`, { headers: { origin: 'https://elsewhere.example' } })).status).toBe(403);
  });
});

describe('with a key, the page for Prometheus', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ adminKey });
  });
  afterAll(() => app.stop());

  it('is for who brings it', async () => {
    for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(32)}` }]) {
      const response = await fetch(`${app.url}/metrics`, { headers: headers as Record<string, string> });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('headroom_');
    }
    // Of nothing there is nothing to tell, and nothing left out.
    expect(samplesOf(await page(app, { authorization: `Bearer ${adminKey}` }))).toEqual(
      ['pools', 'budgets', 'sources', 'channels'].map((kind) => ({ name: 'headroom_metrics_left_out', labels: { kind }, value: 0 })),
    );
  });
});

describe('with more than fits, the page for Prometheus', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ metricsLimit: 2 });
    const ids = await observe(app, ['a-late', 'b-never', 'c-soon', 'd-soonest', 'e-risky']);
    const limits = { 'a-late': 250, 'b-never': 1_000, 'c-soon': 200, 'd-soonest': 150, 'e-risky': 340 };
    for (const [resource, limit] of Object.entries(limits)) await setLimit(app, ids[resource]!, limit, { headroom: 0 });
    for (const month of ['2027-03', '2027-01', '2027-02']) {
      await createBudget(app, month, '5', {}, { start: `${month}-01T00:00:00Z`, end: `${month}-28T00:00:00Z` });
    }
  }, 60_000);
  afterAll(() => app.stop());

  it('keeps to its limit, tells the soonest, and counts what it leaves out', async () => {
    const samples = samplesOf(await page(app));
    const labels = (name: string) => [...new Set(samples.flatMap(({ labels: own }) => own[name] ?? []))];
    expect(labels('resource')).toEqual(['d-soonest', 'c-soon']);
    expect(labels('budget')).toEqual(['2027-01', '2027-02']);
    expect(labels('source')).toEqual(['usage-csv']);
    const leftOut = samples.filter(({ name }) => name === 'headroom_metrics_left_out');
    expect(Object.fromEntries(leftOut.map(({ labels: { kind }, value }) => [kind, value]))).toEqual({ pools: 3, budgets: 1, sources: 0, channels: 0 });
    // A pool has 16 series at most, a budget 10 and a source 3.
    expect(samples.length).toBeLessThanOrEqual(2 * (16 + 10 + 3) + 4);
  });
});
