import { InsufficientHistory } from '../errors.js';
import { lineFrom } from '../math/line.js';
import type { ForecastModel } from '../model.js';

/** Neighbours averaged at either end of the stretch, so that one noisy day does not tilt the line. */
const END_STEPS = 3;

/**
 * Drift over a late stretch: its average change per step goes on. Growth that has lately become faster or slower is
 * followed, where the drift since the first observation would still remember the old pace.
 *
 * Notation  y observations, n their count, k = share·n steps looked back, ȳ mean of 3 neighbours,
 *           c = (ȳₙ₋₁ − ȳₙ₋ₖ₋₁) / k, mean at step h yₙ + c·h.
 * Shapes    values [n]; mean [horizon].
 * Units     the unit of `values`; the share is a fraction of n.
 * Throws    InsufficientHistory below `fewest`: the stretch would be too short to tell a trend from noise.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.2 (drift); the stretches are ours.
 */
function driftOver({ name, description, share, fewest }: { name: string; description: string; share: number; fewest: number }): ForecastModel {
  return {
    name,
    description,
    requires: 'trend',
    requiredObservations: () => fewest,

    fit({ values: y }) {
      const n = y.length;
      if (n < fewest) throw new InsufficientHistory({ model: name, observations: n, required: fewest });
      const k = Math.floor(n * share);
      let c = 0;
      for (let i = 1; i <= END_STEPS; i += 1) c += (y[n - i]! - y[n - k - i]!) / (END_STEPS * k);
      return {
        parameters: [],
        forecast: (horizon) => lineFrom(y[n - 1]!, c, horizon),
      };
    },
  };
}

/** A third is long enough to average noise out, and short enough to notice that a trend has turned. */
export const recentDrift = driftOver({
  name: 'recent-drift',
  description: 'the average change per step over the last third of the series goes on from the last observation',
  share: 1 / 3,
  fewest: 24,
});

/** A half forgets how it began, and is not carried away by what came last. In a short series it says what the others say. */
export const halfDrift = driftOver({
  name: 'half-drift',
  description: 'the average change per step over the later half of the series goes on from the last observation',
  share: 1 / 2,
  fewest: 60,
});
