import { combineModels } from './combination.js';
import { distributionAround, type ErrorHistory } from './distribution.js';
import { InvalidHorizon } from './errors.js';
import { aboveFloors, beyondLimit, seenDemandOf } from './hidden-demand.js';
import { withFleet, type Fleet } from './fleet/fleet.js';
import { checkLevels, intervalsAt, type Interval } from './intervals.js';
import { withoutKnownEffects } from './known-effects/known-effects.js';
import type { KnownEffect } from './known-effects/regressor.js';
import { naiveVariance } from './naive-variance.js';
import type { ForecastDistribution } from './paths.js';
import type { ModelWeight } from './select-model.js';
import { checkSeries, type Series } from './series.js';
import { trackRecord, type Accuracy } from './track-record.js';

/** What is asked of a forecast. */
export interface ForecastQuestion {
  /** Steps ahead, 1 to 10,000, counted from the end of the grid. */
  readonly horizon: number;
  /** Levels of the intervals, percentages from 50 to 99. */
  readonly levels: readonly number[];
  /** What this series has in common with others of its kind, from `fitFleet` with the same horizon. */
  readonly fleet?: Fleet;
}

/** What the engine expects, how sure it is, and how it came to that. */
export interface Forecast extends ForecastDistribution {
  readonly excessKurtosis: number;
  /** One per level, in the order asked. */
  readonly intervals: readonly Interval[];
  /** Every model with a part in the mean, weightiest first. */
  readonly models: readonly ModelWeight[];
  /** What the regressors of the series do to it, in their order; those that the past does not bear out are left out. */
  readonly effects: readonly KnownEffect[];
  /** The fraction of what was observed that was at its limit, and hides how much was asked for; 0 without limits. */
  readonly censoredShare: number;
  /** How the same combination did at rolling origins, worked out when first asked for; null when the series is too short to hold anything back. */
  readonly accuracy: Accuracy | null;
}

const LONGEST_HORIZON = 10_000;

/**
 * Forecasts a series: prepares it, asks every model, weighs the models by how they did at rolling origins, and takes from
 * the same origins how far the result may be off.
 *
 * Shapes    mean, sd, lower and upper [horizon]; step 0 follows the last step of the grid, observed or not.
 * Units     the unit of the series. The same series and question give the same forecast, to the bit.
 * Interval  around the mean on the scale of the series, with tails as heavy as the errors had, held within the bounds of the
 *           quantity; wider the longer the gap at the end.
 * Throws    IrregularSeries, InvalidSeries, InvalidRegressor, InsufficientHistory, InvalidHorizon, InvalidLevel.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.5, §5.10, §13.4.
 */
export function forecast(series: Series, { horizon, levels, fleet }: ForecastQuestion): Forecast {
  checkSeries(series);
  checkLevels(levels);
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > LONGEST_HORIZON) {
    throw new InvalidHorizon(horizon, LONGEST_HORIZON);
  }

  const seen = seenDemandOf(series);
  const { plain, effects, offValues, onValues, onDistribution } = withoutKnownEffects(seen.series, horizon);
  const floors = seen.floors && offValues(seen.floors);
  const combination = withFleet(combineModels(plain, horizon, floors), plain, fleet);
  const { mean, shift, origins, meansAtOrigins, stride, models } = combination;
  const { observed, gapAtEnd, scale } = combination.prepared;
  const n = observed.length;
  const history: ErrorHistory = {
    errors: origins.map(({ actuals }, i) => actuals.map((actual, h) => actual - meansAtOrigins[i]![h]!)),
    stride,
    prior: naiveVariance(combination.adjusted),
    size: observed.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : Math.abs(value)), 0) / n,
    scale,
  };

  const around = distributionAround(mean, history, { shift, origin: n, series: plain });
  const bridged = seen.isBlind ? beyondLimit(around) : floors ? aboveFloors(around, floors.subarray(floors.length - gapAtEnd)) : around;
  // The gap at the end is forecast like any other step, and then left out: that is how intervals grow with it.
  const ahead = { ...bridged, mean: bridged.mean.slice(gapAtEnd), sd: bridged.sd.slice(gapAtEnd) };
  const distribution = onDistribution(ahead, series.values.length);
  const shape = { correlation: bridged.errorCorrelation, kurtosis: bridged.excessKurtosis };
  const first = series.values.length - gapAtEnd - n;
  // Scoring takes as long as several models do, and not everybody asks for it.
  let scored: { accuracy: Accuracy | null } | null = null;
  return {
    ...distribution,
    intervals: intervalsAt(distribution, levels),
    models,
    effects,
    censoredShare: seen.censoredShare,
    get accuracy() {
      return (scored ??= { accuracy: trackRecord(origins, meansAtOrigins, { ...history, ...shape }, {
        observed: onValues(observed, first),
        period: combination.periods.at(-1) ?? 1,
        series: plain,
        whole: (part, origin) => onDistribution(part, first + origin),
      }) }).accuracy;
    },
  };
}
