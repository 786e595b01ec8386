import type { FittedModel, ForecastModel, TrainingSeries } from './model.js';
import { alignLevel, levelShiftFinder, type LevelShift } from './preparation/level-shift.js';
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

/** What the models say of the future, and what they said at origins in the past. */
export interface Backtest {
  readonly current: ModelForecasts;
  /** Latest first. */
  readonly origins: readonly OriginForecasts[];
  /** Steps between neighbouring origins. */
  readonly stride: number;
}

/** Enough origins to average over, few enough to ask every model at each. */
const MOST_ORIGINS = 8;
/** A stride above this share of a season is drawn to a whole one. */
const SHARE_OF_SEASON = 0.75;
/** No origin lies earlier than this share of the series: models learn too little before. */
const SHARE_TO_LEARN_FROM = 0.4;
/** Nor earlier than this many horizons back: what served long ago says less of what serves now. */
const HORIZONS_BACK = 5;
/** Below this, an origin says more about how little it knew than about the models. */
const FEWEST_TO_LEARN_FROM = 8;

/** A period needs to be visible at origins that lie at least this share of a horizon back: what did well for two days says little of a week. */
const SHARE_TO_TEST = 1 / 2;

/**
 * The periods that models may use: two seasons are seen, and of all but the shortest also at origins worth testing at.
 *
 * Shapes    periods ascending; the result is a part of them.
 * Units     all in steps; n observations.
 */
export function usablePeriods(periods: readonly number[], n: number, horizon: number): readonly number[] {
  const testable = n - Math.ceil(SHARE_TO_TEST * horizon);
  return periods.filter((period, i) => 2 * period <= (i === 0 ? n : testable));
}

/**
 * The fewest observations an origin may have. A model that needs more cannot be tested, and takes no part.
 *
 * Shapes    `periods` are the usable ones of n observations; the result is below n as long as that leaves them visible.
 * Units     all in steps.
 */
export function earliestOrigin(n: number, periods: readonly number[], horizon: number): number {
  const wanted = Math.max(Math.ceil(SHARE_TO_LEARN_FROM * n), n - HORIZONS_BACK * horizon, FEWEST_TO_LEARN_FROM);
  return Math.max(Math.min(wanted, n - 1), 2 * (periods.at(-1) ?? 0));
}

/**
 * Fits every model to the series as it stands on its latest level, and asks each what comes; then asks the same at rolling
 * origins in the past, where every model sees only what lay before. Parameters that take a search are learnt once, from
 * the whole series, and kept at the origins: learning them anew at each costs ten times as much and ranks models alike.
 *
 * Notation  n observations; origins n − s, n − 2s, … with stride s, about 8 of them.
 * Shapes    origins latest first; steps of an origin = min(horizon, n − origin). Empty when the series is too short to
 *           hold anything back.
 * Units     means and actuals are on the scale of the prepared series; the stride in steps.
 * Throws    InsufficientHistory when a model needs more than the earliest origin has.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.10 (cross-validation).
 */
export function backtest(
  models: readonly ForecastModel[],
  { values, periods, seasons = periods }: TrainingSeries,
  { observed, scale }: Pick<PreparedSeries, 'observed' | 'scale'>,
  horizon: number,
): Backtest {
  const n = values.length;
  const shiftAt = levelShiftFinder({ values, periods, seasons });
  const fitAt = (origin: number, learnt?: readonly FittedModel[]): { fitted: FittedModel[]; shift: LevelShift | null } => {
    const shift = shiftAt(origin);
    const training: TrainingSeries = { values: alignLevel(values.subarray(0, origin), shift), periods, seasons };
    return { fitted: models.map((model, i) => model.fit(training, learnt?.[i]?.parameters)), shift };
  };
  const now = fitAt(n);

  const earliest = earliestOrigin(n, periods, horizon);
  const stride = strideOver(n - earliest, periods);
  const origins: OriginForecasts[] = [];
  for (let origin = n - stride; origin >= earliest; origin -= stride) {
    const steps = Math.min(horizon, n - origin);
    const { fitted, shift } = fitAt(origin, now.fitted);
    origins.push({
      means: fitted.map((model) => model.forecast(steps)),
      shift,
      origin,
      actuals: observed.subarray(origin, origin + steps).map(scale.to),
    });
  }
  return { current: { means: now.fitted.map((model) => model.forecast(horizon)), shift: now.shift }, origins, stride };
}

/**
 * A stride of about a season or more is made a whole number of seasons: origins then lie at the same hour, or on the same
 * weekday, as the forecast itself, and their errors at each step are those that it will make.
 */
function strideOver(span: number, periods: readonly number[]): number {
  const stride = Math.max(1, Math.ceil(span / MOST_ORIGINS));
  const shortest = periods[0] ?? 1;
  return stride >= SHARE_OF_SEASON * shortest ? Math.max(1, Math.round(stride / shortest)) * shortest : stride;
}
