import type { Series } from '../series.js';
import { fillGaps } from './gaps.js';
import { cutSpikes } from './spikes.js';

/** A series that models can learn from, beside what was really observed. */
export interface PreparedSeries {
  /** [n], from the first observation to the last; spikes cut, gaps filled. */
  readonly values: Float64Array;
  /** [n], spikes cut, gaps still NaN: what forecasts are scored against. */
  readonly observed: Float64Array;
  /** Ascending, without repeats. */
  readonly periods: readonly number[];
  /** Steps between the last observation and the end of the grid. A forecast has to bridge them first. */
  readonly gapAtEnd: number;
}

/** Expects a series that passed `checkSeries`. */
export function prepare({ values, periods }: Series): PreparedSeries {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const end = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  const ascending = [...new Set(periods)].sort((a, b) => a - b);
  const observed = cutSpikes(values.subarray(first, end));
  return {
    values: fillGaps(observed, ascending),
    observed,
    periods: ascending,
    gapAtEnd: values.length - end,
  };
}
