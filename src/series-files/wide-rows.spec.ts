import { WideRows } from './wide-rows.js';

/** The values of each row, by its id. */
const read = (...rows: string[]): Record<string, number[] | string> => {
  const wide = new WideRows();
  rows.forEach((row, i) => wide.add(row.split(','), i + 1));
  return Object.fromEntries(wide.finish().map((series) => [series.id, 'refusal' in series ? series.refusal : [...series.values]]));
};

describe('the rows of a wide file', () => {
  it('are as long as they are written, and their empty cells are gaps', () => {
    expect(read('a,1,2,3', 'b,,5,,7', 'c,1,2,3,4,5,,')).toEqual({
      a: [1, 2, 3],
      b: [NaN, 5, NaN, 7],
      c: [1, 2, 3, 4, 5, NaN, NaN],
    });
  });

  it('end with their last value where shorter series are filled up to one width', () => {
    expect(read('a,1,2,3,4,5,6', 'b,1,2,3,,,', 'c,1,2,3,4,5,')).toEqual({ a: [1, 2, 3, 4, 5, 6], b: [1, 2, 3], c: [1, 2, 3, 4, 5] });
  });

  it.each<[string, string[], number]>([
    ['a hole elsewhere says that columns are times', ['a,1,2,,4,5,6', 'b,1,2,3,,,'], 6],
    ['a late start elsewhere says so too', ['a,,2,3,4,5,6', 'b,1,2,3,,,'], 6],
    ['no row reaches the last column', ['a,1,2,3,4,5,', 'b,1,2,3,,,'], 6],
    ['rows are of several widths', ['a,1,2,3,4,5,6,7', 'b,1,2,3,,,'], 6],
    ['it is short', ['a,1,2,3,4,5,6,7,8,9', 'b,1,2,3,4,5,6,7,8,'], 9],
    ['the file has one row', ['b,1,2,3,,,'], 6],
  ])('keep a gap at their end where %s', (_, rows, steps) => {
    expect(read(...rows)['b']).toHaveLength(steps);
  });

  it('take numbers as they are written, and blanks for nothing', () => {
    expect(read('a, 1.5 ,-2e3,+.5, ,0,1e-300')).toEqual({ a: [1.5, -2000, 0.5, NaN, 0, 1e-300] });
    for (const cell of ['0x1F', '0b1', '1e400', 'NaN', 'nan', '-Infinity', '1_000', '12 000', 'null', 'TRUE']) {
      expect(read(`a,1,${cell},3`)).toEqual({ a: `IrregularSeries: series needs numbers, or empty cells for gaps, got "${cell}" at index 1` });
    }
  });
});
