import { BudgetStatus, type BudgetReading } from '../budgets/index.js';
import { toSeconds, type Subjects } from './exposition.js';

type Budget = BudgetReading & { status: BudgetStatus };

/** A chance that old or missing data gave is no chance: then the status alone says how it stands. */
const isKnown = ({ status }: Budget): boolean => status !== BudgetStatus.DATA_INCOMPLETE;

/** What there is to say of a budget whose period has not ended. Amounts are estimates here; the API has them exact. */
export const budgets: Subjects<Budget> = {
  kind: 'budgets',
  labelNames: ['budget', 'period_start'],
  labelsOf: ({ name, period }) => ({ budget: name, period_start: new Date(period.start).toISOString().replace('.000Z', 'Z') }),
  families: [
    {
      name: 'headroom_budget_overrun_probability',
      help: 'Chance that the period ends over the amount, 0 to 1. No series while data is incomplete.',
      values: (budget) => [[isKnown(budget) ? budget.overrunProbability : null]],
    },
    {
      name: 'headroom_budget_status',
      help: 'How the budget stands: 1 for the status it has, 0 for the others.',
      labelNames: ['status'],
      values: (budget) => Object.values(BudgetStatus).map((status) => [budget.status === status ? 1 : 0, { status }]),
    },
    {
      name: 'headroom_budget_amount',
      help: 'What the period may cost.',
      labelNames: ['currency'],
      values: ({ amount: { amount, currency } }) => [[Number(amount), { currency }]],
    },
    {
      name: 'headroom_budget_actual',
      help: 'What was charged so far, days that are not settled included; as of the last delivery.',
      labelNames: ['currency'],
      values: ({ actual, amount: { currency } }) => [[actual === null ? null : Number(actual), { currency }]],
    },
    {
      name: 'headroom_budget_forecast',
      help: 'What the period is expected to cost in all. No series while data is incomplete.',
      labelNames: ['currency'],
      values: (budget) => [[isKnown(budget) ? budget.totalMean : null, { currency: budget.amount.currency }]],
    },
    {
      name: 'headroom_budget_forecast_upper',
      help: 'The period costs more than this in one future of ten. No series while data is incomplete.',
      labelNames: ['currency'],
      values: (budget) => [[isKnown(budget) ? budget.totalUpper : null, { currency: budget.amount.currency }]],
    },
    {
      name: 'headroom_budget_forecast_origin_timestamp_seconds',
      help: 'End of the last settled day that the forecast learnt from. No series without a forecast.',
      values: ({ origin }) => [[toSeconds(origin)]],
    },
  ],
};
