import { Module } from '@nestjs/common';
import { ForecastingModule } from '../forecasting/index.js';
import { BudgetsResolver, ForecastSubjectResolver } from './budgets.resolver.js';
import { BudgetsService } from './budgets.service.js';

@Module({
  imports: [ForecastingModule],
  providers: [BudgetsService, BudgetsResolver, ForecastSubjectResolver],
  exports: [BudgetsService],
})
export class BudgetsModule {}
