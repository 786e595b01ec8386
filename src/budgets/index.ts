export { Budget, BudgetStatus, ForecastTotal } from './budget.graphql.js';
export { budgetStandings, type BudgetReading, type BudgetReadingInFull } from './budget-reading.queries.js';
export { BudgetPeriods } from './budget-periods.js';
export { BudgetDerivation, type BudgetWithOutlook } from './budget-derivation.js';
export { budgetOutlook, type BudgetOutlook } from './budget-outlook.js';
export { BudgetsModule } from './budgets.module.js';
export { BudgetsService, type BudgetStanding } from './budgets.service.js';
export { derivedQueue } from './derived-queue.js';
