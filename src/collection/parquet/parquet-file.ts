import { open, type FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetScan, type AsyncBuffer, type FileMetaData, type SchemaTree } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { FileRefused } from '../csv/file-refused.js';
import { checkEnds, checkFooter, checkPages, isNested, MalformedParquet, schemaOf } from './parquet-limits.js';
import { isDecimal, parsers, textsOf, UnreadableValue } from './parquet-values.js';

/** Rows of a Parquet file that follow one another, in the texts that a CSV export of them would have. */
export interface ParquetBatch {
  header: readonly string[];
  rows: string[][];
  /** Which row of the file each is, from 1. */
  numbers: number[];
}

/** Values of all columns that are held at once; a row group may have any number. */
const cellsAtOnce = 500_000;

/** Whether a file is Parquet, by its first bytes and not by its name. */
export function isParquet(head: Buffer): boolean {
  return ['PAR1', 'PARE'].includes(head.toString('latin1', 0, 4));
}

/**
 * The rows of a Parquet file, in order. Decimals come exact; doubles as the shortest text that is
 * the same double. Memory does not grow with the file, and grows with a column of a row group.
 *
 * @throws FileRefused naming the column where there is one: cut off, damaged, too large, not UTF-8
 */
export async function* readParquet(path: string, rowsPerBatch: number): AsyncGenerator<ParquetBatch> {
  const handle = await open(path, 'r');
  try {
    const file = await bufferOf(handle);
    const { metadata, schema } = await readFooter(path, file);
    const columns = schema.children.map((tree, index) => ({ name: tree.element.name.trim(), key: tree.element.name, tree, scale: scaleOf(tree), index }));
    checkNames(path, columns.map(({ name }) => name));
    const header = columns.map(({ name }) => name);
    const scan = await orRefused(path, null, () => parquetScan({ file, metadata: withoutDecimals(metadata, schema), compressors, parsers, utf8: false, geoparquet: false }));
    const rowsAtOnce = Math.max(1_000, Math.floor(cellsAtOnce / Math.max(1, columns.length)));
    let group = 0;
    for (const range of scan.ranges) {
      while (metadata.row_groups[group]!.num_rows === 0n) group += 1;
      await checkedPages(path, file, metadata, group);
      group += 1;
      for (let start = range.rowStart; start < range.rowEnd; start += rowsAtOnce) {
        const end = Math.min(range.rowEnd, start + rowsAtOnce);
        const texts: string[][] = [];
        for (const { name, key, tree, scale } of columns) {
          const read = async () => {
            // Where a list begins, only reading from the first one on tells: a nested column is read once, and kept for the row group.
            if (isNested(tree)) await scan.readColumn({ column: key, ...range });
            return textsOf(await scan.readColumn({ column: key, rowStart: start, rowEnd: end }), scale);
          };
          texts.push(await orRefused(path, name, read));
          if (texts.at(-1)!.length !== end - start) throw new FileRefused(path, `has ${texts.at(-1)!.length} values for ${end - start} rows: the file is damaged`, { column: name });
        }
        yield* batches(header, texts, start, rowsPerBatch);
      }
    }
    if (metadata.num_rows === 0n) yield { header, rows: [], numbers: [] };
  } finally {
    await handle.close();
  }
}

function* batches(header: readonly string[], texts: string[][], firstRow: number, rowsPerBatch: number): Generator<ParquetBatch> {
  const count = texts[0]?.length ?? 0;
  for (let from = 0; from < count; from += rowsPerBatch) {
    const rows: string[][] = [];
    const numbers: number[] = [];
    for (let row = from; row < Math.min(count, from + rowsPerBatch); row += 1) {
      rows.push(texts.map((column) => column[row]!));
      numbers.push(firstRow + row + 1);
    }
    yield { header, rows, numbers };
  }
}

async function readFooter(path: string, file: AsyncBuffer): Promise<{ metadata: FileMetaData; schema: SchemaTree }> {
  return orRefused(path, null, async () => {
    await checkEnds(file);
    // Statistics are cut off in the middle of a character, and of no use here.
    const metadata = await parquetMetadataAsync(file, { geoparquet: false, parsers: { ...parsers, stringFromBytes: () => '', jsonFromBytes: () => '' } });
    const schema = schemaOf(metadata);
    checkFooter(metadata, schema, file.byteLength);
    return { metadata, schema };
  });
}

async function checkedPages(path: string, file: AsyncBuffer, { row_groups: groups }: FileMetaData, group: number): Promise<void> {
  for (const { meta_data: chunk } of groups[group]!.columns) await orRefused(path, chunk!.path_in_schema[0]!, () => checkPages(file, chunk!));
}

/** Whatever a reader of damaged bytes stumbles over means that the file is damaged. */
async function orRefused<Read>(path: string, column: string | null, read: () => Promise<Read>): Promise<Read> {
  const place = column === null ? {} : { column };
  try {
    return await read();
  } catch (error) {
    if (error instanceof MalformedParquet || error instanceof UnreadableValue) throw new FileRefused(path, error.message, place);
    // The disk's own failures are not the file's.
    const { message, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== undefined) throw error;
    throw new FileRefused(path, `its Parquet is damaged or cannot be read (${message})`, place);
  }
}

/**
 * The reader makes floating point of decimals. Without their annotation it gives the integers, and
 * the digits stay.
 */
function withoutDecimals(metadata: FileMetaData, schema: SchemaTree): FileMetaData {
  const exact = new Set(schema.children.filter((tree) => scaleOf(tree) !== null).map(({ element }) => element));
  return { ...metadata, schema: metadata.schema.map((element) => (exact.has(element) ? { ...element, converted_type: undefined, logical_type: undefined } : element)) };
}

function scaleOf({ element, children }: SchemaTree): number | null {
  if (children.length > 0 || element.repetition_type === 'REPEATED' || !isDecimal(element)) return null;
  const { logical_type: logical } = element;
  return element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
}

function checkNames(path: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) throw new FileRefused(path, 'stands twice in the schema', { column: name });
    seen.add(name.toLowerCase());
  }
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new ArrayBuffer(Math.max(0, Math.min(end, size) - start));
      let read = 0;
      while (read < bytes.byteLength) {
        const { bytesRead } = await handle.read(new Uint8Array(bytes, read), 0, bytes.byteLength - read, start + read);
        if (bytesRead === 0) throw new MalformedParquet('became shorter while it was read');
        read += bytesRead;
      }
      return bytes;
    },
  };
}
