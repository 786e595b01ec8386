import { InsufficientHistory } from '../errors.js';
import type { ForecastModel } from '../model.js';

/**
 * Seasonal naive: each step equals the same step of the last season. The benchmark every other model has to beat.
 *
 * Notation  y observations, n their count, m the longest period: mean at step h yₙ₋ₘ₊ᵢ, i = 1 + (h − 1) mod m.
 * Shapes    values [n]; mean [horizon].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 2m, or when the series has no period.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.2.
 */
export const seasonalNaive: ForecastModel = {
  name: 'seasonal-naive',
  description: 'each step equals the same step of the last season',
  requiredObservations: (periods) => (periods.length === 0 ? Infinity : 2 * periods.at(-1)!),

  fit({ values: y, periods }) {
    const n = y.length;
    const required = this.requiredObservations(periods);
    if (n < required) throw new InsufficientHistory({ model: 'seasonal-naive', observations: n, required });
    const m = periods.at(-1)!;
    return {
      parameters: [],
      forecast(horizon) {
        const mean = new Float64Array(horizon);
        for (let h = 0; h < horizon; h += 1) mean[h] = y[n - m + (h % m)]!;
        return mean;
      },
    };
  },
};
