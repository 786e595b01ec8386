import type { AsyncBuffer, ColumnMetaData, FileMetaData, SchemaTree } from 'hyparquet';
import { parquetSchema } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

const mostFooterBytes = 32 * 1024 * 1024;
const mostColumns = 2_000;
const deepestNesting = 10;
/** Of one column of one row group, as packed; it is read at once. */
const mostChunkBytes = 256 * 1024 * 1024;
/** Writers make pages of about 1 MB. */
const mostPageBytes = 64 * 1024 * 1024;
const mostPageValues = 5_000_000;
const pageHeaderBytes = 64 * 1024;

/** A file that is no Parquet, is cut off, or would take more memory than a bill may; says why. */
export class MalformedParquet extends Error {}

/**
 * Looks at the two ends of a file, before anything of it is believed.
 *
 * @throws MalformedParquet
 */
export async function checkEnds(file: AsyncBuffer): Promise<void> {
  if (file.byteLength < 12) throw new MalformedParquet('is cut off: it has the beginning of Parquet and no footer');
  const tail = Buffer.from(await file.slice(file.byteLength - 8, file.byteLength));
  if (tail.toString('latin1', 4) === 'PARE') throw new MalformedParquet('is encrypted Parquet, which cannot be read');
  if (tail.toString('latin1', 4) !== 'PAR1') throw new MalformedParquet('ends without the footer of Parquet: it is cut off, or still being written');
  const footerBytes = tail.readUInt32LE(0);
  if (footerBytes > file.byteLength - 12) throw new MalformedParquet(`names a footer of ${footerBytes} bytes and has ${file.byteLength} in all`);
  if (footerBytes > mostFooterBytes) throw new MalformedParquet(`has a footer of ${footerBytes} bytes, and may have at most ${mostFooterBytes}`);
}

/** What the footer promises. @throws MalformedParquet */
export function checkFooter({ row_groups: groups, num_rows: rows }: FileMetaData, schema: SchemaTree, bytes: number): void {
  if (schema.children.length > mostColumns) throw new MalformedParquet(`has ${schema.children.length} columns, and may have at most ${mostColumns}`);
  const depth = depthOf(schema);
  if (depth > deepestNesting) throw new MalformedParquet(`has columns nested ${depth} deep, and may have at most ${deepestNesting}`);
  const counted = groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (counted !== rows) throw new MalformedParquet(`names ${rows} rows, and its row groups have ${counted}`);
  for (const { columns } of groups) {
    for (const { meta_data: chunk } of columns) {
      if (!chunk) throw new MalformedParquet('keeps its columns in other files');
      const { start, end } = placeOf(chunk);
      if (start < 4 || end < start || end > bytes) throw new MalformedParquet(`names a place for ${chunk.path_in_schema.join('.')} that it does not have: it is cut off or damaged`);
      if (end - start > mostChunkBytes) throw new MalformedParquet(`has ${end - start} bytes of ${chunk.path_in_schema.join('.')} in one row group, and may have at most ${mostChunkBytes}: write smaller row groups`);
    }
  }
}

/**
 * What the pages of a column promise to unpack to. A few bytes can promise gigabytes, so nothing is
 * unpacked before.
 *
 * @throws MalformedParquet
 */
export async function checkPages(file: AsyncBuffer, chunk: ColumnMetaData): Promise<void> {
  const { start, end } = placeOf(chunk);
  for (let at = start; at < end; ) {
    const reader = { view: new DataView(await file.slice(at, Math.min(end, at + pageHeaderBytes))), offset: 0 };
    const header = parquetHeader(reader);
    const values = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? header.dictionary_page_header?.num_values ?? 0;
    const { uncompressed_page_size: bytes, compressed_page_size: packed } = header;
    const name = chunk.path_in_schema.join('.');
    if (!(bytes >= 0 && bytes <= mostPageBytes)) throw new MalformedParquet(`has a page of ${name} that unpacks to ${bytes} bytes, and may have at most ${mostPageBytes}`);
    if (!(values >= 0 && values <= mostPageValues)) throw new MalformedParquet(`has a page of ${name} with ${values} values, and may have at most ${mostPageValues}`);
    if (!(packed >= 0)) throw new MalformedParquet(`has a damaged page of ${name}`);
    at += reader.offset + packed;
  }
}

/** Whether a column is more than one value a row: a list, a map or a structure. */
export const isNested = (column: SchemaTree): boolean => column.children.length > 0;

export const schemaOf = (metadata: FileMetaData): SchemaTree => parquetSchema(metadata);

function placeOf({ dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: bytes }: ColumnMetaData): { start: number; end: number } {
  // As the reader has it: a dictionary stands before the data, and an offset of 0 is none.
  const start = Number(dictionary || data);
  return { start, end: start + Number(bytes) };
}

function depthOf({ children }: SchemaTree): number {
  return 1 + Math.max(0, ...children.map(depthOf));
}
