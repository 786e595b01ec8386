import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, valueFromASTUntyped, visit, type ObjectFieldNode } from 'graphql';
import { collectors, type Observations } from '../../src/collection/index.js';
import { checkedSettings } from '../../src/platform/index.js';
import type { SeriesSamples } from '../../src/usage/index.js';
import { json, misbehaviour, projectRoot, rangeOf, runCollector, serving, SourceServer, testContact } from '../support/index.js';

const prometheus = collectors.find(({ name }) => name === 'prometheus')!;
const hourMs = 3_600_000;

describe('the prometheus collector', () => {
  let server: SourceServer;
  beforeEach(async () => {
    server = await SourceServer.start();
  });
  afterEach(() => server.stop());

  const settings = (more: Record<string, unknown> = {}, query: Record<string, unknown> = {}) => ({
    url: server.url,
    step: 'PT1H',
    queries: [{ query: 'gpu_active', metric: 'GPU_UTILIZATION', resourceId: '{Hostname}/{gpu}', ...query }],
    ...more,
  });
  const days = (count: number) => ({ start: new Date('2026-08-01T00:00:00Z'), end: new Date(Date.parse('2026-08-01T00:00:00Z') + count * 24 * hourMs) });
  const samples = (observations: Observations[]): SeriesSamples[] => observations.flatMap((seen) => (seen.kind === 'usage' ? [...seen.rows] : []));
  const instants = (observations: Observations[]) => samples(observations).flatMap(({ observedAtMs }) => [...Array.from(observedAtMs)]);

  it('asks in pieces below 11,000 points, and gets every instant once', async () => {
    server.answer(serving(() => '0.5'));
    const { observations } = await runCollector(prometheus, settings({ step: 'PT5M' }), { window: days(90) });
    for (const asked of server.requests) {
      const { start, end, step } = rangeOf(asked);
      expect((end - start) / step + 1).toBeLessThanOrEqual(11_000);
    }
    const expected = Array.from({ length: 90 * 288 }, (_, index) => days(90).start.getTime() + index * 300_000);
    expect(instants(observations)).toEqual(expected);
  });

  it('asks for less where a server takes less', async () => {
    server.answer(serving(() => '0.5', { mostPoints: 200 }));
    const { observations } = await runCollector(prometheus, settings(), { window: days(60) });
    expect(instants(observations).length).toBe(60 * 24);
    expect(new Set(instants(observations)).size).toBe(60 * 24);
  });

  it('leaves a gap a gap', async () => {
    const isDown = (seconds: number) => seconds >= Date.parse('2026-08-02T00:00:00Z') / 1_000 && seconds < Date.parse('2026-08-03T12:00:00Z') / 1_000;
    server.answer(serving((seconds) => (isDown(seconds) ? null : '1')));
    const { observations } = await runCollector(prometheus, settings(), { window: days(7) });
    expect(instants(observations).length).toBe(7 * 24 - 36);
    expect(instants(observations).filter((ms) => isDown(ms / 1_000))).toEqual([]);
  });

  it('gives NaN and infinity as no number, and never as zero', async () => {
    const odd = ['NaN', '+Inf', '-Inf', '0.25'];
    server.answer(serving((seconds) => odd[(seconds / 3_600) % 4]!));
    const { observations } = await runCollector(prometheus, settings(), { window: days(1) });
    const values = samples(observations).flatMap((series) => [...Array.from(series.values)]);
    expect(values.filter(Number.isFinite)).toEqual(Array.from({ length: 6 }, () => 0.25));
  });

  it('stores what looks back over a step at the start of that step', async () => {
    server.answer(serving((seconds) => `${seconds}`));
    const { observations } = await runCollector(prometheus, settings({}, { query: 'avg_over_time(x[$step])' }), { window: days(1) });
    expect(new URLSearchParams(server.requests[0]!.body).get('query')).toBe('avg_over_time(x[3599999ms])');
    const [series] = samples(observations);
    expect(series!.observedAtMs[0]).toBe(days(1).start.getTime());
    expect(series!.values[0]).toBe((days(1).start.getTime() + hourMs) / 1_000);
    expect(instants(observations).every((ms) => ms >= days(1).start.getTime() && ms < days(1).end.getTime())).toBe(true);
  });

  it('multiplies by the factor, and describes each resource once, before its samples', async () => {
    server.answer(serving(() => '50', { gpus: ['0', '1'] }));
    const { observations } = await runCollector(prometheus, settings({ step: 'PT5M' }, { factor: 0.01, resourceName: 'GPU {gpu}', tagLabels: ['Hostname', 'pod'] }), { window: days(14) });
    expect(observations[0]!.kind).toBe('resources');
    const resources = observations.flatMap((seen) => (seen.kind === 'resources' ? [...seen.rows] : []));
    expect(resources.map(({ resourceId, resourceName, tags }) => ({ resourceId, resourceName, tags }))).toEqual([
      { resourceId: 'node-1/0', resourceName: 'GPU 0', tags: { Hostname: 'node-1' } },
      { resourceId: 'node-1/1', resourceName: 'GPU 1', tags: { Hostname: 'node-1' } },
    ]);
    expect(samples(observations)[0]!.values[0]).toBe(0.5);
  });

  it('counts series that nothing names, and goes on with the others', async () => {
    server.answer(serving(() => '1'));
    const { report, observations } = await runCollector(prometheus, settings({}, { resourceId: '{uuid}' }), { window: days(1) });
    expect([...report.refused]).toEqual([['series without a label that the resource is named by', 1]]);
    expect(instants(observations)).toEqual([]);
  });

  it('says that an answer was partial', async () => {
    server.answer(serving(() => '1', { warnings: ['no store matched for this time'] }));
    const { report } = await runCollector(prometheus, settings(), { window: days(1) });
    expect([...report.warnings]).toEqual([`${new URL(server.url).host}: no store matched for this time`]);
  });

  it('says that not all nodes of a VictoriaMetrics cluster answered', async () => {
    server.answer(json({ status: 'success', isPartial: true, data: { resultType: 'matrix', result: [] } }));
    const { report } = await runCollector(prometheus, settings(), { window: days(1) });
    expect([...report.warnings]).toEqual([`${new URL(server.url).host}: the answer is partial, not all of its nodes gave theirs`]);
  });

  it('takes a remark on the expression for a notice, and the answer for whole', async () => {
    const remark = 'PromQL warning: encountered a mix of histograms and floats for metric name "gpu_active" (1:1)';
    server.answer(serving(() => '1', { warnings: [remark] }));
    const { report } = await runCollector(prometheus, settings(), { window: days(1) });
    expect([...report.warnings]).toEqual([]);
    expect([...report.notices]).toEqual([`${new URL(server.url).host}: ${remark}`]);
  });

  it('asks for less where VictoriaMetrics says that it is too much', async () => {
    const tooMuch = 'cannot select more than -search.maxSamplesPerQuery=1000000000 samples; possible solutions: to increase the -search.maxSamplesPerQuery';
    server.answer(serving(() => '1'));
    server.answerOnce(json({ status: 'error', errorType: '422', error: tooMuch }, 422));
    const { observations } = await runCollector(prometheus, settings(), { window: days(7) });
    expect(instants(observations).length).toBe(7 * 24);
    expect(rangeOf(server.requests[1]!).end).toBeLessThan(rangeOf(server.requests[0]!).end);
  });

  it('names a resource by what labels there are, and by the name of the cluster where they do not have it', async () => {
    server.answer(serving(() => '1'));
    const named = async (resourceId: string, more: Record<string, unknown> = {}) => {
      const { observations } = await runCollector(prometheus, settings(more, { resourceId }), { window: days(1) });
      return samples(observations)[0]?.resourceId;
    };
    expect(await named('[{cluster}/]{node|hostname|Hostname}')).toBe('node-1');
    expect(await named('[{cluster}/]{node|hostname|Hostname}', { cluster: 'eu' })).toBe('eu/node-1');
    expect(await named('{cluster}/{Hostname}')).toBeUndefined();
  });

  it('gives how much there is apart from how much is used', async () => {
    server.answer(serving(() => '4'));
    const { observations } = await runCollector(prometheus, settings({}, { observes: 'capacities', metric: 'GPU_ALLOCATED' }), { window: days(1) });
    const sizes = observations.flatMap((seen) => (seen.kind === 'capacities' ? [...seen.rows] : []));
    expect(sizes.map(({ resourceId, metric, values }) => [resourceId, metric, new Set(Array.from(values))])).toEqual([['node-1/0', 'GPU_ALLOCATED', new Set([4])]]);
    expect(samples(observations)).toEqual([]);
  });

  it('refuses to ask for nothing', () => {
    const idle = checkedSettings(prometheus, { url: server.url });
    expect(() => prometheus.windowPolicy!(idle)).toThrow('prometheus needs something to ask for: name "presets", or give "queries"');
  });

  it('waits as long as it is asked to, and makes no gap', async () => {
    server.answer(serving(() => '1'));
    server.answerOnce(misbehaviour.refuse(429, { 'retry-after': '7' }), misbehaviour.refuse(503), misbehaviour.cutOff());
    const { observations, pauses } = await runCollector(prometheus, settings(), { window: days(1) });
    expect(pauses[0]).toBe(7_000);
    expect(pauses.length).toBe(3);
    expect(instants(observations).length).toBe(24);
  });

  it('says what the server says of an expression it cannot read, and asks once', async () => {
    server.answer(json({ status: 'error', errorType: 'bad_data', error: 'parse error: unexpected end of input' }, 400));
    await expect(runCollector(prometheus, settings(), { window: days(1) })).rejects.toThrow('refuses the query gpu_active: parse error: unexpected end of input');
    expect(server.requests.length).toBe(1);
  });

  it('brings its credentials and its tenant', async () => {
    server.answer(serving(() => '1'));
    await runCollector(prometheus, settings({ bearerToken: 'sesame', tenant: 'team-a' }), { window: days(1) });
    expect(server.requests[0]!.headers).toMatchObject({ authorization: 'Bearer sesame', 'x-scope-orgid': 'team-a' });
  });

  it('takes the settings that its guide shows', async () => {
    const guide = await readFile(join(projectRoot, 'docs/guides/prometheus.md'), 'utf8');
    const shown: unknown[] = [];
    const note = (field: ObjectFieldNode) => void (field.name.value === 'settings' && shown.push(valueFromASTUntyped(field.value)));
    visit(parse(/```graphql\n([^`]*)```/.exec(guide)![1]!), { ObjectField: note });
    expect(shown.length).toBe(1);
    expect(prometheus.windowPolicy!(checkedSettings(prometheus, shown[0]))).toMatchObject({ firstReach: 'P90D', align: { start: 'PT1H' } });
  });

  it('refuses a step that days cannot be divided by', () => {
    expect(() => prometheus.windowPolicy!(checkedSettings(prometheus, settings({ step: 'PT7M' })))).toThrow('setting "step" of prometheus needs a duration that divides a day, such as PT5M or PT1H, got "PT7M"');
  });

  it('says what answers when the settings are tried', async () => {
    server.answer(json({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '1'] }] } }));
    const said = await prometheus.test!(checkedSettings(prometheus, settings()), testContact(prometheus).contact);
    expect(said).toBe(`${new URL(server.url).host} answers with series of now: 1 of own queries`);
    server.answer(json({ status: 'success', data: { resultType: 'vector', result: [] } }));
    const silent = await prometheus.test!(checkedSettings(prometheus, { url: server.url, presets: ['kueue', 'vllm'] }), testContact(prometheus).contact);
    expect(silent).toBe(`${new URL(server.url).host} answers with series of now: none of kueue, none of vllm`);
  });
});
