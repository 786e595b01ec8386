import type { ForecastModel, TrainingSeries } from './model.js';
import { alignLevel, findLevelShift, type LevelShift } from './preparation/level-shift.js';
import type { PreparedSeries } from './preparation/prepare.js';

/** What every model said at one origin. */
export interface ModelForecasts {
  /** One mean per model, in the order of the models; each [horizon]. */
  readonly means: readonly Float64Array[];
  /** The level shift that was visible from that origin. */
  readonly shift: LevelShift | null;
}

/** What every model said at an origin in the past, beside what came. */
export interface OriginForecasts extends ModelForecasts {
  /** How many observations lay before it. */
  readonly origin: number;
  /** [steps], NaN where nothing was observed. Later origins have fewer steps left to be scored on. */
  readonly actuals: Float64Array;
}

/** Enough origins to average over, few enough to refit every model at each. */
const MOST_ORIGINS = 12;
/** No origin lies earlier than this share of the series: models learn too little before. */
const SHARE_TO_LEARN_FROM = 0.4;

/** Below this, an origin says more about how little it knew than about the models. */
const FEWEST_TO_LEARN_FROM = 8;

/** The periods of which the first n observations show at least two whole seasons. */
export function visiblePeriods(periods: readonly number[], n: number): readonly number[] {
  return periods.filter((period) => n >= 2 * period);
}

/**
 * The fewest observations an origin may have. A model that needs more cannot be tested, and takes no part.
 *
 * Shapes    `periods` are those visible in all n observations; the result is below n as long as that leaves them visible.
 */
export function earliestOrigin(n: number, periods: readonly number[]): number {
  const wanted = Math.max(Math.ceil(SHARE_TO_LEARN_FROM * n), Math.min(n - 1, FEWEST_TO_LEARN_FROM));
  return Math.max(wanted, 2 * (periods.at(-1) ?? 0));
}

/** Fits every model to the series as it stands on its latest level, and asks each for its mean. */
export function forecastWithEach(
  models: readonly ForecastModel[],
  training: TrainingSeries,
  horizon: number,
): ModelForecasts {
  const shift = findLevelShift(training);
  const aligned = { ...training, values: alignLevel(training.values, shift) };
  return { means: models.map((model) => model.fit(aligned).forecast(horizon)), shift };
}

/**
 * Rolling origins: every model forecasts from points in the past, seeing only what lay before them.
 *
 * Notation  n observations, m periods; origins n − s, n − 2s, … with stride s, at most 12 of them.
 * Shapes    origins latest first; steps of an origin = min(horizon, n − origin). Empty when the series is too short to
 *           hold anything back.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.10 (cross-validation).
 */
export function backtest(
  models: readonly ForecastModel[],
  { values, observed, periods }: PreparedSeries,
  horizon: number,
): { origins: OriginForecasts[]; stride: number } {
  const n = values.length;
  const earliest = earliestOrigin(n, visiblePeriods(periods, n));
  const stride = strideOver(n - earliest, periods);

  const origins: OriginForecasts[] = [];
  for (let origin = n - stride; origin >= earliest; origin -= stride) {
    const steps = Math.min(horizon, n - origin);
    const training = { values: values.subarray(0, origin), periods: visiblePeriods(periods, origin) };
    origins.push({
      ...forecastWithEach(models, training, steps),
      origin,
      actuals: observed.subarray(origin, origin + steps),
    });
  }
  return { origins, stride };
}

/** A stride that is a whole number of seasons would start every origin on the same weekday, and test only that. */
function strideOver(span: number, periods: readonly number[]): number {
  const stride = Math.max(1, Math.ceil(span / MOST_ORIGINS));
  return stride > 1 && periods.some((period) => stride % period === 0) ? stride + 1 : stride;
}
