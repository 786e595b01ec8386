import type { PathChange } from '../../forecasts/index.js';
import { storedTotal } from '../forecasting/index.js';
import { BudgetStatus, type ForecastTotal } from './budget.graphql.js';
import type { BudgetGround } from './budget-ground.queries.js';

const dayMs = 86_400_000;
/** The same forecast and amount give the same chance. */
export const outlookSeed = 20_270_102;
export const outlookLevel = 80;

/** From here on a budget is worth a look before it breaks. */
const riskyChance = 0.2;
/** Bills settle within days; later than this, something is missing. */
const staleAfterDays = 10;

/** What a budget's forecast says of it. */
export interface BudgetOutlook {
  forecastTotal: ForecastTotal | null;
  overrunProbability: number | null;
  status: BudgetStatus;
}

/**
 * How a budget's period ends: the settled days as charged, the days after them from simulated paths.
 * Days that are not settled yet count as forecast, because their charges are still coming in.
 *
 * @param change what a scenario supposes of each day of the budget's forecast
 *
 * Units  as the budget's currency; chances 0 to 1. Equal to the amount is not over it.
 */
export function budgetOutlook(budget: BudgetGround, now: Date, change?: PathChange): BudgetOutlook {
  const rest = restOf(budget, change);
  const overrunProbability = rest?.overrunProbability ?? null;
  const { isOver, period, forecast } = budget;
  return { forecastTotal: rest?.total ?? null, overrunProbability, status: budgetStatus({ isOver, period, overrunProbability, origin: forecast?.origin ?? null }, now) };
}

/** What a status is told from; of the origin and the chance null is that there is none. */
interface Standing {
  isOver: boolean;
  period: { end: string };
  origin: Date | string | null;
  overrunProbability: number | null;
}

/** How a budget stands at an instant: a forecast that says enough today is too old some days later. */
export function budgetStatus({ isOver, period, origin, overrunProbability }: Standing, now: Date): BudgetStatus {
  if (isOver) return BudgetStatus.OVER;
  if (origin === null || overrunProbability === null) return BudgetStatus.DATA_INCOMPLETE;
  const knownUntil = Math.min(now.getTime(), Date.parse(period.end));
  if (knownUntil - new Date(origin).getTime() > staleAfterDays * dayMs) return BudgetStatus.DATA_INCOMPLETE;
  return overrunProbability >= riskyChance ? BudgetStatus.AT_RISK : BudgetStatus.ON_TRACK;
}

/** The total at the end of the period; null when the forecast does not reach it. */
function restOf({ forecast, period, amount, settledActual }: BudgetGround, change: PathChange | undefined): { total: ForecastTotal; overrunProbability: number } | null {
  if (!forecast) return null;
  const origin = new Date(forecast.origin);
  const stepOf = (instant: string) => Math.ceil((Date.parse(instant) - origin.getTime()) / dayMs);
  const end = stepOf(period.end);
  const limit = Number(amount.amount);
  const settled = Number(settledActual.amount);
  if (end <= 0) {
    return { total: { mean: settled, lower: settled, upper: settled, level: outlookLevel }, overrunProbability: settled > limit ? 1 : 0 };
  }
  if (end > forecast.horizon) return null;
  const rest = storedTotal({ ...forecast, origin }, { start: Math.max(0, stepOf(period.start)), end }, { seed: outlookSeed, level: outlookLevel, change });
  return {
    total: {
      mean: settled + rest.mean,
      lower: settled + rest.lower,
      upper: settled + rest.upper,
      level: outlookLevel,
    },
    overrunProbability: rest.probabilityAbove(limit - settled),
  };
}
