import { CsvRows, MalformedCsv, type CsvPlace } from './csv-rows.js';
import { FileRefused } from './file-refused.js';
import { readText } from './text-file.js';

/** Rows of a CSV file that follow one another. */
export interface CsvBatch {
  header: readonly string[];
  /** Values are slices of the file's text: copy what is kept longer than the batch. */
  rows: string[][];
  /** The line each row begins on; the header stands on line 1. */
  lines: number[];
}

const mostColumns = 2_000;
/** A row this long is a quote that was never closed. */
const longestRow = 8 * 1024 * 1024;

/**
 * The rows of a CSV file (RFC 4180), in order, some thousands at a time. Blank lines are skipped.
 * Memory does not grow with the file.
 *
 * @param rowsPerBatch how many a batch has, but for the last
 * @throws FileRefused naming line and column: not UTF-8, a NUL, a malformed or open quote, another
 *   number of columns than the header has, two columns of one name, no header
 */
export async function* readCsv(file: string, rowsPerBatch = 5_000): AsyncGenerator<CsvBatch> {
  const source = new CsvRows();
  let header: string[] | undefined;
  let rows: string[][] = [];
  let lines: number[] = [];

  /** Reads until the batch is full; false when the text ends before. */
  const fill = (isLast: boolean): boolean => {
    while (rows.length < rowsPerBatch) {
      const row = source.next(isLast);
      if (!row) return false;
      if (row.length === 1 && row[0]!.trim() === '') continue;
      if (!header) {
        header = checkHeader(file, row, source.line);
        continue;
      }
      if (row.length !== header.length) refuseLength(file, row, header, source.line);
      rows.push(row);
      lines.push(source.line);
    }
    return true;
  };
  const takeBatch = (): CsvBatch => {
    const batch = { header: header!, rows, lines };
    rows = [];
    lines = [];
    return batch;
  };
  const refusal = (reason: string, { line, column }: CsvPlace) =>
    new FileRefused(file, reason, { line, column: header?.[column] ?? `${column + 1}` });

  try {
    for await (const { text, fault } of readText(file)) {
      source.push(text);
      while (fill(false)) yield takeBatch();
      if (fault) throw refusal(fault, source.end);
      const { length, line } = source.rest;
      if (length > longestRow) {
        throw new FileRefused(file, `a row of more than ${longestRow / 1024 / 1024} MB begins here: a quote may be left open`, { line });
      }
    }
    while (fill(true)) yield takeBatch();
    if (!header) throw new FileRefused(file, 'is empty, and needs a header and rows');
  } catch (error) {
    // Something may be wrong with a value further up, and the first fault is the one to tell.
    if (rows.length > 0) yield takeBatch();
    throw error instanceof MalformedCsv ? refusal(error.reason, error.place) : error;
  }
  if (rows.length > 0) yield takeBatch();
}

function refuseLength(file: string, row: string[], header: string[], line: number): never {
  const reason = `has ${row.length} columns, and the header has ${header.length}`;
  const column = row.length < header.length ? header[row.length] : header.at(-1);
  throw new FileRefused(file, reason, { line, column });
}

function checkHeader(file: string, row: string[], line: number): string[] {
  const header = row.map((name) => name.trim());
  if (header.length > mostColumns) {
    throw new FileRefused(file, `has ${header.length} columns, and may have at most ${mostColumns}`, { line });
  }
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name.toLowerCase())) throw new FileRefused(file, 'stands twice in the header', { line, column: name });
    seen.add(name.toLowerCase());
  }
  return header;
}
