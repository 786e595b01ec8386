import Papa from 'papaparse';
import { FileRefused } from './file-refused.js';
import { readText } from './text-file.js';

/** Rows of a CSV file that follow one another. */
export interface CsvBatch {
  header: readonly string[];
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
 * @throws FileRefused naming line and column: not UTF-8, a NUL, a malformed or open quote, another
 *   number of columns than the header has, two columns of one name, no header
 */
export async function* readCsv(file: string): AsyncGenerator<CsvBatch> {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n', quoteChar: '"' });
  let header: string[] | undefined;
  let pending = '';
  let line = 1;

  function* take(isLast: boolean): Generator<CsvBatch> {
    const { data, errors, meta } = parser.parse(pending, 0, !isLast) as Papa.ParseResult<string[]>;
    const rows: string[][] = [];
    const lines: number[] = [];
    const firstError = errors[0];
    for (const [index, row] of data.entries()) {
      const startsAt = line;
      line += 1 + lineBreaksIn(row);
      if (firstError?.row === index) refuseQuote(firstError, row, startsAt);
      const last = row.length - 1;
      if (row[last]!.endsWith('\r')) row[last] = row[last]!.slice(0, -1);
      if (row.length === 1 && row[0]!.trim() === '') continue;
      if (!header) {
        header = checkHeader(file, row);
        continue;
      }
      if (row.length !== header.length) refuseLength(row, startsAt);
      rows.push(row);
      lines.push(startsAt);
    }
    pending = isLast ? '' : pending.slice(meta.cursor);
    if (rows.length > 0) yield { header: header!, rows, lines };
  }

  const refuseQuote = (error: Papa.ParseError, row: string[], startsAt: number): never => {
    const reason = error.code === 'MissingQuotes' ? 'a quote is opened and never closed' : 'a quote stands inside a quoted value';
    throw new FileRefused(file, reason, { line: startsAt, column: nameOf(row.length - 1) });
  };
  const refuseLength = (row: string[], startsAt: number): never => {
    const reason = `has ${row.length} columns, and the header has ${header!.length}`;
    const column = row.length < header!.length ? header![row.length] : header!.at(-1);
    throw new FileRefused(file, reason, { line: startsAt, column });
  };
  const nameOf = (index: number): string => header?.[index] ?? `${index + 1}`;
  /** Refuses what stands at an offset of the pending text. */
  const refuseAt = (offset: number, reason: string): never => {
    const before = parser.parse(pending.slice(0, offset), 0, false) as Papa.ParseResult<string[]>;
    const row = before.data.at(-1) ?? [''];
    const lineOf = line + (pending.slice(0, offset).match(/\n/g)?.length ?? 0);
    throw new FileRefused(file, reason, { line: lineOf, column: nameOf(row.length - 1) });
  };

  for await (const { text, invalidAt } of readText(file)) {
    const known = pending.length;
    pending += text;
    if (invalidAt !== null) refuseAt(known + invalidAt, 'is not UTF-8');
    const nul = text.indexOf('\0');
    if (nul >= 0) refuseAt(known + nul, 'holds a NUL character');
    yield* take(false);
    if (pending.length > longestRow) {
      throw new FileRefused(file, `a row of more than ${longestRow / 1024 / 1024} MB begins here: a quote may be left open`, { line });
    }
  }
  yield* take(true);
  if (!header) throw new FileRefused(file, 'is empty, and needs a header and rows');
}

function lineBreaksIn(row: string[]): number {
  let count = 0;
  for (const value of row) {
    for (let at = value.indexOf('\n'); at >= 0; at = value.indexOf('\n', at + 1)) count += 1;
  }
  return count;
}

function checkHeader(file: string, row: string[]): string[] {
  const header = row.map((name) => name.trim());
  if (header.length > mostColumns) {
    throw new FileRefused(file, `has ${header.length} columns, and may have at most ${mostColumns}`, { line: 1 });
  }
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name.toLowerCase())) throw new FileRefused(file, 'stands twice in the header', { line: 1, column: name });
    seen.add(name.toLowerCase());
  }
  return header;
}
