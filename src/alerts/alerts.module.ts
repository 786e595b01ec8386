import { Module } from '@nestjs/common';
import { BudgetsModule } from '../budgets/index.js';
import { AlertRulesResolver, AlertSilencesResolver, BudgetAlertRulesResolver } from './alert-rules.resolver.js';
import { AlertsResolver } from './alerts.resolver.js';
import { AlertsService } from './alerts.service.js';
import { EvaluateDerivedJob, EvaluateMinuteJob } from './evaluate.job.js';
import { AlertEvaluator } from './evaluator.js';

@Module({
  imports: [BudgetsModule],
  providers: [AlertEvaluator, AlertsService, EvaluateDerivedJob, EvaluateMinuteJob, AlertRulesResolver, AlertSilencesResolver, BudgetAlertRulesResolver, AlertsResolver],
  exports: [AlertEvaluator],
})
export class AlertsModule {}
