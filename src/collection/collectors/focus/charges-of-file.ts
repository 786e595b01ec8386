import type { Charge } from '../../../costs/index.js';
import { readCsv } from '../../csv/csv-file.js';
import { firstBytes } from '../../csv/text-file.js';
import { isParquet, readParquet } from '../../parquet/parquet-file.js';
import { chargeReader, type FocusDefaults } from './charge-of-row.js';
import { readLayout } from './focus-columns.js';

/**
 * So few that V8 never finds a hundred rows alive at once. When it does, it takes rows for objects
 * that last and makes them where only a full collection finds them again: an import then takes 2.5
 * times the processor time and 200 MB more.
 */
const rowsPerBatch = 20;

/**
 * The charges of one FOCUS file, some at a time. What format it has is told by its first bytes, not
 * by its name. A file without rows gives none.
 *
 * @throws FileRefused naming line or row, and column; no charge after it is yielded
 */
export async function* chargesOfFile(path: string, defaults: FocusDefaults, onNotice: (message: string) => void): AsyncGenerator<Charge[]> {
  const isColumnar = isParquet(await firstBytes(path));
  let read: ReturnType<typeof chargeReader> | undefined;
  for await (const { header, rows, numbers } of isColumnar ? readParquet(path, rowsPerBatch) : linesOf(path)) {
    if (!read) {
      const layout = readLayout(path, header);
      if (layout.isExcerpt) onNotice(`${path} does not say who bills: its charges count as those of any other such file, unless --source tells them apart`);
      read = chargeReader(path, layout, defaults, isColumnar ? 'row' : 'line');
    }
    const toCharge = read;
    yield rows.map((row, index) => toCharge(row, numbers[index]!));
  }
}

async function* linesOf(path: string) {
  for await (const { header, rows, lines } of readCsv(path, rowsPerBatch)) yield { header, rows, numbers: lines };
}
