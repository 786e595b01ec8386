import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { parquetOf, type ParquetOptions } from '../../../test/support/index.js';
import { FileRefused } from '../csv/file-refused.js';
import { readParquet } from './parquet-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headroom-parquet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array, rowsPerBatch = 20): Promise<{ header: readonly string[]; rows: string[][]; numbers: number[] }> {
  const path = join(folder, 'bill.parquet');
  await writeFile(path, bytes);
  const all = { header: [] as readonly string[], rows: [] as string[][], numbers: [] as number[] };
  for await (const batch of readParquet(path, rowsPerBatch)) {
    all.header = batch.header;
    all.rows.push(...batch.rows);
    all.numbers.push(...batch.numbers);
  }
  return all;
}

const optional = { repetition_type: 'OPTIONAL' } as const;
const text = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional }) as const;
const column = (element: Parameters<typeof parquetOf>[0][number]['element'], ...data: unknown[]) => ({ element, data });
const valuesOf = async (...columns: Parameters<typeof parquetOf>[0]) => (await read(parquetOf(columns))).rows.map((row) => (row.length === 1 ? row[0] : row));

describe('a Parquet file', () => {
  it('gives decimals to the last digit, whatever they are kept in', async () => {
    const integers = [0n, 1n, -1n, 123_456_789n, -123_456_789n];
    const exact = ['0.0000', '0.0001', '-0.0001', '12345.6789', '-12345.6789'];
    for (const [type, length, precision] of [['INT32', undefined, 9], ['INT64', undefined, 18], ['FIXED_LEN_BYTE_ARRAY', 16, 38], ['BYTE_ARRAY', undefined, 38]] as const) {
      const element = { name: 'cost', type, type_length: length, converted_type: 'DECIMAL', scale: 4, precision, ...optional } as const;
      expect(await valuesOf(column(element, ...integers, null))).toEqual([...exact, '']);
    }
  });

  it('gives 38 digits, which no double holds', async () => {
    const element = { name: 'cost', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'DECIMAL', precision: 38, scale: 20 }, converted_type: 'DECIMAL', scale: 20, precision: 38, ...optional } as const;
    expect(await valuesOf(column(element, 12_345_678_901_234_567_890_123_456_789_012_345_678n, -99_999_999_999_999_999_999_999_999_999_999_999_999n))).toEqual([
      '123456789012345678.90123456789012345678', '-999999999999999999.99999999999999999999',
    ]);
  });

  it('gives doubles as the shortest text that is the same double, and no number as it stands', async () => {
    const element = { name: 'cost', type: 'DOUBLE', ...optional } as const;
    expect(await valuesOf(column(element, 0.1, 1e-7, 1e21, -0.25, NaN, Infinity, null))).toEqual(['0.1', '1e-7', '1e+21', '-0.25', 'NaN', 'Infinity', '']);
  });

  it('gives instants in UTC from any unit', async () => {
    const micros = { name: 'at', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', ...optional } as const;
    const millis = { name: 'at2', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', ...optional } as const;
    const days = { name: 'day', type: 'INT32', converted_type: 'DATE', ...optional } as const;
    const ms = Date.parse('2026-09-01T01:00:00Z');
    expect(await valuesOf(column(micros, BigInt(ms) * 1_000n), column(millis, BigInt(ms)), column(days, Math.floor(ms / 86_400_000)))).toEqual([
      ['2026-09-01T01:00:00.000Z', '2026-09-01T01:00:00.000Z', '2026-09-01T00:00:00.000Z'],
    ]);
  });

  it.each<NonNullable<ParquetOptions['codec']>>(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'])('is read packed as %s, in many row groups, in order', async (codec) => {
    const data = Array.from({ length: 2_500 }, (_, index) => `row ${index}`);
    const { header, rows, numbers } = await read(parquetOf([column(text('name'), ...data)], { codec, rowGroupSize: 700 }));
    expect(header).toEqual(['name']);
    expect(rows.map(([name]) => name)).toEqual(data);
    expect(numbers).toEqual(data.map((_, index) => index + 1));
  });

  it('is read in ranges where a row group is larger than what is held at once', async () => {
    const columns = Array.from({ length: 100 }, (_, index) => column({ name: `c${index}`, type: 'INT32', ...optional }, ...Array.from({ length: 5_500 }, (__, row) => row)));
    const { rows } = await read(parquetOf(columns, { rowGroupSize: 20_000 }));
    expect(rows.length).toBe(5_500);
    for (const [index, row] of rows.entries()) if (row[0] !== `${index}` || row[99] !== `${index}`) throw new Error(`row ${index} has ${row[0]} and ${row[99]}`);
  });

  it('gives lists as JSON', async () => {
    const bytes = parquetWriteBuffer({ columnData: [{ name: 'parts', data: [['a', 'b'], null, ['c']] }] });
    expect((await read(new Uint8Array(bytes))).rows.map(([json]) => json)).toEqual(['["a","b"]', '', '["c"]']);
  });
});

describe('a Parquet file that is not in order', () => {
  const good = parquetOf([column(text('name'), ...Array.from({ length: 500 }, (_, index) => `row ${index}`))]);

  it('is refused at whatever byte it was cut off', async () => {
    for (let length = 4; length < good.length; length += 37) {
      await expect(read(good.subarray(0, length))).rejects.toThrow(/bill\.parquet: (is cut off|ends without the footer|names a footer)/);
    }
  });

  it('is refused as such when bytes of it fell over, or read as something, and is never a bug of ours', async () => {
    for (let at = 4; at < good.length; at += 23) {
      const damaged = Uint8Array.from(good, (byte, index) => (index === at ? byte ^ 0xff : byte));
      const outcome = await read(damaged).then(() => 'read', (error: Error) => (error instanceof FileRefused ? 'refused' : error.stack));
      expect(['read', 'refused']).toContain(outcome);
    }
  });

  it('is refused before a page is unpacked that is much larger than writers make them', async () => {
    const bomb = parquetOf([column(text('name'), 'a'.repeat(65 * 1024 * 1024))], { codec: 'GZIP' });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    await expect(read(bomb)).rejects.toThrow('column name: has a page of name that unpacks to');
  });

  it('is refused with more columns than a bill has', async () => {
    const columns = Array.from({ length: 2_001 }, (_, index) => column({ name: `c${index}`, type: 'INT32', ...optional }, 1));
    await expect(read(parquetOf(columns))).rejects.toThrow('has 2001 columns, and may have at most 2000');
  });

  it('is refused with columns nested deeper than anybody reads', async () => {
    const deep = Array.from({ length: 12 }, (_, index) => ({ name: `level${index}`, num_children: 1, ...optional }));
    const bytes = parquetWriteBuffer({ columnData: [{ name: 'level0', data: [null] }], schema: [{ name: 'root', num_children: 1 }, ...deep, text('leaf')] });
    await expect(read(new Uint8Array(bytes))).rejects.toThrow('has columns nested 14 deep, and may have at most 10');
  });

  it.each([['is not UTF-8', Uint8Array.of(0xfc)], ['holds a NUL character', Uint8Array.of(0x61, 0)]])('is refused by column when a text %s', async (reason, bytes) => {
    await expect(read(parquetOf([column({ name: 'raw', type: 'BYTE_ARRAY', ...optional }, bytes)]))).rejects.toThrow(`bill.parquet, column raw: ${reason}`);
  });

  it('is refused with two columns of one name', async () => {
    await expect(read(parquetOf([column(text('name'), 'a'), column(text('Name'), 'b')]))).rejects.toThrow('column Name: stands twice in the schema');
  });
});
