import { Command, InvalidArgumentError } from 'commander';
import { ConnectionLost } from '../collection/index.js';
import { DomainError, EmbeddedPostgresUnavailable, StartRefused } from '../platform/index.js';
import { collect } from './commands/collect.js';
import { forecast } from './commands/forecast.js';
import { importFocus, type ImportFocusOptions } from './commands/import-focus.js';
import { importUsage, type ImportUsageOptions } from './commands/import-usage.js';
import { removeDemo } from './commands/remove-demo.js';
import { start, type StartOptions } from './commands/start.js';
import { Interrupted } from './session.js';

const settings = `
A first look, and then your own data:
  headroom start                      the demo organisation, the answers, and GraphQL
  headroom import focus bill.csv.gz   what was charged: "headroom import focus --help"
  headroom import usage cluster.csv   what was used: "headroom import usage --help"
  headroom collect                    read the sources that have a schedule, now
  headroom forecast                   the answers anew

Settings come from the environment:
  DATABASE_URL        the PostgreSQL (15 to 18) to use; without it, one is started here
  HEADROOM_DATA_DIR   where that one keeps its data                  (.headroom)
  HOST, PORT          where to serve                                 (127.0.0.1, 4000)
  ROLE                api answers, worker collects and forecasts     (both)
  HEADROOM_ADMIN_KEY  32 characters or more that every request has to bring;
                      without it, only this machine is served
  HEADROOM_SECRET_KEY 32 characters or more that secrets of sources are encrypted with;
                      without it, sources with secrets are refused`;

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
    .action((options: StartOptions) => start(options));

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
    .action((files: string[], options: ImportFocusOptions) => importFocus(files, options));

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
GPU_UTILIZATION (0 to 1), GPU_MEMORY, MEMORY, STORAGE (GiB), STORAGE_INODES, CPU (cores), GPU_POWER
(watts), NETWORK, REQUESTS, TOKENS. A row that is not there, or has no value, is a gap and stays one.
${example('headroom import usage cluster.csv --provider AWS')}`,
    )
    .action((file: string, options: ImportUsageOptions) => importUsage(file, options));

  headroom
    .command('remove-demo')
    .description('remove the demo organisation, with everything that was derived from it')
    .addHelpText('after', example('headroom remove-demo'))
    .action(() => removeDemo());

  headroom
    .command('collect')
    .description('read the sources that have a schedule now, or one of them')
    .argument('[source]', 'its name; all of them when left out')
    .addHelpText('after', example('headroom collect "Prometheus Frankfurt"'))
    .action((source: string | undefined) => collect(source));

  headroom
    .command('forecast')
    .description('forecast everything whose data has changed, and print the answers')
    .addHelpText('after', example('headroom forecast'))
    .action(() => forecast());

  return headroom;
}

const example = (command: string): string => `\nExample:\n  ${command}`;

function currencyCode(text: string): string {
  const code = text.toUpperCase();
  if (!/^[A-Z]{3}$/.test(code)) throw new InvalidArgumentError('It needs an ISO 4217 code such as USD.');
  return code;
}

/** Runs one command. What a person can mend is one sentence; anything else comes with its stack. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...argv]);
  } catch (error) {
    const isExpected = [DomainError, StartRefused, EmbeddedPostgresUnavailable, ConnectionLost, Interrupted].some((kind) => error instanceof kind);
    process.stderr.write(`headroom: ${isExpected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
    process.exitCode = 1;
  }
}
