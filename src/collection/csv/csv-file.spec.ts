import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readCsv } from './csv-file.js';

describe('a CSV file', () => {
  let directory: string;
  let path: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-csv-'));
    path = join(directory, 'bill.csv');
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** What is read of a file until it ends or is refused: rows by line. */
  const read = async (content: string | Uint8Array, rowsPerBatch?: number) => {
    await writeFile(path, content);
    const rows: Record<number, string[]> = {};
    let header: readonly string[] = [];
    let batches = 0;
    try {
      for await (const batch of readCsv(path, rowsPerBatch)) {
        header = batch.header;
        batches += 1;
        batch.rows.forEach((row, index) => (rows[batch.lines[index]!] = row));
      }
    } catch (error) {
      return { header, rows, batches, refusal: (error as Error).message.replace(path, 'bill.csv') };
    }
    return { header, rows, batches, refusal: null };
  };
  const refusalOf = async (content: string | Uint8Array) => (await read(content)).refusal;

  it('gives its rows with the line each begins on, and skips blank lines', async () => {
    expect(await read('\uFEFF a ,b\r\n1,"x\r\ny"\r\n\r\n   \r\n2,z')).toEqual({
      header: ['a', 'b'], rows: { 2: ['1', 'x\r\ny'], 6: ['2', 'z'] }, batches: 1, refusal: null,
    });
  });

  it('may begin with blank lines, and then has its header further down', async () => {
    expect(await read('\n\na,b\n1,2\n')).toMatchObject({ header: ['a', 'b'], rows: { 4: ['1', '2'] } });
  });

  it('comes in batches of as many rows as are asked for', async () => {
    const content = `a,b\n${'some text,more text\n'.repeat(10_001)}`;
    expect((await read(content, 20_000)).batches).toBe(1);
    const { rows, batches } = await read(content, 100);
    expect(batches).toBe(101);
    expect(Object.keys(rows)).toHaveLength(10_001);
  });

  it('has no rows when there is a header alone', async () => {
    expect(await read('a,b\n')).toMatchObject({ rows: {}, refusal: null });
  });

  it.each<[string, string | Uint8Array, string]>([
    ['nothing in it', '', 'bill.csv: is empty, and needs a header and rows'],
    ['blank lines alone', '\n \n', 'bill.csv: is empty, and needs a header and rows'],
    ['a column too few', 'a,b,c\n1,2,3\n4,5\n', 'bill.csv, line 3, column c: has 2 columns, and the header has 3'],
    ['a column too many', 'a,b\n1,2,3\n', 'bill.csv, line 2, column b: has 3 columns, and the header has 2'],
    ['a header with a name twice', 'a,b,A\n1,2,3\n', 'bill.csv, line 1, column A: stands twice in the header'],
    ['more columns than any table', `${Array.from({ length: 2001 }, (_, index) => `c${index}`).join(',')}\n`, 'bill.csv, line 1: has 2001 columns, and may have at most 2000'],
    ['an open quote', 'a,b\n1,2\n3,"4\n5,6\n', 'bill.csv, line 3, column b: a quote is opened and never closed'],
    ['a quote inside a quoted value', 'a,b\n1,"2"3"\n', 'bill.csv, line 2, column b: a quote stands inside a quoted value'],
    ['a fault after a quoted line end', 'a,b\n"1\n1",2\n3\n', 'bill.csv, line 4, column b: has 1 columns, and the header has 2'],
    ['a NUL', 'a,b\n1,2\n3,4\0\n', 'bill.csv, line 3, column b: holds a NUL character'],
    ['a NUL in a quoted value of several lines', 'a,b\n1,"2\n\0"\n', 'bill.csv, line 3, column b: holds a NUL character'],
    ['a NUL in the header', 'a,b\0\n', 'bill.csv, line 1, column 2: holds a NUL character'],
    ['Latin-1', Buffer.from('a,b\n1,2\nGebühr,4\n', 'latin1'), 'bill.csv, line 3, column a: is not UTF-8'],
    ['Latin-1 at the first byte of a line', Buffer.from('a,b\nü,2\n', 'latin1'), 'bill.csv, line 2, column a: is not UTF-8'],
    ['half a character at its end', Buffer.from('a,b\n1,ü').subarray(0, 7), 'bill.csv, line 2, column b: is not UTF-8'],
  ])('is refused with its place for %s', async (_, content, refusal) => {
    expect(await refusalOf(content)).toBe(refusal);
  });

  it('is refused with the place of a fault that stands far into it', async () => {
    const row = '"first\nsecond",€,NULL\n';
    const content = `a,b,c\n${row.repeat(20_000)}`;
    // Two lines a row after the header: the row after 20,000 stands on line 40,002.
    expect(await refusalOf(`${content}1,2\n`)).toBe('bill.csv, line 40002, column c: has 2 columns, and the header has 3');
    expect(await refusalOf(gzipSync(`${content}1,"2\n`, { level: 1 }))).toBe('bill.csv, line 40002, column b: a quote is opened and never closed');
    const latin1 = Buffer.concat([Buffer.from(content), Buffer.from('1,2,ü\n', 'latin1')]);
    expect(await refusalOf(latin1)).toBe('bill.csv, line 40002, column c: is not UTF-8');
  });

  it('gives the rows before a fault, for the first fault is the one to tell', async () => {
    expect(await read('a,b\n1,2\n3,"4\n')).toMatchObject({ rows: { 2: ['1', '2'] }, refusal: expect.stringContaining('line 3') });
    expect(await read(Buffer.from('a,b\n1,2\nü,4\n', 'latin1'))).toMatchObject({ rows: { 2: ['1', '2'] }, refusal: expect.stringContaining('line 3') });
  });

  it('is refused when a row has no end in sight', async () => {
    const refusal = await refusalOf(`a,b\n1,2\n3,"${'x,\n'.repeat(3 * 1024 * 1024)}`);
    expect(refusal).toBe('bill.csv, line 3: a row of more than 8 MB begins here: a quote may be left open');
  });
});
