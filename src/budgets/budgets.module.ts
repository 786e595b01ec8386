import { Module } from '@nestjs/common';
import { CapacityModule } from '../capacity/index.js';
import { ForecastingModule } from '../forecasting/index.js';
import { BudgetDerivation } from './budget-derivation.js';
import { BudgetPeriods } from './budget-periods.js';
import { BudgetPeriodsJob } from './budget-periods.job.js';
import { BudgetFamilyResolver, BudgetsResolver, ForecastSubjectResolver } from './budgets.resolver.js';
import { DeriveJob } from './derive.job.js';
import { BudgetsService } from './budgets.service.js';

@Module({
  imports: [ForecastingModule, CapacityModule],
  providers: [BudgetDerivation, BudgetPeriods, BudgetPeriodsJob, BudgetsService, DeriveJob, BudgetsResolver, BudgetFamilyResolver, ForecastSubjectResolver],
  exports: [BudgetsService],
})
export class BudgetsModule {}
