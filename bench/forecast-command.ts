import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ScoredForecast } from './m4-scores.js';
import { runProgram } from './program.js';
import type { Usage } from './tell-usage.js';

const bench = fileURLToPath(new URL('.', import.meta.url));
const program = join(bench, '..', '..', 'bin', 'headroom.mjs');

/** One run of the command, a process of its own. */
export interface CommandRun extends Usage {
  /** From its start to its end. */
  seconds: number;
  /** What it wrote. */
  output: string;
}

/** Runs `headroom forecast --input` as a terminal does. */
export async function runForecast(
  input: string,
  { horizon, period, signal }: { horizon: number; period: number; signal: AbortSignal },
): Promise<CommandRun> {
  const output = `${input}.jsonl`;
  const usage = `${input}.usage`;
  const args = ['forecast', '--input', input, '--output', output, '--horizon', `${horizon}`, '--period', `${period}`, '--levels', '80,95'];
  const startedAt = performance.now();
  // With the flag that `npm run headroom` runs with: young objects stay in the processor's cache.
  await runProgram(process.execPath, ['--max-semi-space-size=16', '--import', join(bench, 'tell-usage.js'), program, ...args], { HEADROOM_BENCH_USAGE: usage }, signal, 'quiet');
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...(JSON.parse(await readFile(usage, 'utf8')) as Usage), seconds, output };
}

export interface ReadForecasts {
  /** By id; null for a series that was refused. */
  forecasts: Map<string, ScoredForecast | null>;
  /** What the engine spent on them: the sum of their `sec`. */
  engineSeconds: number;
}

/** The lines that the command wrote. */
export async function readForecasts(output: string): Promise<ReadForecasts> {
  const forecasts = new Map<string, ScoredForecast | null>();
  let engineSeconds = 0;
  for await (const text of createInterface({ input: createReadStream(output), crlfDelay: Infinity })) {
    const line = JSON.parse(text) as { id: string; sec?: number } & Record<string, number[] | undefined>;
    engineSeconds += line.sec ?? 0;
    const numbers = (name: string): Float64Array => Float64Array.from(line[name]!);
    const interval = (level: number) => [level, { lower: numbers(`lo${level}`), upper: numbers(`hi${level}`) }] as const;
    forecasts.set(line.id, line['mean'] ? { mean: numbers('mean'), intervals: new Map([interval(80), interval(95)]) } : null);
  }
  return { forecasts, engineSeconds };
}
