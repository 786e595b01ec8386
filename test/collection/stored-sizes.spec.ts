import { administrator } from '../../src/access/index.js';
import { collectors, Ingest } from '../../src/collection/index.js';
import { CloudWatchServer, DatadogServer, misbehaviour, TestApp } from '../support/index.js';

const gib = 2 ** 30;
const hourMs = 3_600_000;
const collectorOf = (name: string) => collectors.find((collector) => collector.name === name)!;

describe('what is stored of', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await TestApp.start({ now: '2026-11-20T15:07:00Z' });
  });
  afterEach(() => app.stop());

  const samples = async () => (await app.db.query(`SELECT count(*)::int AS "count", sum(value) AS "sum", min(value) AS "least" FROM usage_sample`))[0] as { count: number; sum: number; least: number };

  describe('AWS', () => {
    let server: CloudWatchServer;
    beforeEach(async () => {
      server = await CloudWatchServer.start('2026-11-20T15:07:00Z');
      server.volumes = [{ id: 'vol-1', gib: 500 }];
    });
    afterEach(() => server.stop());

    const deliver = (end: string) => {
      const settings = { region: 'eu-central-1', endpoint: server.url, ec2Endpoint: server.url, accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'sesame' };
      server.now = end;
      return app.app.get(Ingest).deliver(administrator, collectorOf('aws-cloudwatch'), settings, { dataSourceName: 'storage', window: { start: new Date('2026-11-10T00:00:00Z'), end: new Date(end) } });
    };
    const days = (from: number, to: number, value: number) => Object.fromEntries(Array.from({ length: to - from + 1 }, (_, index) => [`2026-11-${from + index}`, value]));

    it('a volume is its size from when it was seen on, a new one with each resize, and nothing of what is used', async () => {
      const capacities = () => app.db.query(`SELECT to_char(effective_from AT TIME ZONE 'UTC', 'DD HH24') AS "at", limit_value AS "gib" FROM observed_limit ORDER BY effective_from`);
      await deliver('2026-11-18T12:00:00Z');
      await deliver('2026-11-18T13:00:00Z');
      expect(await capacities()).toEqual([{ at: '18 12', gib: 500 }]);
      server.volumes = [{ id: 'vol-1', gib: 800 }];
      expect((await deliver('2026-11-19T12:00:00Z')).isChanged).toBe(true);
      expect(await capacities()).toEqual([{ at: '18 12', gib: 500 }, { at: '19 12', gib: 800 }]);
      expect(await samples()).toEqual({ count: 0, sum: null, least: null });
    });

    it('a bucket is what all its parts add up to, also when some were late, and never zero in between', async () => {
      const ia = { namespace: 'AWS/S3', name: 'BucketSizeBytes', dimensions: { BucketName: 'data', StorageType: 'StandardIAStorage' }, days: days(10, 16, 50 * gib) };
      server.metrics = [{ ...ia, dimensions: { BucketName: 'data', StorageType: 'StandardStorage' }, days: days(10, 18, 10 * gib) }, ia];
      await deliver('2026-11-19T12:00:00Z');
      expect(await samples()).toEqual({ count: 7, sum: 7 * 60, least: 60 });
      ia.days = days(10, 18, 50 * gib);
      await deliver('2026-11-20T12:00:00Z');
      expect(await samples()).toEqual({ count: 9, sum: 9 * 60, least: 60 });
      expect((await deliver('2026-11-20T12:00:00Z')).isChanged).toBe(false);
    });

    it('is as it was where a later question fails, and whole with the next run', async () => {
      server.metrics = [{ namespace: 'AWS/S3', name: 'BucketSizeBytes', dimensions: { BucketName: 'data', StorageType: 'StandardStorage' }, days: days(10, 18, gib) }];
      server.instead = (_, { body }) => (body.includes('DescribeVolumes') ? CloudWatchServer.refusalOfVolumes(400, 'UnauthorizedOperation') : null);
      await expect(deliver('2026-11-19T12:00:00Z')).rejects.toThrow('UnauthorizedOperation');
      expect(await samples()).toMatchObject({ count: 0 });
      server.instead = () => null;
      await deliver('2026-11-19T12:00:00Z');
      expect(await samples()).toEqual({ count: 9, sum: 9, least: 1 });
    });
  });

  it('Datadog is its truth to the digit after faults that end, with gaps that are gaps, and late values when they come', async () => {
    const server = await DatadogServer.start();
    try {
      let isLate = true;
      const startMs = Date.parse('2026-11-13T00:00:00Z');
      const valueAt = (ms: number) => {
        const hour = Math.floor((ms - startMs) / hourMs);
        return (hour >= 30 && hour < 66) || (isLate && hour >= 160) ? null : hour;
      };
      server.series = ['0', '1'].map((gpu) => ({ metric: 'gpu.memory', tags: { host: 'node-1', gpu }, valueAt }));
      server.instead = (call) => [misbehaviour.refuse(429, { 'x-ratelimit-reset': '0' }), misbehaviour.html()][call - 1] ?? null;
      const settings = {
        endpoint: server.url, apiKey: server.keys['dd-api-key'], applicationKey: server.keys['dd-application-key'],
        queries: [{ query: 'max:gpu.memory{*} by {host,gpu}.rollup(max)', metric: 'GPU_MEMORY', resourceId: '{host}/{gpu}' }],
      };
      const window = { start: new Date(startMs), end: new Date(startMs + 168 * hourMs) };
      const deliver = () => app.app.get(Ingest).deliver(administrator, collectorOf('datadog'), settings, { dataSourceName: 'datadog', window });
      const truth = (hours: number) => {
        const values = Array.from({ length: hours }, (_, hour) => hour).filter((hour) => hour < 30 || hour >= 66);
        return { count: 2 * values.length, sum: 2 * values.reduce((sum, value) => sum + value, 0), least: 0 };
      };
      await deliver();
      expect(await samples()).toEqual(truth(160));
      isLate = false;
      await deliver();
      expect(await samples()).toEqual(truth(168));
      expect((await deliver()).isChanged).toBe(false);
    } finally {
      await server.stop();
    }
  });
});
