import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { administrator, admission, authenticate, contextFor } from './access/index.js';
import { AppModule, type AppConfig } from './app.module.js';
import { HolidayCalendar } from './forecasting/index.js';
import { harden, healthOnly, serveGraphiql, serverLimits, serveSubscriptions, type Clock, type Config } from './platform/index.js';

/** The application over an open database, ready to listen; nothing is served yet. */
export async function createApp(
  config: AppConfig & Pick<Config, 'adminKey' | 'country'> & Partial<Pick<Config, 'role'>>,
  database: DataSource,
  clock: Clock,
): Promise<NestFastifyApplication> {
  const holidays = await HolidayCalendar.observedIn(config.country);
  const adapter = new FastifyAdapter({ ...serverLimits, forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.on(database, clock, config, holidays), adapter, {
    logger: ['warn', 'error', 'fatal'],
    abortOnError: false,
    // Nest's own would read forms too; Fastify's reads JSON.
    bodyParser: false,
  });
  const server = adapter.getInstance();
  harden(server, authenticate(config.adminKey));
  if (config.role === 'worker') server.addHook('onRequest', healthOnly);
  serveGraphiql(server, clock);
  const refusalOf = admission(config.adminKey);
  if (config.role !== 'worker') {
    serveSubscriptions(server, {
      schema: () => app.get(GraphQLSchemaHost, { strict: false }).schema,
      admit: (headers) => refusalOf(headers) ?? { viewer: administrator },
      contextFor,
    });
  }
  await app.init();
  await server.ready();
  return app;
}
