import { Module } from '@nestjs/common';
import { CapacityModule } from '../capacity/index.js';
import { ForecastingModule } from '../forecasting/index.js';
import { BudgetDerivation } from './budget-derivation.js';
import { BudgetsResolver, ForecastSubjectResolver } from './budgets.resolver.js';
import { DeriveJob } from './derive.job.js';
import { BudgetsService } from './budgets.service.js';

@Module({
  imports: [ForecastingModule, CapacityModule],
  providers: [BudgetDerivation, BudgetsService, DeriveJob, BudgetsResolver, ForecastSubjectResolver],
  exports: [BudgetsService],
})
export class BudgetsModule {}
