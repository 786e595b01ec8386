/** What a model learns from: a series without gaps or spikes, and the seasonal periods it is long enough to show. */
export interface TrainingSeries {
  /** [n], all finite, oldest first. */
  readonly values: Float64Array;
  /** Ascending, in steps; at least two whole seasons of each are in `values`. */
  readonly periods: readonly number[];
}

/** A model after it has learnt from one series. */
export interface FittedModel {
  /** One-step errors on the training series, actual − fitted; shorter than the series by what the model needs to start. */
  readonly residuals: Float64Array;
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
  /** The fewest observations it can learn from, given the periods of the series. */
  requiredObservations(periods: readonly number[]): number;
  /** Throws InsufficientHistory below `requiredObservations`. */
  fit(training: TrainingSeries): FittedModel;
}
