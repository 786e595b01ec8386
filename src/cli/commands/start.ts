import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { administrator } from '../../access/index.js';
import { Jobs, openDatabase, readConfig, StartRefused, SystemClock, type Config, type OpenDatabase } from '../../platform/index.js';
import { createApp } from '../../serve.js';
import { bringUpToDate } from '../bring-up-to-date.js';
import { contents, declineDemo, isDemoDeclined, loadDemo } from '../demo.js';
import { Progress } from '../progress.js';
import { report } from '../report.js';

export interface StartOptions {
  demo?: boolean;
  empty?: boolean;
}

/** The main job: open the database, bring everything up to date, print the answers, serve them. */
export async function start({ demo, empty }: StartOptions): Promise<void> {
  if (demo && empty) throw new StartRefused('--demo and --empty exclude each other: choose one');
  const config = readConfig(process.env, process.cwd());
  const progress = new Progress();
  let opening: Promise<OpenDatabase> | undefined;
  let app: NestFastifyApplication | undefined;
  const stop = stopper(async () => {
    await app?.close();
    // A server that is only starting is waited for: it would outlive this process.
    const opened = await opening?.catch(() => undefined);
    await opened?.close();
  });
  try {
    const database = await progress.step(
      'Opening the database',
      (tell) => (opening = openDatabase(config, tell)),
      ({ serverVersion, embeddedIn }) => `PostgreSQL ${serverVersion}, ${embeddedIn ? `its own, in ${embeddedIn}` : 'yours (DATABASE_URL)'}`,
    );
    app = await createApp(config, database.dataSource, new SystemClock());
    // Before anything is written that makes work: a job needs its queue.
    if (config.role !== 'api') await app.get(Jobs).work();
    if (config.role === 'worker') return await listen(app, config);
    const hasDemo = await prepare(app, config, database, { demo, empty }, progress);
    if (config.role === 'both') await bringUpToDate(app, administrator, progress);
    process.stdout.write(`\n${hasDemo ? 'Demo organisation: generated data, not yours.\n\n' : ''}${await report(app, administrator)}\n\n`);
    await listen(app, config);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Loads the demo where it is wanted. Tells whether the database holds it. */
async function prepare(
  app: NestFastifyApplication,
  { dataDirectory }: Config,
  { embeddedIn }: OpenDatabase,
  { demo, empty }: StartOptions,
  progress: Progress,
): Promise<boolean> {
  const { isEmpty, demo: found } = await contents(app);
  if (empty && embeddedIn) await declineDemo(dataDirectory);
  const isFirstStart = embeddedIn !== null && isEmpty && !isDemoDeclined(dataDirectory);
  const isWanted = !empty && (demo || isFirstStart || found === 'part');
  if (found !== 'whole' && isWanted) {
    await loadDemo(app, administrator, progress);
    return true;
  }
  return found !== 'none';
}

async function listen(app: NestFastifyApplication, { host, port, adminKey, role }: Config): Promise<void> {
  let address: string;
  try {
    // Nest's own listen would log what is said in one sentence below.
    address = await app.getHttpAdapter().getInstance().listen({ port, host });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new StartRefused(`port ${port} is taken on ${host}: set PORT to another one`);
    if (code === 'EACCES') throw new StartRefused(`port ${port} may not be used by this user: set PORT to one above 1023`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new StartRefused(`HOST "${host}" is not an address of this machine`);
    throw error;
  }
  if (role === 'worker') {
    process.stdout.write(`Working until Ctrl-C; ${address}/health/ready says how it is.\n`);
    return;
  }
  process.stdout.write(
    `Serving ${address}/graphql (open it in a browser for GraphiQL) until Ctrl-C\n` +
      (adminKey
        ? 'Every request needs HEADROOM_ADMIN_KEY as its bearer token.\n'
        : 'Without HEADROOM_ADMIN_KEY, only this machine is served, and everybody on it is administrator.\n'),
  );
}

/** One Ctrl-C arrives twice, from the terminal and from npm; one that comes later is meant. */
const sameSignalMs = 2_000;

/** Stops once, on a signal or when asked; a second signal does not wait. */
function stopper(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  let signalledAt = 0;
  const stop = () => (closing ??= close());
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalledAt > 0) {
      if (performance.now() - signalledAt > sameSignalMs) process.exit(1);
      return;
    }
    signalledAt = performance.now();
    process.stderr.write(`\nStopping (${signal}).\n`);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`headroom: could not stop cleanly: ${(error as Error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return stop;
}
