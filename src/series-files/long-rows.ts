import { IrregularSeries, regularGrid } from '../../forecasts/index.js';
import { type FileSeries, numberIn, refusalOf } from './file-series.js';
import { SeriesFileRefused } from './series-file-refused.js';

const columns = ['series_id', 'timestamp', 'value'] as const;
const timestampPattern = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;
/** Timestamps come again with every series; of more different ones than this, remembering them would not pay. */
const mostRemembered = 100_000;

interface Observations {
  timestamps: number[];
  values: number[];
  refusal: string | null;
}

/**
 * The series of a long file, `series_id,timestamp,value` with a header, one observation a row; series may alternate, each
 * in the order of time. Timestamps are ISO 8601: with their offset or in UTC, down to the month where that is the step.
 */
export class LongRows {
  private readonly series = new Map<string, Observations>();
  private readonly remembered = new Map<string, number>();

  private constructor(
    private readonly width: number,
    private readonly at: Record<(typeof columns)[number], number>,
  ) {}

  /** For a file that begins with this row; null when it is no header of a long one. @throws SeriesFileRefused when it is half of one */
  static of(file: string, header: readonly string[]): LongRows | null {
    const names = header.map((name) => name.trim().toLowerCase());
    if (!names.includes('series_id') && !names.includes('timestamp')) return null;
    const missing = columns.filter((column) => !names.includes(column));
    if (missing.length > 0) {
      throw new SeriesFileRefused(file, `a long file needs the header ${columns.join(',')}, and has no column ${missing.join(' and no column ')}`);
    }
    return new LongRows(names.length, {
      series_id: names.indexOf('series_id'),
      timestamp: names.indexOf('timestamp'),
      value: names.indexOf('value'),
    });
  }

  add(row: readonly string[], line: number): void {
    const observations = this.of(row[this.at.series_id]?.trim() ?? '');
    if (observations.refusal !== null) return;
    const { timestamps, values } = observations;
    try {
      if (row.length !== this.width) throw new Error(`row ${line} has ${row.length} cells, and the header has ${this.width}`);
      const time = this.timeIn(row[this.at.timestamp]!.trim(), timestamps.length);
      values.push(numberIn(row[this.at.value]!, values.length));
      timestamps.push(time);
    } catch (error) {
      observations.refusal = error instanceof IrregularSeries ? refusalOf(error) : (error as Error).message;
      timestamps.length = 0;
      values.length = 0;
    }
  }

  finish(): FileSeries[] {
    return [...this.series].map(([id, observations]): FileSeries => {
      if (observations.refusal !== null) return { id, refusal: observations.refusal };
      try {
        const { values, start, step } = regularGrid(Float64Array.from(observations.timestamps), Float64Array.from(observations.values));
        return { id, values, grid: { start, step } };
      } catch (error) {
        return { id, refusal: refusalOf(error) };
      } finally {
        observations.timestamps = [];
        observations.values = [];
      }
    });
  }

  private of(id: string): Observations {
    let observations = this.series.get(id);
    if (!observations) {
      observations = { timestamps: [], values: [], refusal: null };
      // Copied, or each would keep all the text that it was read with.
      this.series.set(Buffer.from(id).toString(), observations);
    }
    return observations;
  }

  private timeIn(text: string, index: number): number {
    const known = this.remembered.get(text);
    if (known !== undefined) return known;
    const time = instant(text);
    if (Number.isNaN(time)) throw new IrregularSeries(index, JSON.stringify(text), 'timestamps such as 2026-01-05T00:00:00Z or 2026-01-05');
    if (this.remembered.size < mostRemembered) this.remembered.set(Buffer.from(text).toString(), time);
    return time;
  }
}

/** Milliseconds since 1970; NaN when the text is no timestamp, or of a day that no calendar has. */
function instant(text: string): number {
  const [, year, month, day = '01', offset] = timestampPattern.exec(text) ?? [];
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  if (!isDay) return NaN;
  // Without an offset a date is in UTC, and a time would be in the zone of this machine.
  return Date.parse(text.length <= 10 || offset ? text.replace(' ', 'T') : `${text.replace(' ', 'T')}Z`);
}
