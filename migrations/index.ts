import { CreateDataSource1795000000000 } from './1795000000000-create-data-source.js';
import { CreateResource1795000001000 } from './1795000001000-create-resource.js';
import { CreateUsage1795000002000 } from './1795000002000-create-usage.js';
import { CreateCharge1795000003000 } from './1795000003000-create-charge.js';
import { CreateForecast1795000004000 } from './1795000004000-create-forecast.js';
import { CreateCapacity1795000005000 } from './1795000005000-create-capacity.js';
import { CreateBudget1795000006000 } from './1795000006000-create-budget.js';
import { AddForecastTails1795000007000 } from './1795000007000-add-forecast-tails.js';
import { AddKnownEffects1795000015000 } from './1795000015000-add-known-effects.js';
import { DataSourceLife1795010000000 } from './1795010000000-data-source-life.js';
import { CreateProviderStatements1795010001000 } from './1795010001000-create-provider-statements.js';
import { CreateUsageRollUps1795010002000 } from './1795010002000-create-usage-roll-ups.js';
import { ChargesThatAreEstimated1795012000000 } from './1795012000000-charges-that-are-estimated.js';
import { ObserveCapacities1795020000000 } from './1795020000000-observe-capacities.js';
import { CreateScenario1795021000000 } from './1795021000000-create-scenario.js';
import { CreateBudgetOutlook1795030000000 } from './1795030000000-create-budget-outlook.js';
import { AddCensoredShare1795031000000 } from './1795031000000-add-censored-share.js';
import { CreateEvent1795040000000 } from './1795040000000-create-event.js';
import { CreateNotification1795041000000 } from './1795041000000-create-notification.js';
import { IndexRejectedNotifications1795041001000 } from './1795041001000-index-rejected-notifications.js';
import { CreateAlert1795042000000 } from './1795042000000-create-alert.js';
import { ReadBudgetsFromOutlooks1795043000000 } from './1795043000000-read-budgets-from-outlooks.js';
import { PlanBudgets1795043001000 } from './1795043001000-plan-budgets.js';

/** Every migration, oldest first. Merged ones are never edited: a change is a new one at the end. */
export const migrations = [
  CreateDataSource1795000000000,
  CreateResource1795000001000,
  CreateUsage1795000002000,
  CreateCharge1795000003000,
  CreateForecast1795000004000,
  CreateCapacity1795000005000,
  CreateBudget1795000006000,
  AddForecastTails1795000007000,
  AddKnownEffects1795000015000,
  DataSourceLife1795010000000,
  CreateProviderStatements1795010001000,
  CreateUsageRollUps1795010002000,
  ChargesThatAreEstimated1795012000000,
  ObserveCapacities1795020000000,
  CreateScenario1795021000000,
  CreateBudgetOutlook1795030000000,
  AddCensoredShare1795031000000,
  CreateEvent1795040000000,
  CreateNotification1795041000000,
  IndexRejectedNotifications1795041001000,
  CreateAlert1795042000000,
  ReadBudgetsFromOutlooks1795043000000,
  PlanBudgets1795043001000,
];
