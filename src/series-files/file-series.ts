import { IrregularSeries, type RegularGrid } from '../../forecasts/index.js';

/** One series of a file. */
export type FileSeries = ReadSeries | RefusedSeries;

export interface ReadSeries {
  id: string;
  /** One per step, NaN for a gap. */
  values: Float64Array;
  /** When the steps are; null where the file does not say. */
  grid: Pick<RegularGrid, 'start' | 'step'> | null;
}

/** A series that stands in the file and is none. */
export interface RefusedSeries {
  id: string;
  refusal: string;
}

export function isRefused(series: FileSeries): series is RefusedSeries {
  return 'refusal' in series;
}

/** What is wrong with a series, by the engine's name for it. */
export function refusalOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

const longestQuoted = 40;

/**
 * The number in a cell; NaN where the cell is empty, which is a gap.
 *
 * @param index which observation of its series it is, from 0
 * @throws IrregularSeries for anything else: words, NaN, infinities, hexadecimals
 */
export function numberIn(cell: string, index: number): number {
  if (cell === '') return NaN;
  const value = Number(cell);
  if (Number.isFinite(value) && !isPrefixed(cell)) return value === 0 && cell.trim() === '' ? NaN : value;
  const shown = cell.length > longestQuoted ? `${cell.slice(0, longestQuoted)}…` : cell;
  throw new IrregularSeries(index, JSON.stringify(shown), 'numbers, or empty cells for gaps');
}

/** Number() takes 0x1F for 31, and 0b1 for 1. */
function isPrefixed(cell: string): boolean {
  return /^\s*0[xob]/i.test(cell);
}
