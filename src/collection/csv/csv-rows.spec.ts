import fc from 'fast-check';
import Papa from 'papaparse';
import { CsvRows, MalformedCsv } from './csv-rows.js';

/** All rows of pieces that follow one another, each with the line it begins on. */
function rowsOf(...pieces: string[]): { row: string[]; line: number }[] {
  const source = new CsvRows();
  const found: { row: string[]; line: number }[] = [];
  const take = (isLast: boolean) => {
    for (let row = source.next(isLast); row; row = source.next(isLast)) found.push({ row, line: source.line });
  };
  for (const piece of pieces) {
    source.push(piece);
    take(false);
  }
  take(true);
  return found;
}

function faultOf(text: string): object {
  try {
    rowsOf(text);
  } catch (error) {
    if (error instanceof MalformedCsv) return { reason: error.reason, ...error.place };
  }
  throw new Error('expected malformed CSV');
}

describe('the rows of CSV text', () => {
  it.each<[string, string, string[][]]>([
    ['values between commas', 'a,b\nc,d\n', [['a', 'b'], ['c', 'd']]],
    ['a last line without its end', 'a,b\nc,d', [['a', 'b'], ['c', 'd']]],
    ['lines that end in CRLF', 'a,b\r\n"c","d"\r\ne,f\r\n', [['a', 'b'], ['c', 'd'], ['e', 'f']]],
    ['a CR in the middle of a line', 'a\rb,c\n', [['a\rb', 'c']]],
    ['values that are empty', ',\n"",""\n', [['', ''], ['', '']]],
    ['commas, quotes and line ends in quotes', '"a,""b""","c\r\nd"\n', [['a,"b"', 'c\r\nd']]],
    ['a value of quotes alone', '""""\n"""""",x\n', [['"'], ['""', 'x']]],
    ['a quote in a value that is not quoted', 'a"b"c,d\n', [['a"b"c', 'd']]],
    ['blanks between a quote and what ends its value', '"a" ,"b"\t\n', [['a', 'b']]],
    ['blanks that belong to a value', ' a , "b"\n', [[' a ', ' "b"']]],
    ['a line of nothing', 'a\n\nb\n', [['a'], [''], ['b']]],
    ['nothing', '', []],
  ])('are read from %s', (_, text, rows) => {
    expect(rowsOf(text).map(({ row }) => row)).toEqual(rows);
  });

  it('begin on the line that an editor shows, whatever line ends are quoted before', () => {
    expect(rowsOf('a\n"b\nc\n",d\n\ne\n').map(({ line }) => line)).toEqual([1, 2, 5, 6]);
  });

  it('are the same wherever the text is cut', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ') });
    const table = fc.array(fc.array(value, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(100), { maxLength: 6 }), (rows, lineEnd, cuts) => {
        const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',') + lineEnd).join('');
        const places = [0, ...cuts.toSorted((one, other) => one - other), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(rowsOf(...pieces).map(({ row }) => row)).toEqual(rows);
      }),
    );
  });

  it.each<[string, string, object]>([
    ['a quote that is never closed, where it is opened', 'a,b\n"c\nd",e,"f\ng', { reason: 'a quote is opened and never closed', line: 3, column: 2 }],
    ['a quote inside a quoted value', 'a,b\nc,"d"e"\n', { reason: 'a quote stands inside a quoted value', line: 2, column: 1 }],
    ['a quote left open until another one', 'a,b\n"c,d\n"e",f\n', { reason: 'a quote stands inside a quoted value', line: 3, column: 0 }],
  ])('are refused for %s', (_, text, fault) => {
    expect(faultOf(text)).toEqual(fault);
  });

  it('tell where the text ends that was pushed so far', () => {
    const source = new CsvRows();
    source.push('a,b\nc,"d\ne');
    expect(source.next(false)).toEqual(['a', 'b']);
    expect(source.next(false)).toBeNull();
    expect(source.end).toEqual({ line: 3, column: 1 });
    expect(source.rest).toEqual({ length: 6, line: 2 });
  });

  it('are those that papaparse reads, whatever the values are and wherever the text is cut', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', 'é', '😀', ';', "'"), maxLength: 6 });
    const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    );
    fc.assert(
      fc.property(table, fc.boolean(), fc.constantFrom('\n', '\r\n'), fc.nat(), (rows, quotes, newline, cut) => {
        const text = Papa.unparse(rows, { quotes, newline });
        const at = cut % (text.length + 1);
        const { data } = Papa.parse<string[]>(text, { delimiter: ',', newline });
        expect(rowsOf(text.slice(0, at), text.slice(at)).map(({ row }) => row)).toEqual(data);
      }),
      { numRuns: 500 },
    );
  });
});
