import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { forecastSeries, isRefused, readSeries, type FileSeries, type RefusedSeries, type SeriesQuestion } from '../../series-files/index.js';
import { callerDirectory } from '../caller-directory.js';
import { count } from '../format.js';
import { onInterruption } from '../interruption.js';
import { fileOutput, standardOutput, type Output } from '../output.js';
import { Progress } from '../progress.js';

export interface ForecastFileOptions {
  input: string;
  horizon: number;
  /** Seasonal periods in steps. */
  period?: readonly number[];
  levels?: readonly number[];
  output?: string;
  workers?: number;
}

const usualLevels = [80, 95];
const mostReasons = 5;

/** Forecasts every series of a file into lines of JSON. There is no database in it. */
export async function forecastFile({ input, horizon, period, levels = usualLevels, output: path, workers = availableParallelism() }: ForecastFileOptions): Promise<void> {
  const signal = onInterruption();
  const progress = new Progress();
  const output = path === undefined ? standardOutput() : await fileOutput(resolve(callerDirectory, path));
  try {
    const series = await progress.step(
      `Reading ${input}`,
      (tell) => readSeries(resolve(callerDirectory, input), { signal, onProgress: (rows) => tell(`${count(rows)} rows`) }),
      described,
    );
    await forecastInto(output, series, { horizon, levels, periods: period }, { workers, signal, progress });
    await output.finish();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function described(series: readonly FileSeries[]): string {
  const values = series.reduce((sum, one) => sum + (isRefused(one) ? 0 : one.values.length), 0);
  return `${count(series.length)} series, ${count(values)} steps`;
}

async function forecastInto(
  output: Output,
  series: readonly FileSeries[],
  question: SeriesQuestion,
  { workers, signal, progress }: { workers: number; signal: AbortSignal; progress: Progress },
): Promise<void> {
  const refused: RefusedSeries[] = [];
  const startedAt = performance.now();
  const rate = (done: number) => `${count(done / ((performance.now() - startedAt) / 1000))} series/s`;
  await progress.step(
    'Forecasting',
    async (tell) => {
      let done = 0;
      for await (const answer of forecastSeries(series, question, { workers, signal })) {
        await output.write(answer.lines);
        done += answer.count;
        refused.push(...answer.refused);
        tell(`${count(done)} of ${count(series.length)} series, ${rate(done)}`);
      }
      signal.throwIfAborted();
      return done;
    },
    (done) => `${count(done)} series, ${refused.length === 0 ? 'none' : count(refused.length)} refused, ${rate(done)}`,
  );
  for (const { id, refusal } of refused.slice(0, mostReasons)) progress.note(`${id} is not forecast: ${refusal}`);
  if (refused.length > mostReasons) progress.note(`${count(refused.length - mostReasons)} more are not forecast: their lines say why`);
}
