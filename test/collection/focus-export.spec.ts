import { gzipSync } from 'node:zlib';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { collectors, CollectorRejected, CollectorUnavailable, type Bookmark, type Observations } from '../../src/collection/index.js';
import { Bucket, cuttingOff, exactSum, focusCsv, focusParquet, runCollector, SourceServer, testContact, type FocusRow, type Protocol } from '../support/index.js';

const window = { start: new Date('2025-10-01T00:00:00Z'), end: new Date('2026-11-10T00:00:00Z') };
const named = (name: string) => collectors.find((collector) => collector.name === name)!;

const charges = (seen: Observations[]) => seen.flatMap((one) => (one.kind === 'charges' ? [...one.rows] : []));
const bookmarkOf = (seen: Observations[]) => seen.flatMap((one) => (one.kind === 'bookmark' ? [one.value] : []))[0]!;
const billed = (seen: Observations[]) => exactSum(charges(seen).map(({ billedCost }) => billedCost));
/** A charge of a month such as 2026-09. */
const of = (month: string, BilledCost = '1.00', more: FocusRow = {}): FocusRow => {
  const start = new Date(`${month}-01T00:00:00Z`);
  const end = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1));
  return { BillingPeriodStart: start.toISOString(), BillingPeriodEnd: end.toISOString(), ChargePeriodStart: start.toISOString(), ChargePeriodEnd: new Date(start.getTime() + 86_400_000).toISOString(), BilledCost, ...more };
};

describe.each<[string, Protocol, string]>([['focus-s3', 's3', ''], ['focus-azure', 'azure', ''], ['focus-google', 'google', '']])('the %s collector', (name, protocol) => {
  const collector = named(name);
  let server: SourceServer;
  let bucket: Bucket;
  beforeEach(async () => {
    bucket = new Bucket();
    server = await SourceServer.start(bucket.serving(protocol));
  });
  afterEach(() => server.stop());

  const settings = (more: Record<string, unknown> = {}) => ({
    endpoint: server.url,
    ...(protocol === 'azure' ? { container: bucket.name, sasToken: 'sv=2024-11-04&sig=abc' } : { bucket: bucket.name }),
    ...(protocol === 's3' && { region: 'eu-central-1', accessKeyId: 'key', secretAccessKey: 'secret' }),
    ...more,
  });
  const run = (bookmark: Bookmark = null) => runCollector(collector, settings(), { window, bookmark });

  it('reads CSV, gzip and Parquet, and asks for nothing but the listing when nothing has changed', async () => {
    bucket.put('BILLING_PERIOD=2026-08/a.csv', focusCsv([of('2026-08', '0.1')]));
    bucket.put('BILLING_PERIOD=2026-09/a.csv.gz', gzipSync(focusCsv([of('2026-09', '0.02')])));
    bucket.put('BILLING_PERIOD=2026-10/a.snappy.parquet', focusParquet([of('2026-10', '0.003')]));
    const { observations } = await run();
    expect(Number(billed(observations))).toBe(0.123);
    server.requests.length = 0;
    const again = await run(bookmarkOf(observations));
    expect(again.observations).toEqual([{ kind: 'bookmark', value: bookmarkOf(observations) }]);
    expect(server.requests.length).toBe(1);
  });

  it('reads every page of a listing', async () => {
    bucket = new Bucket(3);
    server.answer(bucket.serving(protocol));
    for (let part = 0; part < 10; part += 1) bucket.put(`BILLING_PERIOD=2026-09/part ${part}+&.csv`, focusCsv([of('2026-09', `${2 ** part}`)]));
    const { observations } = await run();
    expect(Number(billed(observations))).toBe(1_023);
  });

  it('reads no more than lies under its prefix', async () => {
    bucket.put('focus/a.csv', focusCsv([of('2026-09', '1')]));
    bucket.put('other/a.csv', focusCsv([of('2026-09', '2')]));
    const { observations } = await runCollector(collector, settings({ prefix: 'focus/' }), { window });
    expect(Number(billed(observations))).toBe(1);
  });

  it('yields nothing of a file that is cut off on its way, after a few tries', async () => {
    bucket.put('a.csv', focusCsv(Array.from({ length: 2_000 }, () => of('2026-09'))));
    server.answer(cuttingOff(bucket, protocol));
    const seen: Observations[] = [];
    await expect(runCollector(collector, settings(), { window, onObservations: (one) => seen.push(one) })).rejects.toThrow(CollectorUnavailable);
    expect(seen).toEqual([]);
    expect(server.requests.length).toBeLessThanOrEqual(10);
  });

  it('reads no version but the one that was listed', async () => {
    bucket.put('a.csv', focusCsv([of('2026-09', '1')]));
    const serve = bucket.serving(protocol);
    server.answerOnce((asked, response) => {
      void serve(asked, response);
      bucket.put('a.csv', focusCsv([of('2026-09', '2')]));
    });
    await expect(run()).rejects.toThrow('was replaced or removed meanwhile');
  });

  it('says what lies there when the settings are tried', async () => {
    bucket.put('a.csv', focusCsv([of('2026-09')]));
    expect(await collector.test!(settings() as never, testContact(collector).contact)).toMatch(/has 1 files of 1 deliveries$/);
  });

  it('needs attention where there is no such bucket', async () => {
    server.answer((_, response) => void response.writeHead(404).end());
    await expect(run()).rejects.toThrow('there is no such bucket or container');
  });
});

describe('the focus-folder collector', () => {
  const collector = named('focus-folder');
  let root: string;
  let changes = 0;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'headroom-exports-'));
    process.env['HEADROOM_EXPORTS_FOLDER'] = root;
  });
  afterEach(async () => {
    delete process.env['HEADROOM_EXPORTS_FOLDER'];
    await rm(root, { recursive: true });
  });

  const put = async (name: string, content: string | Buffer) => {
    const path = join(root, 'aws', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    changes += 1;
    await utimes(path, 1_790_000_000, 1_790_000_000 + changes);
  };
  const run = (bookmark: Bookmark = null, within = window) => runCollector(collector, { folder: 'aws' }, { window: within, bookmark });
  const putAws = async (month: string, execution: string, rows: FocusRow[]) => {
    await put(`focus/data/BILLING_PERIOD=${month}/${execution}/focus-00001.csv`, focusCsv(rows));
    await put(`focus/metadata/BILLING_PERIOD=${month}/${execution}/focus-Manifest.json`, JSON.stringify({ dataFiles: [`s3://acme/aws/focus/data/BILLING_PERIOD=${month}/${execution}/focus-00001.csv`] }));
  };

  it('counts the newest assembly of a billing period, and no other', async () => {
    await putAws('2026-09', 'run-2', [of('2026-09', '1')]);
    const { observations } = await run();
    await putAws('2026-09', 'run-1', [of('2026-09', '5')]);
    const again = await run(bookmarkOf(observations));
    expect(charges(again.observations).map(({ billedCost }) => billedCost)).toEqual(['5']);
  });

  it('reads again the month that has changed, and leaves the others', async () => {
    await putAws('2025-11', 'a', [of('2025-11', '1')]);
    await putAws('2026-09', 'a', [of('2026-09', '2')]);
    const { observations } = await run();
    await putAws('2025-11', 'b', [of('2025-11', '3')]);
    const { observations: later } = await run(bookmarkOf(observations), { start: new Date('2026-10-01T00:00:00Z'), end: window.end });
    expect(charges(later).map(({ billedCost }) => billedCost)).toEqual(['3']);
  });

  it('leaves months before its reach until somebody asks for them', async () => {
    await putAws('2024-01', 'a', [of('2024-01', '1')]);
    const { observations } = await run();
    expect(charges(observations)).toEqual([]);
    const asked = await run(bookmarkOf(observations), { start: new Date('2024-01-01T00:00:00Z'), end: new Date('2024-02-01T00:00:00Z') });
    expect(charges(asked.observations).length).toBe(1);
  });

  it('reads the files that a manifest of Azure names, and refuses fewer rows than it says', async () => {
    const folder = 'focus/20260901-20260930/run-1';
    const manifest = (dataRowCount: number) => JSON.stringify({ blobs: [{ blobName: `${folder}/part_0_0001.csv`, byteCount: 1, dataRowCount }] });
    await put(`${folder}/part_0_0001.csv`, focusCsv([of('2026-09', '1'), of('2026-09', '2')]));
    await put(`${folder}/manifest.json`, manifest(2));
    expect(charges((await run()).observations).length).toBe(2);
    await put(`${folder}/manifest.json`, manifest(3));
    await expect(run()).rejects.toThrow('has 2 rows, and its manifest says 3: the export is not complete');
  });

  it('waits for files that a manifest names and that are not there', async () => {
    await put('focus/20260901-20260930/run-1/manifest.json', JSON.stringify({ blobs: [{ blobName: 'focus/20260901-20260930/run-1/part_0.csv' }] }));
    await expect(run()).rejects.toThrow(CollectorUnavailable);
  });

  it('takes files without a manifest as one delivery, and a file that lies there twice once', async () => {
    await put('one.csv', focusCsv([of('2026-09', '1'), of('2026-10', '2')]));
    await put('two.csv', focusCsv([of('2026-09', '4')]));
    await put('copy of two.csv.gz', gzipSync(focusCsv([of('2026-09', '4')])));
    const { observations, report } = await run();
    expect(Number(billed(observations))).toBe(7);
    expect([...report.notices].join()).toContain('holds the same as');
    await put('two.csv', focusCsv([of('2026-09', '8')]));
    await rm(join(root, 'aws', 'copy of two.csv.gz'));
    expect(Number(billed((await run(bookmarkOf(observations))).observations))).toBe(11);
  });

  it('says that a billing period has no charges any more', async () => {
    await put('one.csv', focusCsv([of('2026-09', '1'), of('2026-10', '2')]));
    const { observations } = await run();
    await put('one.csv', focusCsv([of('2026-10', '2')]));
    const again = await run(bookmarkOf(observations));
    expect(again.observations.find(({ kind }) => kind === 'billing-periods')).toEqual({
      kind: 'billing-periods', rows: [{ billingPeriodStart: '2026-09-01T00:00:00Z', billingPeriodEnd: '2026-10-01T00:00:00Z', totals: [] }],
    });
  });

  it('keeps what is stored of files that are gone, and says so', async () => {
    await putAws('2026-09', 'a', [of('2026-09', '1')]);
    const { observations } = await run();
    await rm(join(root, 'aws', 'focus'), { recursive: true });
    const { observations: after, report } = await run(bookmarkOf(observations));
    expect(after).toEqual([{ kind: 'bookmark', value: {} }]);
    expect([...report.notices][0]).toContain('what was stored of it stays');
  });

  it('refuses a billing period that is in two exports: it would be charged twice', async () => {
    await put('one/BILLING_PERIOD=2026-09/a.csv', focusCsv([of('2026-09', '1')]));
    await put('two/BILLING_PERIOD=2026-09/a.csv', focusCsv([of('2026-09', '2')]));
    await expect(run()).rejects.toThrow('give each export a source of its own');
  });

  it('refuses charges of another time than their folder names', async () => {
    await put('BILLING_PERIOD=2026-09/a.csv', focusCsv([of('2026-07', '1')]));
    await expect(run()).rejects.toThrow(CollectorRejected);
  });

  it('names a file that is not in order by its place in the store', async () => {
    await put('bad/a.csv', focusCsv([of('2026-09', 'NaN')]));
    await expect(run()).rejects.toThrow(/^bad\/a\.csv: line 2, column BilledCost: needs an exact decimal/);
    await put('bad/a.csv', focusParquet([of('2026-09')]).subarray(0, 300));
    await expect(run()).rejects.toThrow('bad/a.csv: ends without the footer of Parquet');
    await put('bad/a.csv', gzipSync(focusCsv([of('2026-09')])).subarray(0, 100));
    await expect(run()).rejects.toThrow('bad/a.csv: its gzip data is damaged or cut off');
  });

  it('follows no link out of its folder, and no path', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'headroom-outside-'));
    await writeFile(join(outside, 'secret.csv'), focusCsv([of('2026-09', '99')]));
    await put('a.csv', focusCsv([of('2026-09', '1')]));
    await symlink(join(outside, 'secret.csv'), join(root, 'aws', 'b.csv'));
    await symlink(outside, join(root, 'aws', 'linked'));
    expect(Number(billed((await run()).observations))).toBe(1);
    await expect(runCollector(collector, { folder: '../..' }, { window })).rejects.toThrow('leads out of');
    await expect(runCollector(collector, { folder: 'aws/linked' }, { window })).rejects.toThrow('leads out of');
    await rm(outside, { recursive: true });
  });

  it('reads nothing where no folder was set aside', async () => {
    delete process.env['HEADROOM_EXPORTS_FOLDER'];
    await expect(run()).rejects.toThrow('HEADROOM_EXPORTS_FOLDER');
  });
});
