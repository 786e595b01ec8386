import { InsufficientHistory } from '../errors.js';
import { lineFrom } from '../math/line.js';
import type { ForecastModel } from '../model.js';

const FEWEST = 24;
/** The stretch that counts as recent: long enough to average noise out, short enough to notice that a trend has turned. */
const RECENT_SHARE = 1 / 3;
/** Neighbours averaged at either end of the stretch, so that one noisy day does not tilt the line. */
const END_STEPS = 3;

/**
 * Recent drift: the average change per step over the last third of the series goes on. Growth that has lately become
 * faster or slower is followed, where the drift since the first observation would still remember the old pace.
 *
 * Notation  y observations, n their count, k = n/3 steps looked back, ȳ mean of 3 neighbours,
 *           c = (ȳₙ₋₁ − ȳₙ₋ₖ₋₁) / k, mean at step h yₙ + c·h.
 * Shapes    values [n]; mean [horizon].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 24: a third would be too short to tell a trend from noise.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.2 (drift); the window is ours.
 */
export const recentDrift: ForecastModel = {
  name: 'recent-drift',
  description: 'the average change per step over the last third of the series goes on from the last observation',
  requires: 'trend',
  requiredObservations: () => FEWEST,

  fit({ values: y }) {
    const n = y.length;
    if (n < FEWEST) throw new InsufficientHistory({ model: 'recent-drift', observations: n, required: FEWEST });
    const k = Math.floor(n * RECENT_SHARE);
    let c = 0;
    for (let i = 1; i <= END_STEPS; i += 1) c += (y[n - i]! - y[n - k - i]!) / (END_STEPS * k);
    return {
      parameters: [],
      forecast: (horizon) => lineFrom(y[n - 1]!, c, horizon),
    };
  },
};
