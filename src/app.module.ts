import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { DataSource } from 'typeorm';
import { AccessModule, requestContext } from './access/index.js';
import { BudgetsModule } from './budgets/index.js';
import { CapacityModule } from './capacity/index.js';
import { CollectionModule } from './collection/index.js';
import { CostsModule } from './costs/index.js';
import { ForecastingModule } from './forecasting/index.js';
import { formatErrors, PlatformModule, type Clock } from './platform/index.js';
import { ResourcesModule } from './resources/index.js';
import { UsageModule } from './usage/index.js';

/** The rooms, in the order a data point walks through them. */
const rooms = [AccessModule, ResourcesModule, UsageModule, CostsModule, CollectionModule, ForecastingModule, CapacityModule, BudgetsModule];

/** Introspection alone is 13 deep; what a person asks stays below this. */
const deepestQuery = 20;

@Module({})
export class AppModule {
  static on(database: DataSource, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.on(database, clock),
        GraphQLModule.forRoot<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          path: '/graphql',
          autoSchemaFile: true,
          sortSchema: true,
          graphiql: false,
          jit: 2,
          queryDepth: deepestQuery,
          allowBatchedQueries: false,
          context: requestContext,
          errorFormatter: formatErrors as MercuriusDriverConfig['errorFormatter'],
        }),
        ...rooms,
      ],
    };
  }
}
