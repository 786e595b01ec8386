export { Budget, BudgetStatus, ForecastTotal } from './budget.graphql.js';
export type { BudgetReading } from './budget-reading.queries.js';
export { budgetOutlook, type BudgetOutlook } from './budget-outlook.js';
export { BudgetsModule } from './budgets.module.js';
export { BudgetsService, type BudgetWithOutlook } from './budgets.service.js';
