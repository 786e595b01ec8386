import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { HolidayCalendar } from '../forecasting/index.js';
import { openDatabase, readConfig, SystemClock } from '../platform/index.js';
import { onInterruption } from './interruption.js';
import type { Progress } from './progress.js';

/** The rooms over the configured database, for the time of one command. Nothing is served. */
export async function withRooms(
  progress: Progress,
  work: (app: INestApplicationContext, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  // From here on: a PostgreSQL that is only starting would outlive this process.
  const interruption = onInterruption();
  const database = await openDatabase(config, (message) => progress.note(message));
  try {
    const holidays = await HolidayCalendar.observedIn(config.country);
    const app = await NestFactory.createApplicationContext(AppModule.on(database.dataSource, new SystemClock(), config, holidays), {
      logger: ['warn', 'error', 'fatal'],
      abortOnError: false,
    });
    try {
      await work(app, interruption);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}
