import { InsufficientHistory } from '../errors.js';
import type { ForecastModel } from '../model.js';

/**
 * Naive: every later step equals the last observation. All that a few observations support;
 * with more of them simple smoothing finds out by itself when this is best.
 *
 * Notation  y observations, n their count: mean yₙ at every step.
 * Shapes    values [n]; mean [horizon].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 2.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.2.
 */
export const naive: ForecastModel = {
  name: 'naive',
  description: 'every later step equals the last observation',
  requires: 'few',
  requiredObservations: () => 2,

  fit({ values: y }) {
    const n = y.length;
    if (n < 2) throw new InsufficientHistory({ model: 'naive', observations: n, required: 2 });
    return {
      parameters: [],
      forecast: (horizon) => new Float64Array(horizon).fill(y[n - 1]!),
    };
  },
};
