import { Big } from 'big.js';
import { BudgetStatus, budgetStandings } from '../../../budgets/index.js';
import { keyOf } from '../../../platform/index.js';
import type { AlertCondition, WatchingRule } from '../../condition.js';
import { verdictOf, type Reading, type Verdict } from '../../reading.js';

export enum BudgetBasis {
  ACTUAL = 'ACTUAL',
  FORECAST = 'FORECAST',
  OVERRUN_PROBABILITY = 'OVERRUN_PROBABILITY',
}

export interface BudgetConditionSettings {
  /** Null is every budget. */
  budgetKey: string | null;
  basis: BudgetBasis;
  /** Of the amount; of an overrun probability, the probability. */
  share: number;
}

type Standing = Awaited<ReturnType<typeof budgetStandings>>[number];

/** What was charged is charged; a forecast goes up and down by some percent with every delivery. */
const clearBelow: Record<BudgetBasis, number> = { ACTUAL: 1, FORECAST: 0.95, OVERRUN_PROBABILITY: 0.8 };

/**
 * Actual cost, expected cost or the chance of an overrun reaches a share. Only settled days are actual: a charge that is still being
 * corrected pages nobody. Reaching the whole budget is not passing it, so at a share of 1 the cost has to be above.
 */
export const budgetCondition: AlertCondition<BudgetConditionSettings> = {
  kind: 'budget',
  async readings(db, rules, now) {
    if (rules.length === 0) return [];
    const standings = await budgetStandings(db, now);
    return rules.flatMap((rule) => standings.filter(({ id }) => rule.condition.budgetKey === null || keyOf('Budget', id) === rule.condition.budgetKey).map((standing) => readingOf(rule, standing)));
  },
};

function readingOf({ key, condition: { basis, share } }: WatchingRule<BudgetConditionSettings>, standing: Standing): Reading {
  const { id, name, period, amount, settledActual, totalMean, totalUpper, overrunProbability, status } = standing;
  const budgetKey = keyOf('Budget', id);
  const limit = Number(amount.amount);
  const money = (value: number | string) => `${new Big(value).toFixed(2)} ${amount.currency}`;
  const isKnown = status !== BudgetStatus.DATA_INCOMPLETE;
  const observed = { ACTUAL: settledActual === null ? null : Number(settledActual) / limit, FORECAST: isKnown && totalMean !== null ? totalMean / limit : null, OVERRUN_PROBABILITY: isKnown ? overrunProbability : null }[basis];
  const percent = observed === null ? '' : `${(100 * observed).toFixed(0)} %`;
  const sentence: Record<BudgetBasis, string> = {
    ACTUAL: `budget "${name}" has spent ${percent} of its ${money(amount.amount)}`,
    FORECAST: `budget "${name}" is expected to reach ${percent} of its ${money(amount.amount)}`,
    OVERRUN_PROBABILITY: `budget "${name}" goes over its ${money(amount.amount)} with a chance of ${percent}`,
  };
  return {
    ruleKey: key,
    subject: { budgetKey },
    subjectKey: budgetKey,
    periodKey: period.start,
    verdict: limit > 0 ? verdict(basis, observed, share, { isOverLimit: settledActual !== null && new Big(settledActual).gt(amount.amount) }) : 'UNKNOWN',
    isOncePerPeriod: basis === BudgetBasis.ACTUAL,
    observed: observed ?? 0,
    threshold: share,
    unit: basis === BudgetBasis.OVERRUN_PROBABILITY ? 'Probability' : 'Ratio',
    summary: sentence[basis],
    details: [
      { name: 'Period', value: `${period.start.slice(0, 10)} to ${period.end.slice(0, 10)}` },
      ...(settledActual === null ? [] : [{ name: 'Settled so far', value: money(settledActual) }]),
      ...(totalMean === null || totalUpper === null ? [] : [{ name: 'Expected in all', value: `${money(totalMean)}, with a chance of 10 % above ${money(totalUpper)}` }]),
      ...(overrunProbability === null ? [] : [{ name: 'Chance to go over', value: `${(100 * overrunProbability).toFixed(0)} %` }]),
      { name: 'What to do', value: 'look at what grew with costVariance, or plan the amount anew' },
    ],
  };
}

function verdict(basis: BudgetBasis, observed: number | null, share: number, { isOverLimit }: { isOverLimit: boolean }): Verdict {
  if (observed === null) return 'UNKNOWN';
  // Equal to the limit is not over it, to the digit.
  if (basis === BudgetBasis.ACTUAL && share === 1) return isOverLimit ? 'BREACHING' : 'CLEAR';
  if (basis === BudgetBasis.FORECAST && share === 1 && observed === 1) return 'BETWEEN';
  return verdictOf(observed, share, clearBelow[basis]);
}
