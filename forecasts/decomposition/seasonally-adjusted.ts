import type { ForecastModel } from '../model.js';
import { decomposeSeasons } from './seasonal-decomposition.js';

/**
 * Lends seasons to a model that knows none: it learns the seasonally adjusted series, and the seasonal figure is added
 * back to what it forecasts.
 *
 * Source  Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.7 (forecasting with decomposition).
 */
export function seasonallyAdjusted(model: ForecastModel): ForecastModel {
  return {
    name: model.name,
    description: model.description,
    requiredObservations: (periods) => model.requiredObservations(periods),

    fit({ values, periods }) {
      const { adjusted, seasonalAt } = decomposeSeasons(values, periods);
      const fitted = model.fit({ values: adjusted, periods: [] });
      return {
        residuals: fitted.residuals,
        forecast(horizon) {
          const mean = fitted.forecast(horizon);
          for (let h = 0; h < horizon; h += 1) mean[h]! += seasonalAt(values.length + h);
          return mean;
        },
      };
    },
  };
}
