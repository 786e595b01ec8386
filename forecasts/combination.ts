import { backtest, earliestOrigin, usablePeriods, type ModelForecasts, type OriginForecasts } from './backtest.js';
import { decomposeSeasons } from './decomposition/seasonal-decomposition.js';
import { periodsWithin } from './decomposition/seasonal-strength.js';
import { models } from './models/index.js';
import { prepare, type PreparedSeries } from './preparation/prepare.js';
import { traitsOf } from './preparation/traits.js';
import { combinationWeights, combine, provesTrend, type ModelWeight } from './select-model.js';
import type { Series } from './series.js';

/** What all models together say of the future of a series, and what they said at origins in the past. */
export interface Combination {
  readonly prepared: PreparedSeries;
  /** Those of the caller's periods that the series is long enough for; ascending. */
  readonly periods: readonly number[];
  /** [n], on the scale; without its seasons. */
  readonly adjusted: Float64Array;
  /** [gap at the end + horizon], on the scale. */
  readonly mean: Float64Array;
  readonly shift: ModelForecasts['shift'];
  /** Latest first. */
  readonly origins: readonly OriginForecasts[];
  /** [origins][steps of that origin], on the scale. */
  readonly meansAtOrigins: readonly Float64Array[];
  /** Steps between neighbouring origins. */
  readonly stride: number;
  /** Every model with a part in the mean, weightiest first. */
  readonly models: readonly ModelWeight[];
}

/** In a shorter series what passes for growth at origins in the past is often chance. */
const FEWEST_TO_PROVE_TREND = 288;

/**
 * Prepares a series, asks every model that makes sense for it, and weighs them by how they did at rolling origins.
 *
 * Shapes    `horizon` steps after the end of the grid; a gap at the end is forecast like any other step.
 * Throws    nothing for a series that passed `checkSeries`.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.10, §13.4 (combinations).
 */
export function combineModels(series: Series, horizon: number, floors: Float64Array | null = null): Combination {
  const prepared = prepare(series, floors);
  const { values, observed, gapAtEnd } = prepared;
  const n = values.length;
  const steps = gapAtEnd + horizon;
  const periods = usablePeriods(prepared.periods, n, steps);
  const seasons = periodsWithin(values, periods);
  const testable = earliestOrigin(n, periods, steps);
  const { adjusted } = decomposeSeasons(values, seasons);
  const traits = traitsOf(adjusted, observed);
  const isOpen = !traits.has('trend') && n >= FEWEST_TO_PROVE_TREND;
  const tested = models.filter(
    (model) => (!model.requires || traits.has(model.requires) || (isOpen && model.requires === 'trend')) && model.requiredObservations(periods, seasons) <= testable,
  );

  const { stride, ...said } = backtest(tested, { values, periods, seasons }, prepared, steps);
  const hasTrend = traits.has('trend') || (isOpen && provesTrend(said.origins, tested.map(({ requires }) => requires === 'trend')));
  // A series has a trend or else a level, whichever way it shows.
  const kept = [...tested.keys()].filter((model) => tested[model]!.requires !== (hasTrend ? 'level' : 'trend'));
  const ofKept = <Said extends ModelForecasts>(all: Said): Said => ({ ...all, means: kept.map((model) => all.means[model]!) });
  const candidates = kept.map((model) => tested[model]!);
  const current = ofKept(said.current);
  const origins = said.origins.map(ofKept);
  const weights = combinationWeights(candidates.length, origins, hasTrend);
  return {
    prepared,
    periods,
    adjusted,
    mean: combine(current.means, weights),
    shift: current.shift,
    origins,
    meansAtOrigins: origins.map((origin) => combine(origin.means, weights)),
    stride,
    models: weightiestFirst(candidates.map(({ name }, model) => ({ name, weight: weights[model]! }))),
  };
}

/** Those that have a part at all. */
export function weightiestFirst(models: readonly ModelWeight[]): ModelWeight[] {
  return models.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
}
