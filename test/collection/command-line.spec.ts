import { dirname } from 'node:path';
import type { Command } from 'commander';
import { program } from '../../src/cli/program.js';
import { focusCsv, headroom, TestApp, totals } from '../support/index.js';

describe('the command line', () => {
  let app: TestApp;
  /** The folder where npm was called. */
  let caller: string;
  beforeAll(async () => {
    app = await TestApp.start();
    caller = dirname(await app.file('bill.csv', focusCsv([{ BilledCost: '12.3456789' }, { BilledCost: '5' }])));
    await app.file('restated.csv', focusCsv([{ BilledCost: '11' }]));
    await app.file('wrong.csv', focusCsv([{ BilledCost: '1' }, { BilledCost: 'NaN' }]));
    await app.file('usage.csv', 'timestamp,resource,metric,value\n2026-01-05T00:00:00Z,pool,CPU,1\n2026-01-05T01:00:00Z,pool,CPU,\n');
  });
  afterAll(() => app.stop());
  const run = (...args: string[]) => headroom(args, { databaseUrl: app.databaseUrl, env: { INIT_CWD: caller } }).exit;

  it('says what an import changed, finding files where npm was called', async () => {
    const { code, stdout, stderr } = await run('import', 'focus', 'bill.csv');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^✓ Loading bill\.csv: 2 charges of source "AWS 4711" \(\d+\.\d s\)\n$/);
    expect(stdout).toMatch(/Billing period +Revision +Charges +Billed cost, before +now\n/);
    expect(stdout).toMatch(/\n {2}September 2026 +1 +2 +new +17\.3456789 USD\n/);
    expect(await totals(app)).toEqual({ USD: '17.3456789' });
  });

  it('says before and after of a restatement, then that the same again changed nothing', async () => {
    const { stdout } = await run('import', 'focus', 'restated.csv');
    expect(stdout).toMatch(/\n {2}September 2026 +2 +2 → 1 +17\.3456789 → +11 USD\n/);
    expect(await run('import', 'focus', './restated.csv')).toMatchObject({ code: 0, stdout: 'Nothing changed: these charges are loaded already.\n' });
  });

  it('says in one line what is wrong with a file, and exits with 1', async () => {
    expect(await run('import', 'focus', 'bill.csv', 'wrong.csv')).toEqual({
      code: 1,
      stdout: '',
      stderr: `headroom: ${caller}/wrong.csv, line 3, column BilledCost: needs an exact decimal, got "NaN"\n`,
    });
    expect(await totals(app)).toEqual({ USD: '11' });
  });

  it('says how many samples of utilization it loaded', async () => {
    const { code, stdout, stderr } = await run('import', 'usage', 'usage.csv');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Run "headroom forecast" to forecast them; declare limits with the mutation capacitySet.\n',
    });
    expect(stderr).toMatch(/^✓ Loading usage\.csv: 1 samples of 1 series \(\d+\.\d s\)\n$/);
  });

  it('refuses an option it does not know with a hint at the help, and exits with 1', async () => {
    expect(await run('import', 'focus', '--sources', 'x', 'bill.csv')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: unknown option '--sources'\n(Did you mean --source?)\nAdd --help to see what it takes.\n`,
    });
  });

  const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

  it.each([
    ['a command it does not know', ['inport', 'focus', 'bill.csv'], `error: unknown command 'inport'\n(Did you mean import?)`],
    ['an import of something else', ['import', 'bill.csv'], `error: unknown command 'bill.csv'`],
    ['an import of nothing', ['import', 'focus'], `error: missing required argument 'file'`],
    ['two files of utilization', ['import', 'usage', 'a.csv', 'b.csv'], `error: too many arguments for 'usage'. Expected 1 argument but got 2: a.csv, b.csv.`],
    [
      'a currency that is none',
      ['import', 'focus', '--currency', 'dollars', 'bill.csv'],
      `error: option '--currency <code>' argument 'dollars' is invalid. It needs an ISO 4217 code such as USD.`,
    ],
  ])('refuses %s with a hint at the help', async (_, args, message) => {
    let said = '';
    const root = program();
    for (const command of everyCommand(root)) command.exitOverride().configureOutput({ writeErr: (text) => (said += text) });
    await expect(root.parseAsync(['node', 'headroom', ...args])).rejects.toMatchObject({ exitCode: 1 });
    expect(said.trimEnd()).toBe(`${message}\nAdd --help to see what it takes.`);
  });

  it.each(everyCommand(program()).map((command): [string, Command] => [command.name(), command]))(
    'explains %s with an example',
    (name, command) => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toContain(`Usage: headroom`);
      expect(help).toMatch(new RegExp(`\n +headroom ${name === 'headroom' ? '' : `.*\\b${name}\\b`}`));
    },
  );
});
