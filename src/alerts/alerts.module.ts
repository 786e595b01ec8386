import { Module } from '@nestjs/common';
import { BudgetsModule } from '../budgets/index.js';
import { EventsModule } from '../events/index.js';
import { AlertEventsResolver } from './alert-events.resolver.js';
import { AlertRulesResolver, AlertSilencesResolver, BudgetAlertRulesResolver } from './alert-rules.resolver.js';
import { AlertsResolver } from './alerts.resolver.js';
import { AlertsService } from './alerts.service.js';
import { EvaluateDerivedJob, EvaluateMinuteJob } from './evaluate.job.js';
import { AlertEvaluator } from './evaluator.js';

@Module({
  imports: [BudgetsModule, EventsModule],
  providers: [AlertEvaluator, AlertsService, EvaluateDerivedJob, EvaluateMinuteJob, AlertRulesResolver, AlertSilencesResolver, BudgetAlertRulesResolver, AlertsResolver, AlertEventsResolver],
  exports: [AlertEvaluator],
})
export class AlertsModule {}
