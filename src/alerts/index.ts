export { openAlertCounts } from './alert.queries.js';
export { AlertsModule } from './alerts.module.js';
export { AlertEvaluator, type Evaluation } from './evaluator.js';
