import { Piscina } from 'piscina';
import { fitFleet, type Fleet } from '../../forecasts/index.js';
import { engineSeries, isRefused, type FileSeries } from './file-series.js';
import type { BatchAnswer, SeriesBatch, SeriesQuestion } from './forecast-batch.worker.js';

export interface ForecastOptions {
  /** How many threads forecast at once. */
  workers: number;
  signal: AbortSignal;
}

/** A batch is large enough that sending it takes no time, and small enough that all workers end together. */
const batchValues = 16 * 1024;
const batchSeries = 64;
/** A thread compiles the engine anew, which takes as long as forecasting so many batches: with fewer it costs more than it brings. */
const batchesPerThread = 4;
/** More series than these teach a fleet nothing new. */
const fleetSeries = 1000;
/** Batches that may be under way or wait to be taken, per worker: what bounds the memory when the output is slow. */
const batchesAhead = 3;

/**
 * Forecasts every series on several threads and gives the answers in the order of the series. What is given does not depend
 * on the number of workers, and no more is forecast than is taken.
 */
export async function* forecastSeries(
  series: readonly FileSeries[],
  question: SeriesQuestion,
  { workers, signal }: ForecastOptions,
): AsyncGenerator<BatchAnswer> {
  signal.throwIfAborted();
  const stretches = stretchesOf(series);
  const threads = Math.max(1, Math.min(workers, Math.floor(stretches.length / batchesPerThread)));
  const fleet = fleetOf(series, question);
  signal.throwIfAborted();
  const pool = new Piscina<SeriesBatch, BatchAnswer>({
    filename: new URL('./forecast-batch.worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData: { fleet },
  });
  const stop = () => void pool.destroy();
  signal.addEventListener('abort', stop);
  try {
    const ahead: Promise<BatchAnswer>[] = [];
    for (const stretch of stretches) {
      const batch = batchOf(stretch, question);
      const answer = pool.run(batch, { transferList: [batch.values.buffer as ArrayBuffer] });
      // It is awaited when its turn comes; until then nobody listens.
      answer.catch(() => undefined);
      ahead.push(answer);
      if (ahead.length >= batchesAhead * threads) yield await ahead.shift()!;
    }
    for (const answer of ahead) yield await answer;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await pool.destroy();
  }
}

/** What the series have in common, learnt from some of them, evenly over the file. */
function fleetOf(series: readonly FileSeries[], { periods, horizon }: SeriesQuestion): Fleet {
  const every = Math.max(1, Math.ceil(series.length / fleetSeries));
  const some = series.filter((_, i) => i % every === 0);
  return fitFleet(some.flatMap((one) => (isRefused(one) ? [] : engineSeries(one, periods))), horizon);
}

/** The series cut into batches, without a copy. */
function stretchesOf(series: readonly FileSeries[]): (readonly FileSeries[])[] {
  const stretches: (readonly FileSeries[])[] = [];
  for (let from = 0, end = 0; from < series.length; from = end) {
    for (let values = 0; end < series.length && end - from < batchSeries && values < batchValues; end += 1) values += lengthOf(series[end]!);
    stretches.push(series.slice(from, end));
  }
  return stretches;
}

function batchOf(series: readonly FileSeries[], question: SeriesQuestion): SeriesBatch {
  const values = new Float64Array(series.reduce((sum, one) => sum + lengthOf(one), 0));
  let at = 0;
  const described = series.map((one) => {
    if (isRefused(one)) return one;
    values.set(one.values, at);
    at += one.values.length;
    return { id: one.id, grid: one.grid, length: one.values.length };
  });
  return { question, series: described, values };
}

function lengthOf(series: FileSeries): number {
  return isRefused(series) ? 0 : series.values.length;
}
