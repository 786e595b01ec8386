import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';
import { SeriesFileRefused } from './series-file-refused.js';

const readAtOnceBytes = 256 * 1024;
/** A row this long is a quote that was never closed. */
const longestRow = 64 * 1024 * 1024;

/** Rows of a CSV file that follow one another. */
export interface CsvRows {
  rows: string[][];
  /** Which row of the file the first of them is, from 1. */
  first: number;
}

/**
 * The rows of a CSV file, plain or gzip, some hundreds at a time. Blank lines are left in, as a row of one empty cell.
 * Cells are slices of the file's text: copy what is kept.
 *
 * @throws SeriesFileRefused when it cannot be read, is not UTF-8, its gzip data is damaged, or a quote is left open
 */
export async function* readCsvRows(file: string, signal?: AbortSignal): AsyncGenerator<CsvRows> {
  let parser: Papa.Parser | undefined;
  let text = '';
  let first = 1;
  const parse = (isLast: boolean): CsvRows => {
    parser ??= new Papa.Parser({ delimiter: ',', newline: newlineOf(text) });
    const { data, errors, meta } = parser.parse(text, 0, !isLast) as Papa.ParseResult<string[]>;
    if (errors[0]) throw new SeriesFileRefused(file, `row ${first + (errors[0].row ?? 0)}: a quote is left open, or stands inside a quoted value`);
    text = isLast ? '' : text.slice(meta.cursor);
    const rows = { rows: data, first };
    first += data.length;
    return rows;
  };
  for await (const part of readText(file, signal)) {
    text += part;
    // A row may be longer than what is read at once; there is nothing to parse before it ends.
    if (/[\r\n]/.test(part)) yield parse(false);
    if (text.length > longestRow) {
      throw new SeriesFileRefused(file, `row ${first}: is longer than ${longestRow / 1024 / 1024} MB: a quote may be left open`);
    }
  }
  if (text !== '') yield parse(true);
}

function newlineOf(text: string): '\r\n' | '\n' | '\r' {
  if (text.includes('\r\n')) return '\r\n';
  return text.includes('\n') || !text.includes('\r') ? '\n' : '\r';
}

/** The text of a UTF-8 file, plain or gzip, told apart by how it begins. */
async function* readText(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  // It says itself what is wrong; a byte order mark it leaves out.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const source = createReadStream(file, { highWaterMark: readAtOnceBytes, signal });
  try {
    await once(source, 'readable');
    const head = ((source.read(2) ?? source.read()) as Buffer | null) ?? Buffer.alloc(0);
    if (head.length > 0) source.unshift(head);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    // The pipeline's callback is the stream's own error again, which the loop below meets.
    const bytes = isGzip ? pipeline(source, createGunzip({ chunkSize: readAtOnceBytes }), () => undefined) : source;
    for await (const chunk of bytes as AsyncIterable<Buffer>) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    signal?.throwIfAborted();
    throw refused(file, error as NodeJS.ErrnoException);
  } finally {
    source.destroy();
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder, and needs to be a file',
  EACCES: 'may not be read by this user',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8',
};

function refused(file: string, error: NodeJS.ErrnoException): Error {
  const { code = '', message } = error;
  if (/^Z_/.test(code) || /unexpected end of file/.test(message)) {
    return new SeriesFileRefused(file, `its gzip data is damaged or cut off (${message})`);
  }
  return reasons[code] ? new SeriesFileRefused(file, reasons[code]) : error;
}
