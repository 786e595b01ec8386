import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { completeFocusRow, type FocusRow } from './focus-csv.js';

export interface ParquetOptions {
  codec?: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'ZSTD';
  rowGroupSize?: number;
}

const decimals = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost', 'PricingQuantity', 'ConsumedQuantity'];
const instants = ['BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd'];
const scale = 18;

/** A FOCUS file of these rows as data exports write it: exact decimals, timestamps in microseconds, texts, and no text for absent. */
export function focusParquet(rows: readonly FocusRow[], options: ParquetOptions = {}): Buffer {
  const complete = rows.map(completeFocusRow);
  const names = Object.keys(completeFocusRow({})) as (keyof FocusRow)[];
  const columns = names.map((name) => {
    const values = complete.map((row) => row[name]);
    if (decimals.includes(name)) return { element: { name, ...decimal38 }, data: values.map((value) => (value === '' ? null : unscaled(value))) };
    if (instants.includes(name)) return { element: { name, ...microseconds }, data: values.map((value) => BigInt(Date.parse(value)) * 1_000n) };
    return { element: { name, ...textColumn }, data: values.map((value) => (value === '' ? null : value)) };
  });
  return parquetOf(columns, options);
}

const decimal38 = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', precision: 38, scale, repetition_type: 'OPTIONAL' } as const;
const microseconds = { type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: 'OPTIONAL' } as const;
const textColumn = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;

/** A Parquet file of any columns. */
export function parquetOf(columns: readonly { element: SchemaElement; data: unknown[] }[], { codec = 'SNAPPY', rowGroupSize = 1_000 }: ParquetOptions = {}): Buffer {
  const bytes = parquetWriteBuffer({
    columnData: columns.map(({ element: { name }, data }) => ({ name, data })),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ element }) => element)],
    codec,
    compressors: { GZIP: (input: Uint8Array) => gzipSync(input), ZSTD: (input: Uint8Array) => zstdCompressSync(input) },
    rowGroupSize,
  });
  return Buffer.from(bytes);
}

function unscaled(decimal: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(decimal)!;
  return BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
}
