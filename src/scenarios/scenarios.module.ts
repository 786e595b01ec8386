import { Module } from '@nestjs/common';
import { BudgetsModule } from '../budgets/index.js';
import { ForecastingModule } from '../forecasting/index.js';
import { ScenarioComparer } from './scenario-comparison.js';
import { ScenarioDemandResolver, ScenarioExhaustionResolver, ScenariosResolver } from './scenarios.resolver.js';
import { ScenariosService } from './scenarios.service.js';

@Module({
  imports: [ForecastingModule, BudgetsModule],
  providers: [ScenariosService, ScenarioComparer, ScenariosResolver, ScenarioDemandResolver, ScenarioExhaustionResolver],
})
export class ScenariosModule {}
