import type { AlertCondition } from '../condition.js';
import { budgetCondition } from './budget/budget.js';
import { exhaustionCondition } from './exhaustion/exhaustion.js';
import { stalenessCondition } from './staleness/staleness.js';
import { usageCondition } from './usage/usage.js';

/** What rules can watch. Adding one is its folder, and its line here. */
export const conditions: readonly AlertCondition[] = [budgetCondition, exhaustionCondition, usageCondition, stalenessCondition] as AlertCondition[];
