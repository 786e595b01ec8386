import { dateQuantile, exhaustionCurve, type PathChange, type Paths } from '../../forecasts/index.js';
import { pathsOfStored, type StoredDistribution } from '../forecasting/index.js';
import type { LimitStep } from './capacity.queries.js';
import type { ExhaustionOutcome, ForecastWithLimit } from './exhaustion.queries.js';

const dayMs = 86_400_000;
/** The same forecast against the same limits gives the same dates. */
const seed = 20_270_101;

/** The chance planners accept of running out before more arrives. */
const acceptedChance = 0.1;
/** Nobody orders more often than this, however fast it comes. */
const reviewDays = 30;

/** What a scenario supposes. */
export interface ExhaustionSupposition {
  /** Ways the demand may go. */
  demand: Paths;
  /** By the days of the forecast. */
  limit: PathChange;
}

/**
 * Holds a forecast against a limit that changes over time.
 *
 * Notation  paths xᵢₕ of demand, usable limit uₕ = limit · (1 − headroom) in force when day h begins; a path
 *           runs out on the first day with xᵢₕ > uₕ. The question is what happens from now on: days that began
 *           before now are held against the limit in force now, or a resize of today would come too late for them.
 *           An order of now, or of the order-by date where that is later, arrives a lead time later; what is ordered then
 *           arrives one more lead time later, at `coveredUntil`. What is ordered first has to last until there.
 * Units     unitsNeeded in whole units of the limit: the 90 % quantile over paths of maxₕ (xᵢₕ − uₕ) / (1 − headroom) over the
 *           days h from the arrival to `coveredUntil`, because a part of what is added is kept free too.
 */
export function exhaustionOf(stored: ForecastWithLimit, now: Date, supposed?: ExhaustionSupposition): ExhaustionOutcome {
  const { origin, limits } = stored;
  const steps = limitSteps(stored, now);
  const limitOf = (step: LimitStep, day: number): number =>
    supposed ? Math.max(0, supposed.limit.factor[day]! * step.limit + supposed.limit.shift[day]!) : step.limit;
  const usable = Float64Array.from(steps, (step, day) => (step ? limitOf(step, day) * (1 - step.headroom) : Number.NaN));
  const kept = Float64Array.from(steps, (step) => (step ? 1 - step.headroom : 1));
  const paths = supposed?.demand ?? demandPaths(stored);
  const curve = exhaustionCurve(paths, usable);
  const dateOf = (p: number): Date | null => {
    const step = dateQuantile(curve, p);
    return step === null ? null : new Date(origin.getTime() + step * dayMs);
  };
  // The capacity in force now, or the first there will be.
  const current = steps[0] ?? limits[0]!;
  const p10At = dateOf(acceptedChance);
  const orderBy = p10At && new Date(p10At.getTime() - current.leadTimeDays * dayMs);
  const arrivesMs = Math.max(now.getTime(), orderBy?.getTime() ?? -Infinity) + current.leadTimeDays * dayMs;
  const coveredUntil = new Date(arrivesMs + Math.max(current.leadTimeDays, reviewDays) * dayMs);
  const stepOf = (atMs: number): number => Math.floor((atMs - origin.getTime()) / dayMs);
  return {
    resourceKey: stored.resourceKey,
    metric: stored.metric,
    forecastId: stored.id,
    capacityId: current.capacityId,
    probabilityByDay: [...curve],
    p10At,
    p50At: dateOf(0.5),
    p90At: dateOf(0.9),
    orderBy,
    unitsNeeded: unitsNeeded(paths, usable, kept, { start: stepOf(arrivesMs), end: stepOf(coveredUntil.getTime()) + 1 }),
    coveredUntil,
    leadTimeDays: current.leadTimeDays,
    unit: current.unit,
    limit: current.limit,
    headroom: current.headroom,
    unitCostPerMonth: current.unitCostPerMonth,
    unitCostCurrency: current.unitCostCurrency,
  };
}

/** Ways the demand may go; the same forecast gives the same. */
export function demandPaths(stored: StoredDistribution): Paths {
  return pathsOfStored(stored, seed);
}

/** The step of the limit in force on each day; undefined before the first. */
function limitSteps({ limits, origin, horizon }: ForecastWithLimit, now: Date): (LimitStep | undefined)[] {
  return Array.from({ length: horizon }, (_, day) => {
    const at = Math.max(now.getTime(), origin.getTime() + day * dayMs);
    return limits.findLast(({ effectiveFrom }) => Date.parse(effectiveFrom) <= at);
  });
}

function unitsNeeded({ values, count, horizon }: Paths, usable: Float64Array, kept: Float64Array, { start, end }: { start: number; end: number }): number {
  const shortfalls = new Float64Array(count);
  for (let path = 0; path < count; path++) {
    let worst = 0;
    for (let day = Math.max(0, start); day < Math.min(horizon, end); day++) {
      const shortfall = (values[path * horizon + day]! - usable[day]!) / kept[day]!;
      // A day without a limit is NaN, and compares as false.
      if (shortfall > worst) worst = shortfall;
    }
    shortfalls[path] = worst;
  }
  shortfalls.sort();
  // The smallest addition that leaves less than the accepted chance of running out.
  return Math.ceil(shortfalls[Math.min(count - 1, Math.floor(count * (1 - acceptedChance)))]!);
}
