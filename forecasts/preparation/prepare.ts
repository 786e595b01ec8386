import type { Series } from '../series.js';
import { fillGaps } from './gaps.js';
import { scaleOf, type Scale } from './scale.js';
import { cutSpikes } from './spikes.js';

/** A series that models can learn from, beside what was really observed. */
export interface PreparedSeries {
  /** The scale that `values` are on. */
  readonly scale: Scale;
  /** [n], from the first observation to the last, on the scale; spikes cut, gaps filled. */
  readonly values: Float64Array;
  /** [n], in the unit of the series, spikes cut, gaps still NaN: what forecasts are scored against. */
  readonly observed: Float64Array;
  /** The caller's periods; ascending, without repeats. */
  readonly periods: readonly number[];
  /** Steps between the last observation and the end of the grid. A forecast has to bridge them first. */
  readonly gapAtEnd: number;
}

/**
 * Makes a series ready to learn from: spikes cut, scale chosen, gaps filled, and the unobserved steps at either end left off.
 *
 * Shapes    values [n], which passed `checkSeries`; floors [n], below which no gap is filled, NaN where there is none; see
 *           PreparedSeries.
 * Units     see PreparedSeries.
 */
export function prepare({ values, periods }: Series, floors: Float64Array | null = null): PreparedSeries {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const end = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  const ascending = [...new Set(periods)].sort((a, b) => a - b);
  const observed = cutSpikes(values.subarray(first, end));
  const scale = scaleOf(observed, ascending[0] ?? 1);
  const filled = fillGaps(scale.isLogarithmic ? observed.map(scale.to) : observed, ascending);
  // Nothing compares with NaN: where no floor is known, the filling stays as it is.
  const scaled = floors ? filled.map((value, i) => (scale.to(floors[first + i]!) > value ? scale.to(floors[first + i]!) : value)) : filled;
  return {
    scale,
    values: scaled,
    observed,
    periods: ascending,
    gapAtEnd: values.length - end,
  };
}
