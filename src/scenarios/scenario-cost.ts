import type { PathChange } from '../../forecasts/index.js';
import { contains, type Scope } from '../access/index.js';
import type { ForecastWithLimit } from '../capacity/index.js';
import { ScenarioTarget, weights, type Adjustment } from './adjustment.js';

const daysOfMonth = 365.25 / 12;

/** An adjustment, with what of it matters to costs. */
export interface CostlyAdjustment {
  adjustment: Adjustment;
  /** Where what it adds is charged: the scope of its one resource, else its own. */
  scope: Scope;
  /** Forecasts of the resources that it changes the demand or the capacity of. */
  forecasts: readonly ForecastWithLimit[];
}

/** A cost that is changed, by days. */
export interface ChangedCost {
  scope: Scope;
  currency: string;
  origin: Date;
  horizon: number;
}

/** Why a scenario's costs cannot be said, or which of its changes they are without. */
export class UnknownCost extends Error {}

/**
 * What adjustments make of a cost.
 *
 * Notation  of each adjustment, w the weight of the day, s the share of this cost it is of: a factor f multiplies the day by
 *           1 + s·(f − 1)·w; a shift adds its amount where it lies within the scope. Capacity that is added costs its units times
 *           their price; cost that follows demand is multiplied as the demand is.
 * Shapes    shares [adjustments], of the cost of the last days.
 * Units     the currency of the cost, per day.
 * Throws    UnknownCost when a price or a share that is needed is not known.
 */
export function costChange(cost: ChangedCost, adjustments: readonly CostlyAdjustment[], shares: readonly (number | null)[]): PathChange {
  const { origin, horizon } = cost;
  const factor = new Float64Array(horizon).fill(1);
  const shift = new Float64Array(horizon);
  for (const [index, costly] of adjustments.entries()) {
    const relative = relativeChange(cost, costly);
    if (relative) {
      const share = shares[index] ?? null;
      if (share === null) throw new UnknownCost(`"${costly.adjustment.description}" is a share of costs, and nothing was charged of late`);
      for (let day = 0; day < horizon; day += 1) {
        const times = 1 + share * relative[day]!;
        factor[day]! *= times;
        shift[day]! *= times;
      }
    }
    const daily = dailyAmount(cost, costly);
    if (daily !== 0) weights(costly.adjustment, origin, horizon).forEach((weight, day) => (shift[day]! += daily * weight));
  }
  return { factor, shift };
}

/** By how much what an adjustment is of changes, by days; null when it is not by a factor. */
function relativeChange({ origin, horizon }: ChangedCost, { adjustment, forecasts }: CostlyAdjustment): Float64Array | null {
  const { target, factor, shift, costFollowsDemand } = adjustment;
  const isOfCost = target === ScenarioTarget.COST || (target === ScenarioTarget.DEMAND && costFollowsDemand);
  if (!isOfCost || (target === ScenarioTarget.COST && factor === null)) return null;
  const weight = weights(adjustment, origin, horizon);
  if (factor !== null) return weight.map((part) => (factor - 1) * part);
  const [forecast] = forecasts;
  if (!forecast) throw new UnknownCost(`"${adjustment.description}" changes a demand that has no forecast, and costs are to follow it`);
  return weight.map((part, day) => {
    const mean = forecast.mean[Math.min(day, forecast.horizon - 1)]!;
    if (part > 0 && !(mean > 0)) throw new UnknownCost(`"${adjustment.description}" adds to a demand of nothing, of which no cost follows`);
    return part > 0 ? (shift! / mean) * part : 0;
  });
}

/** What an adjustment adds to each day, at its whole. */
function dailyAmount({ scope, currency }: ChangedCost, { adjustment, scope: chargedTo, forecasts }: CostlyAdjustment): number {
  const { target, shift, description } = adjustment;
  if (shift === null || !contains(scope, chargedTo)) return 0;
  if (target === ScenarioTarget.COST) {
    if (adjustment.currency !== currency) throw new UnknownCost(`"${description}" is in ${adjustment.currency}, and the costs are in ${currency}, which are never added`);
    return shift;
  }
  // What goes is paid for no more only where somebody says what it costs.
  if (target !== ScenarioTarget.CAPACITY) return 0;
  const step = forecasts[0]?.limits.at(-1);
  const price = adjustment.unitCostPerMonth ?? (step?.unitCostPerMonth ? { amount: step.unitCostPerMonth, currency: step.unitCostCurrency! } : null);
  if (!price) throw new UnknownCost(`"${description}" adds capacity, and what a unit of it costs is unknown: give unitCostPerMonth here or with capacitySet`);
  if (price.currency !== currency) throw new UnknownCost(`"${description}" costs ${price.currency}, and the costs are in ${currency}, which are never added`);
  return (shift * Number(price.amount)) / daysOfMonth;
}
