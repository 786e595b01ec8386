import { Module, type DynamicModule } from '@nestjs/common';
import { BudgetsModule } from '../budgets/index.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsLimit, MetricsService } from './metrics.service.js';

@Module({})
export class ObservabilityModule {
  static with({ metricsLimit }: MetricsLimit): DynamicModule {
    return {
      module: ObservabilityModule,
      imports: [BudgetsModule],
      controllers: [MetricsController],
      providers: [MetricsService, { provide: MetricsLimit, useValue: { metricsLimit } satisfies MetricsLimit }],
    };
  }
}
