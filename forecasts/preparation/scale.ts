/** The scale on which a series is modelled: its own, or one on which its spread does not depend on its level. */
export interface Scale {
  /** Errors grow in proportion to the value. */
  readonly isLogarithmic: boolean;
  /** From the unit of the series to the scale. */
  to(value: number): number;
  /** From the scale back to the unit of the series. */
  from(scaled: number): number;
}

/** The scale that is the unit of the series itself. */
export const linear: Scale = { isLogarithmic: false, to: (value) => value, from: (scaled) => scaled };

/** Steps of a window in which spread is compared with level: a season, and at least this many. */
const SHORTEST_WINDOW = 4;
const FEWEST_WINDOWS = 4;
/** The least variance of log levels over windows from which a slope can be read: levels within ±5 % show none. */
const LEAST_VARIANCE = 0.003;
/** Spread in proportion to the level has slope 1, independent of it slope 0. */
const PROPORTIONAL = 0.5;
/** A value this far below the usual would be a chasm on a logarithmic scale. */
const LOWEST_SHARE = 0.01;
/** Up to this multiple of the largest value seen growth may be exponential, beyond it goes on in a straight line. */
const LARGEST_MULTIPLE = 2;

/**
 * Chooses the scale: logarithmic when all values are positive and the spread grows with the level, linear otherwise.
 *
 * The way back from logarithms follows the exponential up to twice the largest value and its tangent beyond: a trend that
 * is a little too steep on a logarithmic scale would otherwise explode.
 *
 * Notation  over windows of one season, L mean and S mean absolute change of a window: logarithmic when the least-squares
 *           slope of log S on log L is above ½.
 * Shapes    observed [n], NaN for gaps; the shortest period, or 1 without one.
 * Units     period in steps; the scale turns the unit of the series into its logarithm and back.
 * Source    Bartlett, The use of transformations, Biometrics 3(1), 1947 (spread against level);
 *           Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §3.1.
 */
export function scaleOf(observed: Float64Array, period: number): Scale {
  let lowest = Infinity;
  let highest = 0;
  let sum = 0;
  let count = 0;
  for (let t = 0; t < observed.length; t += 1) {
    const value = observed[t]!;
    if (Number.isNaN(value)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    sum += value;
    count += 1;
  }
  if (!(lowest > LOWEST_SHARE * (sum / count)) || !(spreadSlope(observed, Math.max(SHORTEST_WINDOW, period)) > PROPORTIONAL)) {
    return linear;
  }
  const cap = LARGEST_MULTIPLE * highest;
  const logCap = Math.log(cap);
  return {
    isLogarithmic: true,
    to: Math.log,
    from: (scaled) => (scaled <= logCap ? Math.exp(scaled) : cap * (1 + scaled - logCap)),
  };
}

/** Slope of log spread on log level over windows; NaN when levels differ too little to tell. */
function spreadSlope(values: Float64Array, window: number): number {
  const n = values.length;
  const windows = Math.floor(n / window);
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let i = 0; i < windows; i += 1) {
    const start = n - (i + 1) * window;
    let level = 0;
    let spread = 0;
    for (let t = start; t < start + window; t += 1) {
      level += values[t]! / window;
      if (t > start) spread += Math.abs(values[t]! - values[t - 1]!) / (window - 1);
    }
    // A window with a gap is NaN and tells nothing.
    if (!(level > 0 && spread > 0)) continue;
    const x = Math.log(level);
    const y = Math.log(spread);
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
    count += 1;
  }
  const variance = sumXX / count - (sumX / count) ** 2;
  if (count < FEWEST_WINDOWS || !(variance > LEAST_VARIANCE)) return NaN;
  return (sumXY / count - (sumX * sumY) / count ** 2) / variance;
}
