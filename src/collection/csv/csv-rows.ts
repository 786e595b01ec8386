const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

/** Where in CSV text something stands: the line from 1, and the position of the value in its row from 0. */
export interface CsvPlace {
  line: number;
  column: number;
}

/** CSV that RFC 4180 does not allow. */
export class MalformedCsv extends Error {
  constructor(readonly reason: string, readonly place: CsvPlace) {
    super(reason);
  }
}

/**
 * The rows of CSV text (RFC 4180) that comes in pieces, cut anywhere.
 *
 * It says where each row begins and where a fault stands, line and column, which parsers that take
 * whole files do not. A value is a slice of its piece and keeps all of that in memory.
 */
export class CsvRows {
  private text = '';
  /** Where the next row begins, and on which line. */
  private at = 0;
  private nextLine = 1;
  /** The row that was begun last, as far as it was read. */
  private row: string[] = [];
  private rowLine = 1;

  /** The line on which the row that `next` gave last begins. */
  get line(): number {
    return this.rowLine;
  }

  /** What is left over because its row is not complete: how many characters, and the line they begin on. */
  get rest(): { length: number; line: number } {
    return { length: this.text.length - this.at, line: this.nextLine };
  }

  /** Where the text that was pushed so far ends. */
  get end(): CsvPlace {
    const lineFeeds = this.text.slice(this.at).match(/\n/g)?.length ?? 0;
    return { line: this.nextLine + lineFeeds, column: this.rest.length === 0 ? 0 : this.row.length };
  }

  push(text: string): void {
    const rest = this.text.slice(this.at);
    this.text = rest === '' ? text : rest + text;
    this.at = 0;
  }

  /**
   * The next row, or null when what was pushed holds no other one to its end.
   *
   * @param isLast whether the text ends here, and with it the last row
   * @throws MalformedCsv when a quote is left open or stands inside a quoted value
   */
  next(isLast: boolean): string[] | null {
    const { text } = this;
    const row: string[] = [];
    this.row = row;
    let at = this.at;
    if (at >= text.length) return null;
    let line = this.nextLine;
    let nextLineFeed = text.indexOf('\n', at);
    for (;;) {
      let value: string;
      let end: number;
      if (text.charCodeAt(at) === quote) {
        const close = closingQuote(text, at);
        if (close === text.length) {
          if (isLast) throw new MalformedCsv('a quote is opened and never closed', { line, column: row.length });
          return null;
        }
        value = text.slice(at + 1, close);
        if (value.includes('"')) value = value.replaceAll('""', '"');
        for (; nextLineFeed >= 0 && nextLineFeed < close; nextLineFeed = text.indexOf('\n', nextLineFeed + 1)) line += 1;
        end = skipBlanks(text, close + 1);
      } else {
        end = endOfBare(text, at);
        const isCrLf = text.charCodeAt(end) !== comma && text.charCodeAt(end - 1) === carriageReturn;
        value = text.slice(at, isCrLf ? end - 1 : end);
      }
      // What follows is still to come, and a quote at the very end may be the first half of a doubled one.
      if (end >= text.length && !isLast) return null;
      row.push(value);
      at = end + 1;
      if (text.charCodeAt(end) === comma) continue;
      if (text.charCodeAt(end) !== lineFeed && end < text.length) {
        throw new MalformedCsv('a quote stands inside a quoted value', { line, column: row.length - 1 });
      }
      this.at = Math.min(at, text.length);
      this.rowLine = this.nextLine;
      this.nextLine = line + 1;
      return row;
    }
  }
}

/** Where the value that is quoted from `open` on is closed; the length of the text when it is not. */
function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at;
}

/** Past the blanks that some programs write between a closing quote and what ends the value, and past the CR of CRLF. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (code === space || code === tab || code === carriageReturn) code = text.charCodeAt(++at);
  return at;
}

/** Where a value without quotes ends. Such values are short: looking at each character is faster than searching twice. */
function endOfBare(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (code !== comma && code !== lineFeed && at < text.length) code = text.charCodeAt(++at);
  return at;
}
