import type { Trait } from './preparation/traits.js';

/** What a model learns from: a series without gaps or spikes, and the seasonal periods it may show. */
export interface TrainingSeries {
  /** [n], all finite, oldest first. */
  readonly values: Float64Array;
  /** Ascending, in steps; at least two whole seasons of each are in `values`. */
  readonly periods: readonly number[];
  /** Those of the periods that show clearly enough to be taken off as seasons; all of them when absent. */
  readonly seasons?: readonly number[];
}

/** A model after it has learnt from one series. */
export interface FittedModel {
  /**
   * What was searched for, in an order of the model's own. Given to `fit` with an earlier stretch of the same series it
   * spares the search there: only level, trend and season are then learnt anew.
   */
  readonly parameters: readonly number[];
  /** The expected value 1, 2 … `horizon` steps after the training series; [horizon]. */
  forecast(horizon: number): Float64Array;
}

/**
 * One way of continuing a series. A model knows nothing of intervals: they come from how far the combination of all
 * models was off at rolling origins, so that no model is trusted to judge itself.
 */
export interface ForecastModel {
  /** Stored with every forecast it had a part in, so it never changes once released. */
  readonly name: string;
  /** One line for the reader of a forecast: what it assumes. */
  readonly description: string;
  /** What a series has to show before this model makes sense for it; absent when it always does. */
  readonly requires?: Trait;
  /** The fewest observations it can learn from, given periods and seasons as in TrainingSeries; Infinity when it does not apply. */
  requiredObservations(periods: readonly number[], seasons?: readonly number[]): number;
  /** Throws InsufficientHistory below `requiredObservations`. */
  fit(training: TrainingSeries, learnt?: readonly number[]): FittedModel;
}
