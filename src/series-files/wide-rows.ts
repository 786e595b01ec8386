import { type FileSeries, numberIn, refusalOf } from './file-series.js';

/** Rows whose ends are missing this share of the columns or more are shorter series, not series that ended late. */
const shareOfPadding = 0.25;

/**
 * The series of a wide file, `id,v1,v2,...`, one a row. An empty cell is a gap, at the end of a row too: the next steps
 * follow the last cell.
 *
 * Programs that write series of different lengths into a rectangle fill up the shorter rows with empty cells, which are
 * no steps. Such a file is known by all of this: all rows have as many cells; some reach the last column; no cell before
 * the end of a row is empty; and some end a quarter of the columns or more before the last. There, a row ends with its
 * last value.
 */
export class WideRows {
  private readonly series: FileSeries[] = [];
  private readonly ids = new Map<string, number>();
  private fewestColumns = Infinity;
  private mostColumns = 0;
  private longestEnd = 0;
  private hasFullRow = false;
  private hasHole = false;

  add(row: readonly string[], line: number): void {
    // Copied, or each would keep all the text that it was read with.
    const id = Buffer.from(row[0]!.trim()).toString();
    const first = this.ids.get(id);
    if (first !== undefined) {
      this.series.push({ id, refusal: `its id stands in row ${first} already, and again in row ${line}` });
      return;
    }
    this.ids.set(id, line);
    try {
      const values = new Float64Array(row.length - 1);
      for (let i = 0; i < values.length; i += 1) values[i] = numberIn(row[i + 1]!, i);
      this.series.push({ id, values, grid: null });
      this.noteShape(values);
    } catch (error) {
      this.series.push({ id, refusal: refusalOf(error) });
    }
  }

  finish(): FileSeries[] {
    if (!this.isPadded) return this.series;
    return this.series.map((one) => ('values' in one ? { ...one, values: one.values.subarray(0, endOf(one.values)) } : one));
  }

  private noteShape(values: Float64Array): void {
    const end = endOf(values);
    this.fewestColumns = Math.min(this.fewestColumns, values.length);
    this.mostColumns = Math.max(this.mostColumns, values.length);
    this.longestEnd = Math.max(this.longestEnd, values.length - end);
    this.hasFullRow ||= end === values.length;
    this.hasHole ||= hasGap(values, end);
  }

  private get isPadded(): boolean {
    return (
      this.fewestColumns === this.mostColumns && this.hasFullRow && !this.hasHole && this.longestEnd >= shareOfPadding * this.mostColumns && this.longestEnd > 0
    );
  }
}

/** How many steps there are to the last value. */
function endOf(values: Float64Array): number {
  let end = values.length;
  while (end > 0 && Number.isNaN(values[end - 1]!)) end -= 1;
  return end;
}

function hasGap(values: Float64Array, end: number): boolean {
  for (let t = 0; t < end; t += 1) if (Number.isNaN(values[t]!)) return true;
  return false;
}
