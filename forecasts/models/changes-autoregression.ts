import { InsufficientHistory } from '../errors.js';
import { continueLags, lagCoefficients, lagObservations } from '../math/lag-regression.js';
import type { ForecastModel } from '../model.js';

/** How many changes back are looked at, by how many observations there are to learn from. */
const ORDERS = [
  { observations: 200, order: 5 },
  { observations: 60, order: 3 },
  { observations: 0, order: 2 },
] as const;
const RIDGE = 0.02;
/** What an expected change still counts one step further on: a direction is not expected to last for ever. */
const FADING = 0.97;

/**
 * Autoregression of changes: each change is explained by the last few changes, and the level goes wherever they lead.
 *
 * Notation  y observations, n their count, dₜ = yₜ − yₜ₋₁ with mean d̄, zₜ = dₜ − d̄, p order (2, 3 or 5):
 *           zₜ = β₀ + β₁zₜ₋₁ + … + βₚzₜ₋ₚ,   mean at step h: yₙ + Σ 0.97ʲ·(d̄ + zₙ₊₁₊ⱼ) over j = 0 … h − 1. β by least
 *           squares with a penalty of 0.02 of what the variance contributes.
 * Shapes    values [n]; mean [horizon]; parameters [β₀ … βₚ].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 15.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §9.1, §9.3; the fading is that of a
 *           damped trend, §8.2.
 */
export const changesAutoregression: ForecastModel = {
  name: 'changes-autoregression',
  description: 'each change follows from the last few changes, and fades',
  requires: 'level',
  requiredObservations: () => lagObservations(lagsOf(2)) + 1,

  fit({ values: y }, learnt) {
    const n = y.length;
    const required = this.requiredObservations([]);
    if (n < required) throw new InsufficientHistory({ model: 'changes-autoregression', observations: n, required });
    const changes = new Float64Array(n - 1);
    for (let t = 1; t < n; t += 1) changes[t - 1] = y[t]! - y[t - 1]!;
    // The order learnt from the whole series is kept on an earlier stretch of it.
    const lags = lagsOf(learnt ? learnt.length - 1 : ORDERS.find(({ observations }) => n > observations)!.order);
    const parameters = lagCoefficients(changes, { lags, ridge: RIDGE }, learnt);
    return {
      parameters,
      forecast(horizon) {
        const mean = continueLags(changes, lags, parameters, horizon);
        let level = y[n - 1]!;
        let weight = 1;
        for (let h = 0; h < horizon; h += 1) {
          level += weight * mean[h]!;
          weight *= FADING;
          mean[h] = level;
        }
        return mean;
      },
    };
  },
};

function lagsOf(order: number): number[] {
  return Array.from({ length: order }, (_, i) => i + 1);
}
