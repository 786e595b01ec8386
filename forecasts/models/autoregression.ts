import { InsufficientHistory } from '../errors.js';
import { continueLags, lagCoefficients } from '../math/lag-regression.js';
import type { ForecastModel } from '../model.js';

const ORDER = 3;
const LAGS = Array.from({ length: ORDER }, (_, i) => i + 1);
const RIDGE = 1e-3;
/** In a shorter series what looks like a mean to return to is often a trend on its way. */
const FEWEST = 150;

/**
 * Autoregression: each value is explained by the three before it, and the forecast returns to the mean of the series as
 * fast as the series itself did.
 *
 * Notation  y observations, n their count, z deviations from their mean:
 *           zₜ = β₀ + β₁zₜ₋₁ + β₂zₜ₋₂ + β₃zₜ₋₃, β by least squares with a penalty of a thousandth of what the variance
 *           contributes.
 * Shapes    values [n]; mean [horizon]; parameters [β₀, β₁, β₂, β₃].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 150: a mean to return to shows late.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §9.3.
 */
export const autoregression: ForecastModel = {
  name: 'autoregression',
  description: 'each step follows from the three before it, and returns to the mean of the series',
  requiredObservations: () => FEWEST,

  fit({ values: y }, learnt) {
    if (y.length < FEWEST) throw new InsufficientHistory({ model: 'autoregression', observations: y.length, required: FEWEST });
    const parameters = lagCoefficients(y, { lags: LAGS, ridge: RIDGE }, learnt);
    return { parameters, forecast: (horizon) => continueLags(y, LAGS, parameters, horizon) };
  },
};
