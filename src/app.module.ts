import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { DataSource } from 'typeorm';
import { AccessModule, requestContext } from './access/index.js';
import { AlertsModule } from './alerts/index.js';
import { BudgetsModule } from './budgets/index.js';
import { CapacityModule } from './capacity/index.js';
import { CollectionModule } from './collection/index.js';
import { CostsModule } from './costs/index.js';
import { EventsModule } from './events/index.js';
import { ForecastingModule, HolidayModule, type HolidayCalendar } from './forecasting/index.js';
import { GpuCostsModule } from './gpu-costs/index.js';
import { NotificationsModule } from './notifications/index.js';
import { ObservabilityModule } from './observability/index.js';
import { ErrorFilter, formatErrors, graphqlLimits, PlatformModule, type Clock, type Config } from './platform/index.js';
import { ResourcesModule } from './resources/index.js';
import { ScenariosModule } from './scenarios/index.js';
import { UsageModule } from './usage/index.js';

/** The rooms, in the order a data point walks through them. */
const rooms = [
  AccessModule, EventsModule, ResourcesModule, UsageModule, CostsModule, CollectionModule, ForecastingModule, GpuCostsModule, CapacityModule, BudgetsModule, ScenariosModule, AlertsModule,
];

/** What the rooms are told of the configuration. */
export type AppConfig = Pick<Config, 'secretKey' | 'sampleMonths' | 'metricsLimit'> & Partial<Pick<Config, 'publicUrl' | 'privateDestinations'>>;

@Module({})
export class AppModule {
  static on(database: DataSource, clock: Clock, config: AppConfig, holidays: HolidayCalendar): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.on(database, clock, config),
        HolidayModule.with(holidays),
        GraphQLModule.forRoot<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          path: '/graphql',
          autoSchemaFile: true,
          sortSchema: true,
          graphiql: false,
          // Not compiled (`jit`): graphql-jit forgets defaults of input fields and @oneOf in variables.
          ...graphqlLimits,
          context: requestContext,
          errorFormatter: formatErrors as MercuriusDriverConfig['errorFormatter'],
        }),
        NotificationsModule.with({ publicUrl: config.publicUrl ?? 'http://127.0.0.1:4000', privateDestinations: config.privateDestinations ?? [] }),
        ...rooms,
        ObservabilityModule.with(config),
      ],
      providers: [{ provide: APP_FILTER, useClass: ErrorFilter }],
    };
  }
}
