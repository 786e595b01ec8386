import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import { forecast, ForecastError, timeOfStep, type Fleet } from '../../forecasts/index.js';
import { stepDuration } from './step-duration.js';
import { engineSeries, refusalOf, type ReadSeries, type RefusedSeries } from './file-series.js';

/** What is asked of every series. */
export interface SeriesQuestion {
  horizon: number;
  /** Percent. */
  levels: readonly number[];
  /** Seasonal periods in steps; undefined leaves them to what the steps or the values show. */
  periods?: readonly number[];
}

/** What the series of the file have in common: the same for every batch, so that it is sent once. */
const { fleet } = workerData as { fleet: Fleet };

/** Series that go to a worker together, their values in one block that is handed over without a copy. */
export interface SeriesBatch {
  question: SeriesQuestion;
  series: ((Pick<ReadSeries, 'id' | 'grid'> & { length: number }) | RefusedSeries)[];
  values: Float64Array;
}

export interface BatchAnswer {
  /** A line of JSON for each series, in their order, UTF-8. */
  lines: Uint8Array;
  count: number;
  refused: RefusedSeries[];
}

/** Forecasts the series of a batch, one after the other. A series that cannot be forecast says why, and the next follows. */
export default function forecastBatch({ question, series, values }: SeriesBatch): BatchAnswer {
  const refused: RefusedSeries[] = [];
  let lines = '';
  let at = 0;
  for (const one of series) {
    let line: object;
    if ('refusal' in one) {
      refused.push(one);
      line = { id: one.id, error: one.refusal };
    } else {
      const { id, grid, length } = one;
      try {
        line = answerFor({ id, grid, values: values.subarray(at, at + length) }, question);
      } catch (error) {
        const refusal = error instanceof ForecastError ? refusalOf(error) : `unexpected ${refusalOf(error)}`;
        refused.push({ id, refusal });
        line = { id, error: refusal };
      }
      at += length;
    }
    lines += `${JSON.stringify(line)}\n`;
  }
  const bytes = new TextEncoder().encode(lines);
  const answer: BatchAnswer = { lines: bytes, count: series.length, refused };
  // The bytes are handed over without a copy, as the values were.
  return move({ [transferableSymbol]: bytes.buffer, [valueSymbol]: answer }) as unknown as BatchAnswer;
}

function answerFor(series: ReadSeries, { horizon, levels, periods }: SeriesQuestion): object {
  const { id, grid, values } = series;
  const before = process.threadCpuUsage();
  const { mean, intervals, models } = forecast(engineSeries(series, periods), { horizon, levels, fleet });
  const used = process.threadCpuUsage(before);

  const answer: Record<string, unknown> = { id };
  if (grid) {
    answer['start'] = new Date(timeOfStep(grid, values.length)).toISOString();
    answer['step'] = stepDuration(grid.step);
  }
  answer['mean'] = numbers(mean);
  for (const { level, lower, upper } of intervals) {
    answer[`lo${level}`] = numbers(lower);
    answer[`hi${level}`] = numbers(upper);
  }
  answer['models'] = Object.fromEntries(models.map(({ name, weight }) => [name, weight]));
  answer['sec'] = (used.user + used.system) / 1e6;
  return answer;
}

/** JSON has no NaN and would write null for it, which nobody should take for an answer. */
function numbers(values: Float64Array): number[] {
  if (!values.every(Number.isFinite)) throw new Error('the forecast is not finite');
  return Array.from(values);
}
