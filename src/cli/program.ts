import { Command, InvalidArgumentError, Option } from 'commander';
import type { ForecastFileOptions } from './commands/forecast-file.js';
import type { GpuCostsOptions } from './commands/gpu-costs.js';
import type { ImportFocusOptions } from './commands/import-focus.js';
import type { ImportUsageOptions } from './commands/import-usage.js';
import type { StartOptions } from './commands/start.js';
import { isExpected } from './expected-errors.js';
import { gpuCostDimensions, idleRules } from './gpu-cost-words.js';

const settings = `
A first look, and then your own data:
  headroom start                      the demo organisation, the answers, and GraphQL
  headroom import focus bill.csv.gz   what was charged: "headroom import focus --help"
  headroom import usage cluster.csv   what was used: "headroom import usage --help"
  headroom collect                    read the sources that have a schedule, now
  headroom forecast                   the answers anew
  headroom gpu-costs                  whose GPUs cost what, to the cent of the bill
  headroom forecast --input any.csv   any series, without a database: "headroom forecast --help"

Settings come from the environment:
  DATABASE_URL        the PostgreSQL (15 to 18) to use; without it, one is started here
  HEADROOM_DATA_DIR   where that one keeps its data                  (.headroom)
  HOST, PORT          where to serve                                 (127.0.0.1, 4000)
  ROLE                api answers, worker collects and forecasts     (both)
  HEADROOM_ADMIN_KEY  32 characters or more that every request has to bring;
                      without it, only this machine is served
  HEADROOM_SECRET_KEY 32 characters or more that secrets of sources are encrypted with;
                      without it, sources with secrets are refused
  HEADROOM_SAMPLE_MONTHS  how long samples are kept as they came; by the hour and the day they stay (13)`;

/** The command line. Every description is one a person reads first. */
export function program(): Command {
  const headroom = new Command('headroom')
    .description('When GPUs and storage run out, what the next months cost, and how sure that is.')
    .showHelpAfterError('Add --help to see what it takes.')
    .helpCommand(false)
    .addHelpText('after', settings);

  headroom
    .command('start')
    .description('bring everything up to date, print the answers, and serve them as GraphQL')
    .option('--empty', 'begin without the demo organisation that a first start makes')
    .option('--demo', 'load the demo organisation, also into the database of DATABASE_URL')
    .addHelpText('after', example('headroom start --empty'))
    .action(async (options: StartOptions) => (await import('./commands/start.js')).start(options));

  const importing = headroom
    .command('import')
    .description('load bills (import focus) or utilization (import usage)')
    .helpCommand(false)
    .addHelpText('after', example('headroom import focus september.csv.gz'));

  importing
    .command('focus')
    .description('load FOCUS exports (1.0 to 1.3, CSV, gzip or Parquet), all files given as one delivery')
    .argument('<file...>', 'the files; in any order, of any size')
    .option('--source <name>', 'the source they belong to; without it, the one whose bills they are')
    .option('--currency <code>', 'the currency of files that have no BillingCurrency column', currencyCode)
    .addHelpText(
      'after',
      `
A delivery replaces, for its source, the billing periods it contains, each as a new revision; the
revision before stays readable (costReport, asOf). The same delivery again changes nothing. A file
that is not in order is refused with its line or row, and its column, and then nothing is stored.
${example('headroom import focus september.csv.gz october.csv.gz')}`,
    )
    .action(async (files: string[], options: ImportFocusOptions) => (await import('./commands/import-focus.js')).importFocus(files, options));

  importing
    .command('usage')
    .description('load utilization from a CSV file: timestamp,resource,metric,value')
    .argument('<file>', 'the file; plain or gzip')
    .option('--source <name>', 'the source it belongs to', 'usage-csv')
    .option('--provider <name>', 'the provider whose resources these are, as in its bills', 'own')
    .addHelpText(
      'after',
      `
Timestamps carry their offset (2026-01-05T00:00:00Z). Metrics: GPU_REQUESTED, GPU_ALLOCATED (GPUs),
GPU_UTILIZATION (0 to 1), GPU_MEMORY, MEMORY, STORAGE (GiB), STORAGE_INODES, STORAGE_OBJECTS, CPU (cores),
GPU_POWER (watts), NETWORK, REQUESTS, TOKENS. A row that is not there, or has no value, is a gap and stays one.
${example('headroom import usage cluster.csv --provider AWS')}`,
    )
    .action(async (file: string, options: ImportUsageOptions) => (await import('./commands/import-usage.js')).importUsage(file, options));

  headroom
    .command('remove-demo')
    .description('remove the demo organisation, with everything that was derived from it')
    .addHelpText('after', example('headroom remove-demo'))
    .action(async () => (await import('./commands/remove-demo.js')).removeDemo());

  headroom
    .command('collect')
    .description('read the sources that have a schedule now, or one of them')
    .argument('[source]', 'its name; all of them when left out')
    .addHelpText('after', example('headroom collect "Prometheus Frankfurt"'))
    .action(async (source: string | undefined) => (await import('./commands/collect.js')).collect(source));

  headroom
    .command('forecast')
    .description('forecast everything whose data has changed, and print the answers; with --input, any series of a file')
    .option('--input <file>', 'forecast the series of this CSV file (plain or gzip) instead, without any database')
    .option('--horizon <steps>', 'how many steps ahead', wholeNumber(1, longestHorizon))
    .option('--period <steps>', 'the length of a season, or of two (24,168); 1 for none; without it, what the steps or the values show', periods)
    .option('--levels <percent>', 'levels of the intervals, 50 to 99 (80,95)', levels)
    .option('--output <file>', 'where to write the lines, once all are made; without it, the standard output')
    .option('--workers <count>', 'how many cores to use; without it, all', wholeNumber(1, mostWorkers))
    .addHelpText(
      'after',
      `
Without --input it works on the database. With it, the file is either wide, one series a row and no
header (id,v1,v2,...), or long, with the header series_id,timestamp,value, ISO timestamps in order,
and UTC where they have no offset. An empty cell is a gap; a step that is missing in a long file, too.
In a wide file whose shorter series are filled up with empty cells to one width, a series ends with
its last value. Series without a negative value are taken for quantities that cannot be negative.

Each series becomes a line of JSON, in the order of the file: id, mean, lo80, hi80, lo95, hi95 (of
the levels asked for), models with their weights, and sec, its seconds of computing; for a long file
also start, the time of the first step, and its length. A series that cannot be forecast becomes a
line of id and error, and the others go on.
${example('headroom forecast --input series.csv --horizon 90 --period 7 --output forecasts.jsonl')}`,
    )
    .action(async (options: Partial<ForecastFileOptions>, command: Command) => {
      const { input, horizon } = options;
      const [first] = Object.keys(options);
      if (input === undefined && first === undefined) return (await import('./commands/forecast.js')).forecast();
      if (input === undefined) return command.error(`error: option '--${first}' needs --input: the file whose series to forecast`);
      if (horizon === undefined) return command.error(`error: option '--input' needs --horizon: how many steps ahead to forecast`);
      return (await import('./commands/forecast-file.js')).forecastFile({ ...options, input, horizon });
    });

  headroom
    .command('gpu-costs')
    .description('what GPUs cost in a month, by who had them: the parts add up to the bill')
    .option('--month <month>', 'the calendar month, such as 2026-10; the last whole one when left out', calendarMonth)
    .option('--by <what>', `${gpuCostDimensions.join(', ')}, or the key of a tag such as team`, 'team')
    .addOption(new Option('--idle <rule>', 'who pays for idle GPUs: nobody, or who had any of the same node or pool that day').choices(idleRules).default(idleRules[0]))
    .addHelpText(
      'after',
      `
Costs are effective costs. What nobody had is idle; what somebody had and no label tells of is
unattributed; hours without a sample are unobserved, and are not taken for idle.
${example('headroom gpu-costs --month 2026-10 --by team --idle spread-by-allocation')}`,
    )
    .action(async (options: GpuCostsOptions) => (await import('./commands/gpu-costs.js')).gpuCosts(options));

  return headroom;
}

const example = (command: string): string => `\nExample:\n  ${command}`;

function calendarMonth(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('It needs a calendar month such as 2026-10.');
  return text;
}

function currencyCode(text: string): string {
  const code = text.toUpperCase();
  if (!/^[A-Z]{3}$/.test(code)) throw new InvalidArgumentError('It needs an ISO 4217 code such as USD.');
  return code;
}

/** The engine looks no further ahead. */
const longestHorizon = 10_000;
/** More threads than any machine has cores are a slip of the finger. */
const mostWorkers = 1024;

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It needs a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Seasonal periods, ascending; a period of 1 is none. */
function periods(text: string): readonly number[] {
  const values = listed(text);
  if (values.length > 2 || !values.every((value) => Number.isSafeInteger(value) && value >= 1)) {
    throw new InvalidArgumentError('It needs one or two whole numbers of steps such as 7 or 24,168.');
  }
  return values.filter((value) => value > 1).sort((a, b) => a - b);
}

function levels(text: string): readonly number[] {
  const values = listed(text);
  if (!values.every((value) => value >= 50 && value <= 99)) throw new InvalidArgumentError('It needs percentages from 50 to 99 such as 80,95.');
  return values;
}

/** Different numbers with commas between; NaN for anything else. */
function listed(text: string): number[] {
  return [...new Set(text.split(',').map((part) => (/^\s*\d+(\.\d+)?\s*$/.test(part) ? Number(part) : NaN)))];
}

/** Runs one command. What a person can mend is one sentence; anything else comes with its stack. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...argv]);
  } catch (error) {
    const said = (await isExpected(error)) ? (error as Error).message : error instanceof Error && error.stack ? error.stack : String(error);
    process.stderr.write(`headroom: ${said}\n`);
    process.exitCode = 1;
  }
}
