import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CollectorRejected, collectors, CollectorUnavailable, type Observations } from '../../src/collection/index.js';
import { checkedSettings } from '../../src/platform/index.js';
import type { SeriesSamples } from '../../src/usage/index.js';
import { DatadogServer, json, misbehaviour, projectRoot, runCollector, testContact, type Behaviour } from '../support/index.js';

const datadog = collectors.find(({ name }) => name === 'datadog')!;
const hourMs = 3_600_000;
const startMs = Date.parse('2026-08-01T00:00:00Z');
const days = (count: number) => ({ start: new Date(startMs), end: new Date(startMs + count * 24 * hourMs) });
const samples = (observations: readonly Observations[]): SeriesSamples[] => observations.flatMap((seen) => (seen.kind === 'usage' ? [...seen.rows] : []));
const instants = (observations: readonly Observations[]) => samples(observations).flatMap(({ observedAtMs }) => [...Array.from(observedAtMs)]);
const values = (observations: readonly Observations[]) => samples(observations).flatMap((series) => [...Array.from(series.values)]);
const firstValues = (observations: readonly Observations[], kind: 'usage' | 'capacities') =>
  observations.flatMap((seen) => (seen.kind === kind ? seen.rows.map(({ resourceId, metric, values: found }) => [resourceId, metric, found[0]]) : []));

describe.each(['v1', 'v2'])('Datadog, asked by %s,', (api) => {
  let server: DatadogServer;
  beforeEach(async () => {
    server = await DatadogServer.start();
    server.series = [{ metric: 'gpu.active', tags: { host: 'node-1', gpu: '0' }, valueAt: () => 50 }];
  });
  afterEach(() => server.stop());

  const settings = (more: Record<string, unknown> = {}, query: Record<string, unknown> = {}) => ({
    endpoint: server.url,
    apiKey: server.keys['dd-api-key'],
    applicationKey: server.keys['dd-application-key'],
    api,
    queries: [{ query: 'avg:gpu.active{*} by {host,gpu}', metric: 'GPU_UTILIZATION', resourceId: '{host}/{gpu}', ...query }],
    ...more,
  });
  const collect = (more: Record<string, unknown> = {}, query: Record<string, unknown> = {}, window = days(1)) => runCollector(datadog, settings(more, query), { window });
  const instead = (...behaviours: Behaviour[]) => {
    server.instead = (call) => behaviours[call - 1] ?? null;
  };

  it('gives every step once, in pieces that it keeps the step for', async () => {
    const { observations } = await collect({ step: 'PT5M' }, {}, days(30));
    expect(instants(observations)).toEqual(Array.from({ length: 30 * 288 }, (_, index) => startMs + index * 300_000));
    expect(server.requests.length).toBe(9);
  });

  it('is asked for less where it would take a longer interval', async () => {
    server.mostPoints = 350;
    server.series[0]!.valueAt = (ms) => (ms / 300_000) % 12;
    const { observations } = await collect({ step: 'PT5M' }, {}, days(7));
    expect(instants(observations)).toEqual(Array.from({ length: 7 * 288 }, (_, index) => startMs + index * 300_000));
    expect(values(observations).slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('leaves a gap a gap, and a zero a zero', async () => {
    const isDown = (ms: number) => ms >= startMs + 30 * hourMs && ms < startMs + 66 * hourMs;
    server.series[0]!.valueAt = (ms) => (isDown(ms) ? null : ms < startMs + 24 * hourMs ? 0 : 50);
    const { observations } = await collect({}, {}, days(7));
    expect(instants(observations).length).toBe(7 * 24 - 36);
    expect(instants(observations).filter(isDown)).toEqual([]);
    expect(values(observations).filter((value) => value === 0).length).toBe(24);
    expect(server.queries).toEqual(['avg:gpu.active{*} by {host,gpu}.rollup(avg, 3600).fill(null)']);
  });

  it('gives nothing of a series that is empty, and describes no resource by it', async () => {
    server.series[0]!.valueAt = () => null;
    expect((await collect()).observations).toEqual([]);
  });

  it('rolls up by what the query says, and multiplies by the factor', async () => {
    server.series[0]!.valueAt = (ms) => (ms % hourMs === 0 ? 80 : 20);
    expect(values((await collect({}, { query: 'max:gpu.active{host:node-1} by {host,gpu}.rollup(max)', factor: 0.01 })).observations)).toEqual(Array.from({ length: 24 }, () => 0.8));
  });

  it('does arithmetic of metrics, each rolled up by the step', async () => {
    server.series = [
      { metric: 'disk.total', tags: { host: 'a', gpu: '0' }, valueAt: () => 100 },
      { metric: 'disk.free', tags: { host: 'a', gpu: '0' }, valueAt: (ms) => (ms < startMs + hourMs ? null : 30) },
    ];
    const { observations } = await collect({}, { query: 'max:disk.total{*} by {host,gpu} - min:disk.free{*} by {host,gpu}.rollup(min)', metric: 'STORAGE' });
    expect(instants(observations)[0]).toBe(startMs + hourMs);
    expect(new Set(values(observations))).toEqual(new Set([70]));
  });

  it('describes each resource once, before its samples, and keeps the tags that are asked for', async () => {
    server.series.push({ metric: 'gpu.active', tags: { host: 'node-1', gpu: '1' }, valueAt: () => 10 });
    const { observations } = await collect({ step: 'PT5M' }, { resourceName: 'GPU {gpu}', tagLabels: ['host', 'pod'] }, days(14));
    expect(observations[0]!.kind).toBe('resources');
    const resources = observations.flatMap((seen) => (seen.kind === 'resources' ? [...seen.rows] : []));
    expect(resources.map(({ resourceId, resourceName, tags }) => ({ resourceId, resourceName, tags }))).toEqual([
      { resourceId: 'node-1/0', resourceName: 'GPU 0', tags: { host: 'node-1' } },
      { resourceId: 'node-1/1', resourceName: 'GPU 1', tags: { host: 'node-1' } },
    ]);
  });

  it('counts series that have no tag to be named by, and goes on with the others', async () => {
    server.series.push({ metric: 'gpu.active', tags: { host: 'node-2' }, valueAt: () => 10 });
    const { observations, report } = await collect();
    expect([...report.refused]).toEqual([['series without a tag that the resource is named by', 1]]);
    expect(samples(observations).map(({ resourceId }) => resourceId)).toEqual(['node-1/0']);
  });

  it('describes a resource once, also where two series are about it', async () => {
    server.series.push({ metric: 'gpu.active', tags: { host: 'node-1', gpu: '1' }, valueAt: () => 10 });
    const { observations } = await collect({}, { resourceId: '{host}' });
    expect(observations.flatMap((seen) => (seen.kind === 'resources' ? seen.rows.map(({ resourceId }) => resourceId) : []))).toEqual(['node-1']);
  });

  it('is believed that values are rare, and asked for shorter pieces where it does not say its interval', async () => {
    server.series[0]!.valueAt = (ms) => (ms % (6 * hourMs) === 0 ? 7 : null);
    server.tellsEmptySteps = false;
    const { observations } = await collect({ step: 'PT5M' }, {}, days(7));
    expect(instants(observations)).toEqual(Array.from({ length: 28 }, (_, index) => startMs + index * 6 * hourMs));
    expect(server.requests.length).toBe(api === 'v1' ? 3 : 11);
  });

  it('is not believed when its values are between the steps', async () => {
    server.instead = () => json({ status: 'ok', series: [{ interval: 3_600, tag_set: [], pointlist: [[startMs + 1, 5]] }], data: { attributes: { series: [{}], times: [startMs + 1], values: [[5]] } } });
    await expect(collect()).rejects.toThrow('values at instants that no step begins at');
  });

  it('waits as long as its rate limit lasts, and makes no gap', async () => {
    instead(json({ errors: ['Rate limit exceeded'] }, 429, { 'x-ratelimit-reset': '7', 'x-ratelimit-remaining': '0' }), misbehaviour.refuse(503), misbehaviour.cutOff());
    const { observations, pauses } = await collect();
    expect(pauses[0]).toBe(7_000);
    expect(pauses.length).toBe(3);
    expect(instants(observations).length).toBe(24);
  });

  it('is left alone until a limit that lasts long is over', async () => {
    server.instead = () => json({ errors: ['Rate limit exceeded'] }, 429, { 'x-ratelimit-reset': '1800' });
    await expect(collect()).rejects.toMatchObject({ retryAfterMs: 1_800_000 });
    expect(server.requests.length).toBe(1);
  });

  it('is left to a later run when it throttles for ever', async () => {
    server.instead = () => misbehaviour.refuse(429);
    await expect(collect()).rejects.toThrow(CollectorUnavailable);
    expect(server.requests.length).toBe(4);
  });

  it.each<[string, unknown]>([
    ['no series', { status: 'ok', data: { attributes: {} } }],
    ['null', null],
    ['values that are none', { status: 'ok', series: [{ interval: 3_600, pointlist: [[startMs, 'many']] }], data: { attributes: { series: [{}], times: [startMs], values: [['many']] } } }],
    ['more values than instants', { status: 'ok', series: [{ interval: 3_600, pointlist: [[startMs]] }], data: { attributes: { series: [{}], times: [startMs], values: [[1, 2]] } } }],
  ])('is not believed when it answers with %s', async (_, body) => {
    server.instead = () => json(body);
    await expect(collect()).rejects.toThrow('answered without series of values');
  });

  it('that refuses a query needs a person, and is asked once', async () => {
    server.instead = () => json({ errors: [`Invalid query, says ${server.keys['dd-api-key']}`] }, 400);
    const error = await collect().then(() => null, (thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(CollectorRejected);
    expect(error!.message).toContain('refuses the query avg:gpu.active{*} by {host,gpu}: ["Invalid query, says [secret]"]');
    expect(server.requests.length).toBe(1);
  });

  it('that does not know the keys needs a person, is asked once, and has them repeated nowhere', async () => {
    const error = await collect({ apiKey: 'wrong-4713' }).then(() => null, (thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(CollectorRejected);
    expect(error!.message).toMatch(/answered 403: the credentials are missing, wrong, expired or not enough$/);
    expect(server.requests.length).toBe(1);
  });

  it('says what answers when the settings are tried', async () => {
    const said = await datadog.test!(checkedSettings(datadog, settings()), testContact(datadog).contact);
    expect(said).toBe(`${new URL(server.url).host} answers: 1 queries give 1 series from 2026-11-24T11:00:00.000Z on`);
    expect(server.requests.length).toBe(1);
  });

  it('has engines, memory and power of GPUs by a preset, without what DCGM writes for no value', async () => {
    const tags = { host: 'node-1', gpu: '0' };
    server.series = [
      { metric: 'dcgm.gr_engine_active', tags, valueAt: (ms) => (ms < startMs + hourMs ? 2 ** 63 : 0.75) },
      { metric: 'dcgm.frame_buffer.used', tags, valueAt: () => 40_960 },
      { metric: 'dcgm.power_usage', tags, valueAt: () => 350 },
      { metric: 'dcgm.frame_buffer.total', tags, valueAt: () => 81_920 },
    ];
    const { observations } = await collect({ presets: ['nvidia-gpus'], queries: undefined });
    expect(firstValues(observations, 'usage')).toEqual([
      ['node-1/0', 'GPU_UTILIZATION', 0.75],
      ['node-1/0', 'GPU_MEMORY', 40],
      ['node-1/0', 'GPU_POWER', 350],
    ]);
    expect(samples(observations)[0]!.observedAtMs.length).toBe(23);
    expect(firstValues(observations, 'capacities')).toEqual([['node-1/0', 'GPU_MEMORY', 80]]);
  });

  it('has bytes and inodes of volumes by a preset, and of a block volume its size alone', async () => {
    const volume = (name: string, bytes: number, inodes: number) => {
      const tags = { kube_cluster_name: 'east', kube_namespace: 'training', persistentvolumeclaim: name };
      const metric = 'kubernetes.kubelet.volume.stats';
      return [
        { metric: `${metric}.used_bytes`, tags, valueAt: () => bytes },
        { metric: `${metric}.inodes_used`, tags, valueAt: () => inodes },
        { metric: `${metric}.capacity_bytes`, tags, valueAt: () => 8 * 2 ** 30 },
        { metric: `${metric}.inodes`, tags, valueAt: () => inodes * 10 },
      ];
    };
    server.series = [...volume('data', 3 * 2 ** 30, 1_000), ...volume('block', 0, 0)];
    const { observations } = await collect({ presets: ['kubernetes-volumes'], queries: undefined });
    expect(firstValues(observations, 'usage')).toEqual([
      ['east/training/data', 'STORAGE', 3],
      ['east/training/data', 'STORAGE_INODES', 1_000],
    ]);
    expect(firstValues(observations, 'capacities')).toEqual([
      ['east/training/data', 'STORAGE', 8],
      ['east/training/block', 'STORAGE', 8],
      ['east/training/data', 'STORAGE_INODES', 10_000],
    ]);
  });
});

describe('Datadog', () => {
  const keys = { apiKey: 'an-API-key', applicationKey: 'an-application-key' };
  const policy = (query: string, more: Record<string, unknown> = {}) => () =>
    datadog.windowPolicy!(checkedSettings(datadog, { ...keys, queries: [{ query, metric: 'CPU', resourceId: '{host}' }], ...more }));

  it.each([
    'avg:system.load.1{*} by {host}.fill(zero)',
    'avg:system.load.1{*} by {host}.fill(last, 600)',
    'default_zero(avg:system.load.1{*} by {host})',
    'avg:a{*}.fill(null) + avg:b{*}.rollup(avg, 3600).fill(linear)',
  ])('is never asked to fill gaps: %s', (query) => {
    expect(policy(query)).toThrow('what is missing is not zero');
  });

  it.each(['system.load.1{*}', 'load', 'avg:system.load.1{*} by {host} + system.load.5{*}', 'avg:system.load.1'])('needs metrics with aggregator and scope: %s', (query) => {
    expect(policy(query)).toThrow('every metric with an aggregator and a scope');
  });

  it('refuses another rollup than the step', () => {
    expect(policy('avg:a.b{*} by {host}.rollup(max, 300)')).toThrow('rolled up by the step, which is 3600 s, such as .rollup(max)');
    expect(policy('avg:a.b{*} by {host}.rollup(max, 3600)')()).toMatchObject({ align: { start: 'PT1H', end: 'PT1H' }, delay: 'PT5M' });
    expect(policy('avg:a.b{*} by {host}.rollup(300)')).toThrow('one rollup by avg, max, min, sum, count');
  });

  it('refuses a step that days cannot be divided by, and to be asked nothing', () => {
    expect(policy('avg:a{*}', { step: 'PT7M' })).toThrow('setting "step" of datadog needs a duration that divides a day, such as PT5M or PT1H, got "PT7M"');
    expect(policy('', { queries: [] })).toThrow('datadog needs a query or a preset, got none');
  });

  it('refuses what it rolls up by more, however little is asked for', async () => {
    const server = await DatadogServer.start();
    try {
      server.finestSeconds = 3_600;
      server.series = [{ metric: 'a', tags: { host: 'x' }, valueAt: () => 1 }];
      const settings = { endpoint: server.url, apiKey: server.keys['dd-api-key'], applicationKey: server.keys['dd-application-key'], step: 'PT5M', queries: [{ query: 'avg:a{*} by {host}', metric: 'CPU', resourceId: '{host}' }] };
      await expect(runCollector(datadog, settings, { window: days(1) })).rejects.toThrow('Datadog rolls avg:a{*} by {host} up by 3600 s and was asked for 300 s: set a step that it keeps for as long as is read');
    } finally {
      await server.stop();
    }
  });

  it.each(['datadoghq.eu', 'us5.datadoghq.com', 'ddog-gov.com'])('knows the site %s, and no other of a name like it', (site) => {
    expect(policy('avg:a{*}', { site })).not.toThrow();
    expect(policy('avg:a{*}', { site: `${site}.example` })).toThrow('setting "site" of datadog needs one of');
  });

  it('takes the settings that its guide shows', () => {
    const guide = readFileSync(join(projectRoot, 'docs/guides/datadog.md'), 'utf8');
    const shown = [...guide.matchAll(/```json settings\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!) as object);
    expect(shown.length).toBe(2);
    for (const settings of shown) expect(() => datadog.windowPolicy!(checkedSettings(datadog, settings))).not.toThrow();
  });
});
