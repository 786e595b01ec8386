export { BudgetStatus } from './budget.graphql.js';
export { BudgetsModule } from './budgets.module.js';
export { BudgetsService, type BudgetWithOutlook } from './budgets.service.js';
