import { backtest, earliestOrigin, usablePeriods } from './backtest.js';
import { decomposeSeasons } from './decomposition/seasonal-decomposition.js';
import { periodsWithin } from './decomposition/seasonal-strength.js';
import { distributionAround, type ErrorHistory } from './distribution.js';
import { InvalidHorizon } from './errors.js';
import { checkLevels, intervalsAt, type Interval } from './intervals.js';
import { models } from './models/index.js';
import { naiveVariance } from './naive-variance.js';
import type { ForecastDistribution } from './paths.js';
import { prepare } from './preparation/prepare.js';
import { traitsOf } from './preparation/traits.js';
import { combinationWeights, combine, type ModelWeight } from './select-model.js';
import { checkSeries, type Series } from './series.js';
import { trackRecord, type Accuracy } from './track-record.js';

/** What is asked of a forecast. */
export interface ForecastQuestion {
  /** Steps ahead, 1 to 10,000, counted from the end of the grid. */
  readonly horizon: number;
  /** Levels of the intervals, percentages from 50 to 99. */
  readonly levels: readonly number[];
}

/** What the engine expects, how sure it is, and how it came to that. */
export interface Forecast extends ForecastDistribution {
  /** One per level, in the order asked. */
  readonly intervals: readonly Interval[];
  /** Every model with a part in the mean, weightiest first. */
  readonly models: readonly ModelWeight[];
  /** How the same combination did at rolling origins; null when the series is too short to hold anything back. */
  readonly accuracy: Accuracy | null;
}

const LONGEST_HORIZON = 10_000;

/**
 * Forecasts a series: prepares it, asks every model, weighs the models by how they did at rolling origins, and takes from
 * the same origins how far the result may be off.
 *
 * Shapes    mean, sd, lower and upper [horizon]; step 0 follows the last step of the grid, observed or not.
 * Units     the unit of the series. The same series and question give the same forecast, to the bit.
 * Interval  normal around the mean on the scale of the series, held within the bounds of the quantity; wider the longer
 *           the gap at the end.
 * Throws    IrregularSeries, InvalidSeries, InsufficientHistory, InvalidHorizon, InvalidLevel.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.10, §13.4 (combinations).
 */
export function forecast(series: Series, { horizon, levels }: ForecastQuestion): Forecast {
  checkSeries(series);
  checkLevels(levels);
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > LONGEST_HORIZON) {
    throw new InvalidHorizon(horizon, LONGEST_HORIZON);
  }

  const prepared = prepare(series);
  const { values, observed, gapAtEnd, scale } = prepared;
  const n = values.length;
  // The gap at the end is forecast like any other step, and then left out: that is how intervals grow with it.
  const steps = gapAtEnd + horizon;
  const periods = usablePeriods(prepared.periods, n, steps);
  const seasons = periodsWithin(values, periods);
  const testable = earliestOrigin(n, periods, steps);
  const { adjusted } = decomposeSeasons(values, seasons);
  const traits = traitsOf(adjusted, observed);
  const candidates = models.filter(
    (model) => (!model.requires || traits.has(model.requires)) && model.requiredObservations(periods, seasons) <= testable,
  );

  const { current, origins, stride } = backtest(candidates, { values, periods, seasons }, prepared, steps);
  const weights = combinationWeights(candidates.length, origins, traits.has('trend'));
  const means = origins.map((origin) => combine(origin.means, weights));
  const history: ErrorHistory = {
    errors: origins.map(({ actuals }, i) => actuals.map((actual, h) => actual - means[i]![h]!)),
    stride,
    prior: naiveVariance(adjusted),
    size: observed.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : Math.abs(value)), 0) / n,
    scale,
  };

  const bridged = distributionAround(combine(current.means, weights), history, { shift: current.shift, origin: n, series });
  const distribution = { ...bridged, mean: bridged.mean.slice(gapAtEnd), sd: bridged.sd.slice(gapAtEnd) };
  return {
    ...distribution,
    intervals: intervalsAt(distribution, levels),
    models: candidates
      .map(({ name }, model) => ({ name, weight: weights[model]! }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight),
    accuracy: trackRecord(origins, means, { ...history, correlation: bridged.errorCorrelation }, { observed, period: periods.at(-1) ?? 1, series }),
  };
}
