import { candidatePeriods, IrregularSeries, type RegularGrid, type Series } from '../../forecasts/index.js';

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

/** The series as the engine takes it, with the periods that are named, or else those that it may have. */
export function engineSeries({ values, grid }: ReadSeries, named: readonly number[] | undefined): Series {
  return {
    values,
    periods: candidatePeriods(values, { named, step: grid?.step }),
    nonNegative: !values.some((value) => value < 0),
  };
}

/** What is wrong with a series, by the engine's name for it. */
export function refusalOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

const longestQuoted = 40;
const nine = '9'.charCodeAt(0);

/**
 * The number in a cell; NaN where the cell is empty, which is a gap.
 *
 * @param index which observation of its series it is, from 0
 * @throws IrregularSeries for anything else: words, NaN, infinities, hexadecimals
 */
export function numberIn(cell: string, index: number): number {
  const text = cell.trim();
  if (text === '') return NaN;
  const value = Number(text);
  if (Number.isFinite(value) && !isPrefixed(text)) return value;
  const shown = text.length > longestQuoted ? `${text.slice(0, longestQuoted)}…` : text;
  throw new IrregularSeries(index, JSON.stringify(shown), 'numbers, or empty cells for gaps');
}

/** Number() takes 0x1F for 31, and 0b1 for 1. */
function isPrefixed(text: string): boolean {
  // Of what Number() takes, only a prefix and an exponent have a letter here.
  return text.charCodeAt(1) > nine && /^0[xob]/i.test(text);
}
