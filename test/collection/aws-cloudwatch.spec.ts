import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CollectorRejected, collectors, CollectorUnavailable, type Observations } from '../../src/collection/index.js';
import { checkedSettings } from '../../src/platform/index.js';
import type { ResourceDescription } from '../../src/resources/index.js';
import type { SeriesSamples } from '../../src/usage/index.js';
import { CloudWatchServer, misbehaviour, projectRoot, runCollector, SourceServer, testContact, type Behaviour, type DailyMetric } from '../support/index.js';

const awsCloudWatch = collectors.find(({ name }) => name === 'aws-cloudwatch')!;
const gib = 2 ** 30;
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}`;
const days = (from: number, to: number, value: (number: number) => number) => Object.fromEntries(Array.from({ length: to - from + 1 }, (_, index) => [day(from + index), value(from + index)]));
const bytes = (bucket: string, type: string, of: Record<string, number>): DailyMetric => ({ namespace: 'AWS/S3', name: 'BucketSizeBytes', dimensions: { BucketName: bucket, StorageType: type }, days: of });
const objects = (bucket: string, of: Record<string, number>): DailyMetric => ({ namespace: 'AWS/S3', name: 'NumberOfObjects', dimensions: { BucketName: bucket, StorageType: 'AllStorageTypes' }, days: of });
const stored = (fileSystem: string, storageClass: string, of: Record<string, number>): DailyMetric => ({ namespace: 'AWS/EFS', name: 'StorageBytes', dimensions: { FileSystemId: fileSystem, StorageClass: storageClass }, days: of });

const seen = (observations: readonly Observations[], kind: 'usage' | 'capacities'): SeriesSamples[] => observations.flatMap((batch) => (batch.kind === kind ? [...batch.rows] : []));
const resources = (observations: readonly Observations[]): ResourceDescription[] => observations.flatMap((batch) => (batch.kind === 'resources' ? [...batch.rows] : []));
/** Days and values of one series. */
const byDay = (series: SeriesSamples | undefined) => Array.from(series?.values ?? [], (value, index) => [new Date(series!.observedAtMs[index]!).toISOString().slice(0, 10), value]);

describe('AWS CloudWatch', () => {
  let server: CloudWatchServer;
  const window = { start: new Date('2026-11-10T00:00:00Z'), end: new Date('2026-11-20T15:00:00Z') };
  beforeEach(async () => {
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
    server = await CloudWatchServer.start('2026-11-20T15:07:00Z');
  });
  afterEach(() => server.stop());

  const settings = (more: Record<string, unknown> = {}) => ({
    region: 'eu-central-1',
    endpoint: server.url,
    ec2Endpoint: server.url,
    accessKeyId: 'AKIAEXAMPLE',
    secretAccessKey: 'sesame-4711-open',
    ...more,
  });
  const collect = (more: Record<string, unknown> = {}, of = window) => runCollector(awsCloudWatch, settings(more), { window: of });
  const failing = (...behaviours: [number, Behaviour][]) => {
    const of = new Map(behaviours);
    server.instead = (call) => of.get(call) ?? null;
  };
  const failure = () => collect().then(() => null, (error: unknown) => error as Error);

  describe('has of buckets', () => {
    it('what all storage types add up to, and how many objects there are, day by day', async () => {
      server.metrics = [bytes('data', 'StandardStorage', days(1, 19, (at) => at * gib)), bytes('data', 'GlacierStorage', days(1, 19, () => 100 * gib)), objects('data', days(1, 19, (at) => at * 1_000))];
      const { observations } = await collect({ storage: ['BUCKETS'] });
      const [size, count] = seen(observations, 'usage');
      expect([size!.providerName, size!.resourceId, size!.metric, count!.metric]).toEqual(['AWS', 'data', 'STORAGE', 'STORAGE_OBJECTS']);
      expect(byDay(size)).toEqual(Array.from({ length: 10 }, (_, index) => [day(10 + index), 110 + index]));
      expect(byDay(count)[0]).toEqual([day(10), 10_000]);
      expect(observations[0]!.kind).toBe('resources');
      expect(resources(observations)[0]).toMatchObject({ resourceId: 'data', resourceType: 'Bucket', regionId: 'eu-central-1', serviceCategory: 'Storage', firstSeenAt: '2026-11-10T00:00:00.000Z', lastSeenAt: '2026-11-19T00:00:00.000Z' });
    });

    it('no day on which a storage type is missing or late, until it is there', async () => {
      const ia = bytes('data', 'StandardIAStorage', days(1, 17, () => 50 * gib));
      delete ia.days[day(12)];
      server.metrics = [bytes('data', 'StandardStorage', days(1, 19, () => 10 * gib)), ia];
      const { observations, report } = await collect({ storage: ['BUCKETS'] });
      expect(byDay(seen(observations, 'usage')[0])).toEqual([10, 11, 13, 14, 15, 16, 17].map((at) => [day(at), 60]));
      expect([...report.refused]).toEqual([['days on which a storage type of a bucket has no size yet', 3]]);
      Object.assign(ia.days, days(12, 19, () => 50 * gib));
      expect(byDay(seen((await collect({ storage: ['BUCKETS'] })).observations, 'usage')[0])).toEqual(Array.from({ length: 10 }, (_, index) => [day(10 + index), 60]));
    });

    it('what is left where a storage type ended or began', async () => {
      server.metrics = [bytes('data', 'StandardStorage', days(1, 14, () => 10 * gib)), bytes('data', 'GlacierStorage', days(13, 19, () => 7 * gib))];
      const { observations } = await collect({ storage: ['BUCKETS'] });
      expect(byDay(seen(observations, 'usage')[0]).map(([, value]) => value)).toEqual([10, 10, 10, 17, 17, 7, 7, 7, 7, 7]);
    });

    it('no hole at the beginning of the window taken for a beginning of a storage type', async () => {
      const ia = bytes('data', 'StandardIAStorage', days(1, 19, () => 50 * gib));
      delete ia.days[day(10)];
      server.metrics = [bytes('data', 'StandardStorage', days(1, 19, () => 10 * gib)), ia];
      expect(byDay(seen((await collect({ storage: ['BUCKETS'] })).observations, 'usage')[0])[0]).toEqual([day(11), 60]);
    });

    it('a gap where there is a gap, a zero where there is a zero, and nothing where there is nothing', async () => {
      server.metrics = [bytes('gap', 'StandardStorage', { [day(11)]: gib, [day(12)]: 0, [day(15)]: gib }), bytes('none', 'StandardStorage', {})];
      const { observations } = await collect({ storage: ['BUCKETS'] });
      expect(seen(observations, 'usage').map((series) => [series.resourceId, byDay(series)])).toEqual([['gap', [[day(11), 1], [day(12), 0], [day(15), 1]]]]);
    });

    it('every one, over pages of lists and of values, in questions of 500 metrics', async () => {
      server.metrics = Array.from({ length: 620 }, (_, index) => [bytes(`bucket-${index}`, 'StandardStorage', days(10, 19, (at) => (index + at) * gib)), bytes(`bucket-${index}`, 'GlacierStorage', days(10, 19, () => gib))]).flat();
      server.valuesOfPage = 1_999;
      const { observations, report } = await collect({ storage: ['BUCKETS'] });
      const series = seen(observations, 'usage');
      expect(series.length).toBe(620);
      expect(series.every((one, index) => one.resourceId === `bucket-${index}` && one.values.length === 10 && one.values[0] === index + 11)).toBe(true);
      // 3 pages of sizes and 1 of objects to list; 2 questions of 500 metrics in 3 pages each, 1 of 240 in 2.
      expect(Object.fromEntries(report.calls)).toEqual({ '0.00001': 4, '0.00500': 6, '0.00240': 2 });
      expect(server.requests.length).toBe(12);
    });
  });

  it('has of file systems all bytes that are stored in them, and of no day that is not over', async () => {
    server.metrics = [stored('fs-1', 'Total', days(10, 20, () => 3 * gib)), stored('fs-1', 'Standard', days(10, 20, () => 2 * gib))];
    const { observations } = await collect({ storage: ['FILE_SYSTEMS'] });
    expect(seen(observations, 'usage').map(({ resourceId, metric }) => [resourceId, metric])).toEqual([['fs-1', 'STORAGE']]);
    expect(byDay(seen(observations, 'usage')[0])).toEqual(Array.from({ length: 10 }, (_, index) => [day(10 + index), 3]));
  });

  describe('has of volumes', () => {
    it('how large they are, and nothing of what is used', async () => {
      server.volumes = [
        { id: 'vol-1', gib: 500, tags: { Name: 'checkpoints', team: 'research' }, createdAt: '2026-03-01T10:00:00.000Z' },
        { id: 'vol-2', gib: 100, state: 'available' },
        { id: 'vol-3', gib: 100, state: 'deleting' },
        { id: 'vol-4', gib: null },
      ];
      const { observations, report } = await collect({ storage: ['VOLUMES'] });
      expect(seen(observations, 'usage')).toEqual([]);
      const at = window.end.getTime();
      expect(seen(observations, 'capacities')).toEqual([
        { providerName: 'AWS', resourceId: 'vol-1', metric: 'STORAGE', observedAtMs: [at], values: [500] },
        { providerName: 'AWS', resourceId: 'vol-2', metric: 'STORAGE', observedAtMs: [at], values: [100] },
      ]);
      expect(resources(observations)[0]).toMatchObject({ resourceName: 'checkpoints', resourceType: 'Volume gp3', tags: { team: 'research' }, firstSeenAt: '2026-03-01T10:00:00.000Z' });
      expect([...report.refused]).toEqual([['volumes without a size', 1]]);
      expect([...report.calls]).toEqual([['0', 1]]);
    });

    it('every page', async () => {
      server.volumes = Array.from({ length: 7 }, (_, index) => ({ id: `vol-${index}`, gib: index + 1 }));
      server.volumesOfPage = 3;
      expect(seen((await collect({ storage: ['VOLUMES'] })).observations, 'capacities').map(({ values }) => values[0])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('nothing of a window that ended long ago: EC2 tells of now', async () => {
      server.volumes = [{ id: 'vol-1', gib: 500 }];
      const { observations, report } = await collect({ storage: ['VOLUMES'] }, { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-10-02T00:00:00Z') });
      expect(observations).toEqual([]);
      expect([...report.notices]).toEqual(['how large volumes were is not known of the past: EC2 says how large they are now']);
    });

    it.each<[string, Behaviour]>([
      ['is overloaded', CloudWatchServer.refusalOfVolumes(503, 'RequestLimitExceeded')],
      ['gives a page for people', misbehaviour.html()],
      ['gives XML that breaks off', (_, response) => void response.writeHead(200).end('<?xml version="1.0"?><DescribeVolumesResponse><volumeSet><item><volumeId>vol')],
      ['cuts its answer off', misbehaviour.cutOff()],
    ])('all, when EC2 %s in between', async (_, behaviour) => {
      server.volumes = Array.from({ length: 4 }, (_, index) => ({ id: `vol-${index}`, gib: index + 1 }));
      server.volumesOfPage = 2;
      failing([2, behaviour]);
      const { observations, pauses } = await collect({ storage: ['VOLUMES'] });
      expect(seen(observations, 'capacities').length).toBe(4);
      expect([server.requests.length, pauses.length]).toEqual([3, 1]);
    });

    it('nothing without the right to, which a person has to give', async () => {
      server.instead = () => CloudWatchServer.refusalOfVolumes(400, 'UnauthorizedOperation', 'You are not authorized, sesame-4711-open');
      const error = await collect({ storage: ['VOLUMES'] }).then(() => null, (thrown: unknown) => thrown as Error);
      expect(error).toBeInstanceOf(CollectorRejected);
      expect(error!.message).toBe('Amazon EC2 refuses the credentials: UnauthorizedOperation: You are not authorized, [secret]');
      expect(server.requests.length).toBe(1);
    });
  });

  describe('when it misbehaves,', () => {
    beforeEach(() => {
      server.metrics = [bytes('data', 'StandardStorage', days(1, 19, (at) => at * gib)), objects('data', days(1, 19, () => 5))];
      server.volumes = [{ id: 'vol-1', gib: 1 }];
    });

    it.each<[string, Behaviour]>([
      ['breaks', misbehaviour.refuse(500)],
      ['is overloaded', misbehaviour.refuse(503)],
      ['throttles with status 400', CloudWatchServer.refusal('ThrottlingException', 'Rate exceeded')],
      ['cuts the connection', misbehaviour.reset()],
      ['cuts a page off', misbehaviour.cutOff()],
      ['gives a page for people with status 200', misbehaviour.html()],
      ['gives JSON that breaks off', misbehaviour.brokenJson()],
    ])('and %s, is asked once more for the same', async (_, behaviour) => {
      const truth = (await collect()).observations;
      const before = server.requests.length;
      server.instead = (call) => (call === before + 2 ? behaviour : null);
      const { observations, pauses } = await collect();
      expect(observations).toEqual(truth);
      expect([server.requests.length, pauses.length]).toEqual([2 * before + 1, 1]);
    });

    it('and throttles for ever, is left to a later run after a few tries', async () => {
      server.instead = () => CloudWatchServer.refusal('ThrottlingException');
      await expect(collect()).rejects.toThrow(CollectorUnavailable);
      expect(server.requests.length).toBe(5);
    });

    it.each(['ExpiredTokenException', 'AccessDeniedException', 'InvalidParameterValueException'])('and answers %s, needs a person and is asked once', async (name) => {
      server.instead = () => CloudWatchServer.refusal(name, 'because of sesame-4711-open');
      const error = await failure();
      expect(error).toBeInstanceOf(CollectorRejected);
      expect(error!.message).toContain(name);
      expect(error!.message).not.toContain('sesame');
      expect(server.requests.length).toBe(1);
    });

    it('counts a page that comes twice once, and fails the run when it says another thing', async () => {
      server.bend = (page) => ({ ...page, MetricDataResults: [...page.MetricDataResults, ...page.MetricDataResults] });
      expect(byDay(seen((await collect()).observations, 'usage')[0]).length).toBe(10);
      server.bend = (page) => ({ ...page, MetricDataResults: [...page.MetricDataResults, { ...page.MetricDataResults[0]!, Values: page.MetricDataResults[0]!.Values.map((value) => value + 1) }] });
      await expect(collect()).rejects.toThrow('gives two values of one metric for 2026-11-01T00:00:00.000Z');
    });

    it.each(['ListMetrics', 'GetMetricData', 'DescribeVolumes'])('and loses the pages of %s, is asked once more from the first', async (operation) => {
      server.metrics.push(bytes('data', 'GlacierStorage', days(1, 19, () => gib)), bytes('logs', 'StandardStorage', days(1, 19, () => gib)));
      server.volumes.push({ id: 'vol-2', gib: 2 }, { id: 'vol-3', gib: 3 });
      [server.metricsOfPage, server.valuesOfPage, server.volumesOfPage] = [1, 15, 1];
      const truth = (await collect()).observations;
      const lost = operation === 'DescribeVolumes' ? CloudWatchServer.refusalOfVolumes(400, 'InvalidNextToken') : CloudWatchServer.refusal('InvalidNextToken');
      let before = server.callsOf(operation).length;
      server.instead = () => (server.callsOf(operation).at(-1) === server.requests.at(-1) && server.callsOf(operation).length === before + 2 ? lost : null);
      const again = await collect();
      expect(seen(again.observations, 'usage')).toEqual(seen(truth, 'usage'));
      expect(seen(again.observations, 'capacities')).toEqual(seen(truth, 'capacities'));
      before = server.callsOf(operation).length;
      server.instead = (_, asked) => (server.callsOf(operation).at(-1) === asked && server.callsOf(operation).length > before + 1 ? lost : null);
      await expect(collect()).rejects.toThrow('gives no further page of this answer: InvalidNextToken');
    });

    it('counts a metric and a volume that are listed twice once', async () => {
      const truth = (await collect()).observations;
      server.metrics.push(...server.metrics);
      server.volumes.push(...server.volumes);
      expect((await collect()).observations).toEqual(truth);
    });

    it.each<[string, (call: number) => string, number]>([
      ['the same page', () => '0', 3],
      ['pages in a circle', (call) => `${call % 2}`, 4],
    ])('and points to %s for ever, fails the run', async (_, token, calls) => {
      server.bend = (page, call) => ({ ...page, NextToken: token(call) });
      await expect(collect()).rejects.toThrow('its pages have no end');
      expect(server.requests.length).toBe(calls);
    });

    it('and gives many empty pages, fails the run', async () => {
      server.bend = (_, call) => ({ MetricDataResults: [], NextToken: `${call}` });
      await expect(collect()).rejects.toThrow('5 empty pages in a row');
    });

    it('and gives a part of the data, says so, and keeps what there is', async () => {
      server.bend = (page) => ({ ...page, MetricDataResults: page.MetricDataResults.map((result) => ({ ...result, StatusCode: 'PartialData' })), Messages: [{ Code: 'MaxMetricsExceeded', Value: 'too many' }] });
      const { observations, report } = await collect();
      expect(byDay(seen(observations, 'usage')[0]).length).toBe(10);
      expect([...report.warnings]).toEqual(['AWS CloudWatch: MaxMetricsExceeded: too many', 'AWS CloudWatch has given a part of the data of some metrics']);
    });

    it.each<[string, typeof CollectorUnavailable | typeof CollectorRejected]>([
      ['InternalError', CollectorUnavailable],
      ['Forbidden', CollectorRejected],
    ])('and says %s of one metric, does not pass for having none', async (StatusCode, kind) => {
      server.bend = (page) => ({ ...page, MetricDataResults: page.MetricDataResults.map((result) => ({ ...result, StatusCode, Timestamps: [], Values: [] })) });
      expect(await failure()).toBeInstanceOf(kind);
    });

    it.each<[string, (page: { MetricDataResults: unknown[] }) => unknown]>([
      ['no results', () => ({})],
      ['results of nothing that was asked', (page) => ({ ...page, MetricDataResults: [{ ...(page.MetricDataResults[0] as object), Id: 'm7' }] })],
      ['more values than days', (page) => ({ ...page, MetricDataResults: [{ ...(page.MetricDataResults[0] as object), Timestamps: [1] }] })],
    ])('and answers with %s, is not believed', async (_, bend) => {
      server.bend = (page) => bend(page) as never;
      await expect(collect()).rejects.toThrow(/^AWS CloudWatch (answered without results|gives values that do not go with what was asked)$/);
    });

    it('is given up when it does not answer and the run is over', async () => {
      const over = new AbortController();
      failing([2, () => over.abort(new Error('the run has taken too long'))]);
      await expect(runCollector(awsCloudWatch, settings(), { window, signal: over.signal })).rejects.toThrow('the run has taken too long');
      expect(server.requests.length).toBe(2);
    });
  });

  it('is asked in the role that the source names', async () => {
    const assumed = '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>of the role</SecretAccessKey><SessionToken>token of the role</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>';
    const sts = await SourceServer.start((_, response) => void response.writeHead(200, { 'content-type': 'text/xml' }).end(assumed));
    try {
      server.volumes = [{ id: 'vol-1', gib: 1 }];
      await collect({ roleArn: 'arn:aws:iam::123456789012:role/headroom', stsEndpoint: sts.url });
      for (const { headers } of server.requests) expect(headers.authorization).toContain('Credential=ASIAROLE/');
      expect(server.requests.length).toBe(4);
    } finally {
      await sts.stop();
    }
  });

  it('says what answers when the settings are tried, and tries every right', async () => {
    server.metrics = [bytes('data', 'StandardStorage', days(1, 19, () => gib)), objects('data', days(1, 19, () => 5))];
    server.volumes = [{ id: 'vol-1', gib: 1 }, { id: 'vol-2', gib: 1 }];
    const { contact, report } = testContact(awsCloudWatch);
    expect(await awsCloudWatch.test!(checkedSettings(awsCloudWatch, settings()), contact)).toBe('AWS answers in eu-central-1, on the first page of each: 1 of BucketSizeBytes, 1 of NumberOfObjects, 0 of StorageBytes, 2 volumes');
    expect(Object.fromEntries(report.calls)).toEqual({ '0': 1, '0.00001': 5 });
    server.instead = (_, asked) => (String(asked.headers['x-amz-target']).endsWith('GetMetricData') ? CloudWatchServer.refusal('AccessDeniedException', 'no cloudwatch:GetMetricData') : null);
    await expect(awsCloudWatch.test!(checkedSettings(awsCloudWatch, settings()), contact)).rejects.toThrow('no cloudwatch:GetMetricData');
  });

  it('reads whole days again for a week, as far back as CloudWatch keeps them', () => {
    const policy = awsCloudWatch.windowPolicy!(checkedSettings(awsCloudWatch, settings()));
    expect(policy).toEqual({ firstReach: 'P455D', overlap: 'P7D', align: { start: 'P1D', end: 'PT1H' }, delay: 'PT0S', step: null });
    expect(awsCloudWatch.callLimits).toEqual({ perRun: 1_000, perDay: 200 });
  });

  it('takes the settings that its guide shows', () => {
    const guide = readFileSync(join(projectRoot, 'docs/guides/aws-cloudwatch.md'), 'utf8');
    const shown = [...guide.matchAll(/```json settings\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!) as object);
    expect(shown.length).toBe(1);
    for (const example of shown) expect(() => awsCloudWatch.windowPolicy!(checkedSettings(awsCloudWatch, example))).not.toThrow();
  });
});
