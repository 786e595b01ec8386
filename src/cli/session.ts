import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { openDatabase, readConfig, SystemClock } from '../platform/index.js';
import type { Progress } from './progress.js';

/** Where `npm` was called, which is what a path on the command line is relative to. */
export const callerDirectory = process.env['INIT_CWD'] ?? process.cwd();

/** The rooms over the configured database, for the time of one command. Nothing is served. */
export async function withRooms(
  progress: Progress,
  work: (app: INestApplicationContext, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Interrupted());
  // From here on: a PostgreSQL that is only starting would outlive this process. One Ctrl-C arrives
  // twice, from the terminal and from npm, and the second must not end what the first is ending.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const database = await openDatabase(config, (message) => progress.note(message));
  try {
    const app = await NestFactory.createApplicationContext(AppModule.on(database.dataSource, new SystemClock(), config), {
      logger: ['warn', 'error', 'fatal'],
      abortOnError: false,
    });
    try {
      await work(app, interruption.signal);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}

/** A person asked to stop. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted: nothing was changed');
  }
}
