import { readCsvRows } from './csv-rows.js';
import type { FileSeries } from './file-series.js';
import { LongRows } from './long-rows.js';
import { SeriesFileRefused } from './series-file-refused.js';
import { WideRows } from './wide-rows.js';

export interface ReadOptions {
  signal?: AbortSignal;
  /** Told how many rows were read, now and then. */
  onProgress?: (rows: number) => void;
}

/**
 * Every series of a CSV file, plain or gzip, in the order of the file: long where it begins with a header that names
 * `series_id` and `timestamp`, wide otherwise.
 *
 * @throws SeriesFileRefused when the file cannot be read, or has no series
 */
export async function readSeries(file: string, { signal, onProgress }: ReadOptions = {}): Promise<FileSeries[]> {
  let format: WideRows | LongRows | undefined;
  for await (const { rows, first } of readCsvRows(file, signal)) {
    for (const [i, row] of rows.entries()) {
      if (row.length === 1 && row[0]!.trim() === '') continue;
      if (!format) {
        const long = LongRows.of(file, row);
        format = long ?? new WideRows();
        if (long) continue;
      }
      format.add(row, first + i);
    }
    onProgress?.(first + rows.length - 1);
  }
  const series = format?.finish() ?? [];
  if (series.length === 0) {
    throw new SeriesFileRefused(file, 'holds no series: it needs rows of id,v1,v2,... or a header series_id,timestamp,value and rows');
  }
  return series;
}
