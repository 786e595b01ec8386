export { BudgetStatus } from './budget.graphql.js';
export type { BudgetReading } from './budget-reading.queries.js';
export { BudgetsModule } from './budgets.module.js';
export { BudgetsService, type BudgetWithOutlook } from './budgets.service.js';
