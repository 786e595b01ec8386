import { medianOf } from '../math/order.js';
import { runningMedian } from '../math/running-median.js';

/** Half the window of the running median: it follows a change that lasts 4 steps, and ignores what lasts up to 3. */
const REACH = 3;
/** In units of the usual deviation from the running median. */
const USUAL_DEVIATIONS = 8;
/** What has happened this often belongs to the series, month ends for instance. */
const RECURRENCES = 3;
/** From median absolute deviation to standard deviation, for a normal distribution. */
const NORMAL_SCALE = 1.4826;

/**
 * Cuts single spikes back to the scale of the rest. A deviation is cut only as far as others have reached before: what
 * recurs is not a spike, and a change that lasts is followed by the running median and not cut at all.
 *
 * Notation  dₜ = yₜ − running median of 7, s = 1.4826·(the larger of median |dₜ| and median |yₜ − yₜ₋₁|); |dₜ| is capped
 *           at 8s, or at the third-largest peak of |d| when there are three or more peaks above 8s.
 * Shapes    values [n], gaps as NaN and kept; result [n].
 * Units     the unit of `values`.
 * Source    Hampel, The influence curve and its role in robust estimation, JASA 69, 1974 (the running-median filter).
 */
export function cutSpikes(values: Float64Array): Float64Array {
  const n = values.length;
  const medians = runningMedian(values, REACH);
  const deviations = new Float64Array(n);
  const changes = new Float64Array(Math.max(0, n - 1));
  for (let t = 0; t < n; t += 1) deviations[t] = Math.abs(values[t]! - medians[t]!);
  for (let t = 1; t < n; t += 1) changes[t - 1] = Math.abs(values[t]! - values[t - 1]!);
  // A running median follows a steady climb exactly, except at the ends where its window is cut short: deviations alone
  // would call the last steps of every climb spikes.
  const usual = NORMAL_SCALE * Math.max(medianOf(observedOnly(deviations)), medianOf(observedOnly(changes)) || 0);
  const peaks = peaksAbove(deviations, USUAL_DEVIATIONS * usual);
  const cap = Math.max(USUAL_DEVIATIONS * usual, peaks[RECURRENCES - 1] ?? 0);

  const cut = Float64Array.from(values);
  for (let t = 0; t < n; t += 1) {
    if (deviations[t]! > cap) cut[t] = medians[t]! + Math.sign(values[t]! - medians[t]!) * cap;
  }
  return cut;
}

function observedOnly(values: Float64Array): Float64Array {
  const observed = new Float64Array(values.length);
  let count = 0;
  for (let t = 0; t < values.length; t += 1) {
    if (!Number.isNaN(values[t]!)) observed[count++] = values[t]!;
  }
  return observed.subarray(0, count);
}

/**
 * Largest deviation of each stretch above the threshold, largest first. A stretch is no longer than a window: demand that
 * comes every fifth day and is nothing in between recurs, and is not one spike that goes on.
 */
function peaksAbove(deviations: Float64Array, threshold: number): number[] {
  const peaks: number[] = [];
  let start = -Infinity;
  deviations.forEach((deviation, t) => {
    if (!(deviation > threshold)) return;
    if (t - start <= 2 * REACH) {
      peaks.push(Math.max(peaks.pop()!, deviation));
    } else {
      peaks.push(deviation);
      start = t;
    }
  });
  return peaks.sort((a, b) => b - a);
}
