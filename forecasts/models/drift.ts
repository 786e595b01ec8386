import { InsufficientHistory } from '../errors.js';
import { lineFrom } from '../math/line.js';
import type { ForecastModel } from '../model.js';

/**
 * Drift: the straight line from the first observation to the last goes on. What a volume that only fills up does.
 *
 * Notation  y observations, n their count, c = (yₙ − y₁) / (n − 1) the average change per step: mean at
 *           step h yₙ + c·h.
 * Shapes    values [n]; mean [horizon].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 3: through two points every line is exact.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.2.
 */
export const drift: ForecastModel = {
  name: 'drift',
  description: 'the average change per step since the first observation goes on from the last',
  requires: 'trend',
  requiredObservations: () => 3,

  fit({ values: y }) {
    const n = y.length;
    if (n < 3) throw new InsufficientHistory({ model: 'drift', observations: n, required: 3 });
    const c = (y[n - 1]! - y[0]!) / (n - 1);
    return {
      parameters: [],
      forecast: (horizon) => lineFrom(y[n - 1]!, c, horizon),
    };
  },
};
