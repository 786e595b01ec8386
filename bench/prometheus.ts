import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { hasPrometheus, RealPrometheus } from '../test/support/real-prometheus.js';
import { openBenchDatabase } from './bench-database.js';
import { openMetricsOf } from './gpu-history.js';
import { interleave, type BenchOptions, type Finding, type Measurement } from './measurement.js';
import { runProgram } from './program.js';
import type { CollectionAsked, CollectionOutcome } from './prometheus-process.js';

const count = new Intl.NumberFormat('en');
const megabyte = 1_000_000;
const dayMs = 86_400_000;
const gpus = 64;
const metrics = 5;
const wholeDays = 90;
const everyMs = 5 * 60_000;
/** How `npm start` runs a worker. */
const asStarted = ['--max-semi-space-size=16'];

/** The first run of a source: what a real Prometheus has of 90 days, read and stored in windows of seven days. */
export const prometheusMeasurement: Measurement = {
  name: 'prometheus',
  description: '90 days of 64 GPUs by 5 metrics, from a real Prometheus into the database: means of an hour, and every five minutes (--rows 8294400)',

  async measure({ rows, rounds, onProgress, signal }: BenchOptions): Promise<Finding> {
    if (!hasPrometheus) throw new Error('the measurement "prometheus" needs the programs prometheus and promtool, and they are not here');
    const days = rows === undefined ? wholeDays : Math.max(1, Math.round((rows * everyMs) / (gpus * metrics * dayMs)));
    const startMs = Math.floor(Date.now() / dayMs - days - 1) * dayMs;
    const endMs = startMs + days * dayMs;
    onProgress(`filling a Prometheus with ${days} days of ${gpus} GPUs, scraped every five minutes`);
    const server = await RealPrometheus.start(openMetricsOf({ gpus, startMs: startMs - everyMs, endMs: endMs + everyMs, everyMs }));
    try {
      const database = await openBenchDatabase(onProgress);
      try {
        const loads: number[] = [];
        const collected = (step: string, stepMs: number) => async (round: number): Promise<CollectionOutcome> => {
          await database.client.query('TRUNCATE usage_sample, usage_hour, usage_day, usage_series, resource, data_source CASCADE');
          loads.push(loadavg()[0]!);
          const asked: CollectionAsked = { url: server.url, step, start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() };
          const program = fileURLToPath(new URL('./prometheus-process.js', import.meta.url));
          const outcome = JSON.parse(await runProgram(process.execPath, [...asStarted, program, JSON.stringify(asked)], { DATABASE_URL: database.url }, signal)) as CollectionOutcome;
          const { seconds, processorSeconds, peakBytes, usageSampleCount, callCount } = outcome;
          // A fast collection of something else would be worth nothing.
          const due = (gpus * metrics * days * dayMs) / stepMs;
          if (usageSampleCount !== due) throw new Error(`the run needs to store ${due} samples, got ${usageSampleCount}`);
          onProgress(`round ${round}, ${step}: ${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processor, ${Math.round(peakBytes / megabyte)} MB, ${callCount} calls, load ${loads.at(-1)!.toFixed(1)}`);
          return outcome;
        };
        const results = await interleave(rounds, { hours: collected('PT1H', 3_600_000), fiveMinutes: collected('PT5M', everyMs) });
        const each = (outcomes: CollectionOutcome[], figure: (outcome: CollectionOutcome) => number) => outcomes.map(figure);
        return {
          subject: `${days} days of ${gpus} GPUs by ${metrics} metrics: ${count.format(results.hours[0]!.usageSampleCount)} means of an hour, and ${count.format(results.fiveMinutes[0]!.usageSampleCount)} of five minutes`,
          software: ['Prometheus', `PostgreSQL ${database.serverVersion}`],
          figures: [
            { name: 'means of an hour', unit: 's', limit: { atMost: 10 }, rounds: each(results.hours, ({ seconds }) => seconds) },
            { name: 'processor time of it, without the servers', unit: 's', rounds: each(results.hours, ({ processorSeconds }) => processorSeconds) },
            { name: 'peak memory of it', unit: 'MB', limit: { atMost: 300 }, rounds: each(results.hours, ({ peakBytes }) => peakBytes / megabyte) },
            { name: 'every five minutes', unit: 's', rounds: each(results.fiveMinutes, ({ seconds }) => seconds) },
            { name: 'processor time of it, without the servers', unit: 's', limit: { atMost: 60 }, rounds: each(results.fiveMinutes, ({ processorSeconds }) => processorSeconds) },
            { name: 'peak memory of it', unit: 'MB', limit: { atMost: 300 }, rounds: each(results.fiveMinutes, ({ peakBytes }) => peakBytes / megabyte) },
          ],
          notes: [
            `Prometheus, PostgreSQL and the collecting process share the machine; its load before each collection was ${loads.map((load) => load.toFixed(1)).join(', ')}.`,
            'Three of the metrics are those of the preset dcgm, two are PromQL. Everything is stored and rolled up, by the same run that a worker does.',
          ],
        };
      } finally {
        await database.close();
      }
    } finally {
      await server.stop();
    }
  },
};
