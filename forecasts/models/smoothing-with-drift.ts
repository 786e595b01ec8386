import { InsufficientHistory } from '../errors.js';
import { minimiseOnGrid } from '../math/line-search.js';
import { lineFrom } from '../math/line.js';
import type { ForecastModel } from '../model.js';

const WEIGHTS_TRIED = [0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 1];
const FIRST_STEP = 0.06;
const FINEST_STEP = 0.01;

interface Fit {
  readonly drift: number;
  readonly startLevel: number;
  readonly squares: number;
}

/**
 * Simple exponential smoothing with drift: a level that follows the observations, and grows by a constant per step. At
 * α = 1 it is the drift model, at α = 0 a straight line by least squares; the data choose between the two.
 *
 * Notation  y observations, n their count, l level, b drift, α weight of the newest observation, e one-step error:
 *           eₜ = yₜ − lₜ₋₁ − b,  lₜ = lₜ₋₁ + b + α·eₜ,  mean at step h lₙ + b·h.
 * Fit       for a given α the errors are linear in l₀ and b, which follow from two normal equations; α is searched for.
 * Shapes    values [n]; mean [horizon]; parameters [α].
 * Units     the unit of `values`; b per step.
 * Throws    InsufficientHistory when n < 6: three parameters are fitted.
 * Source    Hyndman & Billah, Unmasking the Theta method, International Journal of Forecasting 19(2), 2003.
 */
export const smoothingWithDrift: ForecastModel = {
  name: 'smoothing-with-drift',
  description: 'a level that follows the observations, and a constant change per step',
  requiredObservations: () => 6,

  fit({ values: y }, learnt) {
    const n = y.length;
    if (n < 6) throw new InsufficientHistory({ model: 'smoothing-with-drift', observations: n, required: 6 });
    const alpha = learnt?.[0] ?? minimiseOnGrid((weight) => fitLine(y, weight).squares, {
      grid: WEIGHTS_TRIED,
      firstStep: FIRST_STEP,
      finest: FINEST_STEP,
    });
    const { drift, startLevel } = fitLine(y, alpha);
    let level = startLevel;
    for (let t = 0; t < n; t += 1) level += drift + alpha * (y[t]! - level - drift);
    return {
      parameters: [alpha],
      forecast: (horizon) => lineFrom(level, drift, horizon),
    };
  },
};

/**
 * The best start level and drift for a given α. The errors are linear in both, eₜ = uₜ − b·vₜ − l₀·wₜ, so one pass
 * collects the normal equations: u is the error with neither, v and w are what one unit of each takes away.
 */
function fitLine(y: Float64Array, alpha: number): Fit {
  const n = y.length;
  // Measured from the first observation, so that the sums keep their digits on a high level.
  const base = y[0]!;
  let smoothed = 0;
  let v = 1;
  let w = 1;
  let vv = 0;
  let vw = 0;
  let ww = 0;
  let uv = 0;
  let uw = 0;
  let uu = 0;
  for (let t = 0; t < n; t += 1) {
    const u = y[t]! - base - smoothed;
    uu += u * u;
    uv += u * v;
    uw += u * w;
    vv += v * v;
    vw += v * w;
    ww += w * w;
    smoothed += alpha * u;
    v = 1 + (1 - alpha) * v;
    w *= 1 - alpha;
  }
  const determinant = vv * ww - vw * vw;
  const drift = (uv * ww - uw * vw) / determinant;
  const offset = (uw * vv - uv * vw) / determinant;
  return { drift, startLevel: base + offset, squares: Math.max(0, uu - drift * uv - offset * uw) };
}
