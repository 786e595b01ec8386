export { forecast, type Forecast, type ForecastQuestion } from './forecast.js';
export { fitFleet, type Fleet } from './fleet/fleet.js';
export { type Series } from './series.js';
export { censoringOf, type CensoredStretch, type Censoring } from './censoring.js';
export { type EffectSize, type KnownEffect, type Regressor } from './known-effects/regressor.js';
export { pulse, ramp, step } from './known-effects/events.js';
export { regularGrid, timeOfStep, type RegularGrid, type Step } from './preparation/regular-grid.js';
export { candidatePeriods, type KnownPeriods } from './preparation/find-periods.js';
export { intervalsAt, type Interval } from './intervals.js';
export { simulatePaths, type ForecastDistribution, type Paths } from './paths.js';
export { changedPaths, type PathChange } from './changed-paths.js';
export { dateQuantile, exhaustionCurve, shortageCurve, type Side } from './exhaustion.js';
export { totalOver, type TotalDistribution } from './totals.js';
export { hierarchyOf, type Hierarchy } from './reconciliation/hierarchy.js';
export { reconcile, type ReconciliationEvidence } from './reconciliation/reconcile.js';
export { coherentPaths } from './reconciliation/coherent-paths.js';
export { findAnomalies, type Anomaly, type AnomalyKind, type Outcome } from './anomalies/find-anomalies.js';
export { type Mark, type MarkKind } from './anomalies/marks.js';
export { coverage, mae, mase, naiveScale, rmse, wape, winklerScore } from './accuracy.js';
export { type ModelWeight } from './select-model.js';
export { type Accuracy } from './track-record.js';
export { models } from './models/index.js';
export { type ForecastModel } from './model.js';
export {
  ForecastError,
  InsufficientHistory,
  InvalidHierarchy,
  InvalidHorizon,
  InvalidLevel,
  InvalidQuestion,
  InvalidRegressor,
  InvalidSeries,
  IrregularSeries,
} from './errors.js';
