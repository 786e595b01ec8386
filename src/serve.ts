import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { authenticate } from './access/index.js';
import { AppModule } from './app.module.js';
import type { Clock, Config } from './platform/index.js';

/** The application over an open database, ready to listen; nothing is served yet. */
export async function createApp(config: Pick<Config, 'adminKey'>, database: DataSource, clock: Clock): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ forceCloseConnections: true, bodyLimit: 1024 * 1024 });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.on(database, clock), adapter, {
    logger: ['warn', 'error', 'fatal'],
    abortOnError: false,
  });
  adapter.getInstance().addHook('onRequest', authenticate(config.adminKey));
  await app.init();
  await adapter.getInstance().ready();
  return app;
}
