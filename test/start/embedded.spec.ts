import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ask, DataDirectory, isAlive, ServerProcess } from './server-process.js';

/** A start makes a PostgreSQL and a demo, and others may be busy. */
const patience = 90_000;

const counts = '{ resources { nodes { id } } budgets { nodes { name } } dataSources { nodes { name } } }';

describe('a start without a database', () => {
  let directory: DataDirectory;
  const running: ServerProcess[] = [];
  const start = (args: string[] = [], env: NodeJS.ProcessEnv = {}) => {
    const server = new ServerProcess(args, { HEADROOM_DATA_DIR: directory.path, ...env });
    running.push(server);
    return server;
  };

  beforeEach(async () => {
    directory = await DataDirectory.make();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.kill('SIGTERM')));
    // A test that failed between a kill and the next start leaves the server it tests.
    const pid = await directory.serverPid();
    if (pid !== null) process.kill(pid, 'SIGINT');
    await directory.remove();
  });

  it('makes a demo the first time, whatever cuts it off; prints the answers, serves them, and stops all it started', async () => {
    const cut = start();
    await cut.says(/Making a demo organisation: [\d,]+ charges of three clouds/);
    const server = (await directory.serverPid())!;
    await cut.kill('SIGKILL');
    expect(isAlive(server)).toBe(true);

    // The next one takes the PostgreSQL over that was left, and makes the rest of the demo.
    const first = start();
    const url = await first.url();
    const { stdout, stderr } = first.output;
    for (const part of ['Demo organisation: generated data, not yours.', 'What runs out, and when', 'demo-h100', 'Which budgets break', 'demo research', 'What next month costs', 'USD']) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(/Serving http:\/\/127\.0\.0\.1:\d+\/graphql \(open it in a browser for GraphiQL\) until Ctrl-C\nWithout HEADROOM_ADMIN_KEY, only this machine is served, and everybody on it is administrator\.\n$/);
    // Every line of progress says something.
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^[✓•] \w.+/);
    expect(await directory.serverPid()).toBe(server);

    expect(await ask(url, '{ viewer { name role } }')).toEqual({ status: 200, body: { data: { viewer: { name: 'Administrator', role: 'ADMINISTRATOR' } } } });
    for (const probe of ['live', 'ready']) {
      const response = await fetch(`${url}/health/${probe}`);
      expect([response.status, await response.json()]).toMatchObject([200, { status: probe }]);
    }
    const before = (await ask(url, counts)).body;

    // Another start on the same port has one sentence for it, and takes nothing down with it.
    const { port } = new URL(url);
    const taken = await start([], { PORT: port }).exit;
    expect(taken.code).toBe(1);
    expect(taken.stderr.trimEnd().split('\n').at(-1)).toBe(`headroom: port ${port} is taken on 127.0.0.1: set PORT to another one`);
    // It had the same demo, and nothing of it to make anew.
    expect(taken.stderr).toContain('0 series anew');
    expect(taken.stderr).not.toContain('Making a demo organisation');
    expect(taken.stdout).toContain('Demo organisation: generated data, not yours.');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await ask(url, counts)).body).toEqual(before);

    const asked = performance.now();
    const { code, stderr: last } = await first.kill('SIGTERM');
    expect([code, last.trimEnd().split('\n').at(-1)]).toEqual([0, 'Stopping (SIGTERM).']);
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect([await directory.serverPid(), directory.hasServer]).toEqual([null, false]);
  }, patience);

  it('begins empty when asked to, and stays so; interrupted while its PostgreSQL is being made, it leaves none behind', async () => {
    const interrupted = start(['--empty']);
    while (!existsSync(join(directory.path, 'postgres'))) await new Promise((resolve) => setTimeout(resolve, 5));
    const { code, stderr } = await interrupted.kill('SIGTERM');
    expect([code, await directory.serverPid(), directory.hasServer]).toEqual([0, null, false]);
    expect(stderr).not.toMatch(/Error|^ +at /m);

    const first = start(['--empty']);
    const nothing = { data: { resources: { nodes: [] }, budgets: { nodes: [] }, dataSources: { nodes: [] } } };
    expect((await ask(await first.url(), counts)).body).toEqual(nothing);
    expect(first.output.stdout).not.toMatch(/demo/i);
    expect(first.output.stdout).toContain('declare limits with the mutation capacitySet');
    expect([(await first.kill('SIGINT')).code, await directory.serverPid(), directory.hasServer]).toEqual([0, null, false]);

    const second = start();
    expect((await ask(await second.url(), counts)).body).toEqual(nothing);
    expect(second.output.stdout).not.toMatch(/demo/i);
  }, patience);
});
