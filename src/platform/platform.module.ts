import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from './clock.js';
import { NodeTypes } from './graphql/node.js';
import { Plugins, PluginsResolver } from './graphql/plugins.js';
import { DateTimeScalar } from './graphql/scalars.js';
import { Jobs } from './jobs/jobs.js';
import { Retention } from './retention.js';
import { SecretBox } from './secret-box.js';
import type { Config } from './config.js';
import { Readiness } from './http/readiness.js';
import { HealthController } from './http/health.controller.js';

/** What every room stands on: the database, the clock, the registries of the API. */
@Module({})
export class PlatformModule {
  static on(database: DataSource, clock: Clock, { secretKey, sampleMonths }: Pick<Config, 'secretKey' | 'sampleMonths'>): DynamicModule {
    const shared = [
      { provide: DataSource, useValue: database },
      { provide: Clock, useValue: clock },
      { provide: SecretBox, useValue: new SecretBox(secretKey) },
      { provide: Retention, useValue: { sampleMonths } satisfies Retention },
      Jobs,
      NodeTypes,
      Plugins,
      Readiness,
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController],
      providers: [...shared, PluginsResolver, DateTimeScalar],
      exports: shared.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}
