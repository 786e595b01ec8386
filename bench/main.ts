import 'reflect-metadata';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { callerDirectory } from '../src/cli/caller-directory.js';
import { table } from '../src/cli/format.js';
import { Progress } from '../src/cli/progress.js';
import type { Part } from './forecast-sets.js';
import { measurements } from './index.js';
import { isMet } from './measurement.js';
import { asJson, machine, printed } from './report.js';

interface Options {
  rows?: number;
  rounds: number;
  data?: string;
  part: Part;
  set?: string;
  json?: boolean;
}

const interruption = new AbortController();

const bench = new Command('bench')
  .description('Measures Headroom beside its peers and limits; exits with 1 where a limit is missed.')
  .argument('[name]', 'what to measure; without it, lists what there is')
  .option('--rows <count>', 'how much data', positive)
  .option('--rounds <count>', 'how often each side is measured', positive, 3)
  .option('--data <folder>', 'forecasts: the sets to score (../shared/benchmarks/data); capacity: the usage of a cluster (../shared/data/gpu-cluster)', (path) => resolve(callerDirectory, path))
  .addOption(new Option('--part <part>', 'forecasts: what to score, held back from the training parts or the test parts').choices(['training', 'test']).default('training'))
  .option('--set <name>', 'forecasts: only this set; "daily" are the generated series')
  .option('--json', 'print the figures of every round as JSON')
  .action(async (name: string | undefined, { json, ...options }: Options) => {
    if (name === undefined) return print(list());
    const measurement = measurements.find((one) => one.name === name);
    if (!measurement) return bench.error(`bench: there is no measurement "${name}"\n\n${list()}`);
    const on = machine();
    const progress = new Progress();
    const interrupt = () => interruption.abort();
    // One Ctrl-C arrives twice, from the terminal and from npm.
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    const finding = await measurement.measure({ ...options, onProgress: (message) => progress.note(message), signal: interruption.signal });
    print((json ? asJson : printed)(measurement, finding, on));
    if (!finding.figures.every(isMet)) process.exitCode = 1;
  });

function list(): string {
  return table(['npm run bench -- …', 'Measures'], measurements.map(({ name, description }) => [name, description]));
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('needs a whole number of at least 1');
  return value;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await bench.parseAsync();
} catch (error) {
  if (!interruption.signal.aborted) throw error;
  process.stderr.write('bench: interrupted\n');
  process.exitCode = 1;
}
