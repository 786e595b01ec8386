export { forecast, type Forecast, type ForecastQuestion } from './forecast.js';
export { fitFleet, type Fleet } from './fleet/fleet.js';
export { type Series } from './series.js';
export { type EffectSize, type KnownEffect, type Regressor } from './known-effects/regressor.js';
export { pulse, ramp, step } from './known-effects/events.js';
export { regularGrid, timeOfStep, type RegularGrid, type Step } from './preparation/regular-grid.js';
export { candidatePeriods, type KnownPeriods } from './preparation/find-periods.js';
export { intervalsAt, type Interval } from './intervals.js';
export { simulatePaths, type ForecastDistribution, type Paths } from './paths.js';
export { dateQuantile, exhaustionCurve } from './exhaustion.js';
export { totalOver, type TotalDistribution } from './totals.js';
export { coverage, mae, mase, naiveScale, rmse, wape, winklerScore } from './accuracy.js';
export { type ModelWeight } from './select-model.js';
export { type Accuracy } from './track-record.js';
export { models } from './models/index.js';
export { type ForecastModel } from './model.js';
export {
  ForecastError,
  InsufficientHistory,
  InvalidHorizon,
  InvalidLevel,
  InvalidQuestion,
  InvalidRegressor,
  InvalidSeries,
  IrregularSeries,
} from './errors.js';
