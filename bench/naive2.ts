/** How sure a season has to be: 90 %, two-sided. */
const SEASON_QUANTILE = 1.645;

/**
 * Naive 2, what the M4 competition counts as 1: the last value of the seasonally adjusted series, with the season put back.
 * The season is that of a classical multiplicative decomposition, and is used where a test finds one.
 *
 * Notation  n observations, m period, r(k) autocorrelation at lag k: seasonal when n ≥ 3m and
 *           |r(m)| > 1.645·√((1 + 2·Σ r(k)²)/n), k = 1 … m − 1, of the lags up to 10·log₁₀ n.
 * Shapes    training [n], NaN for gaps, which take the value before them; result [horizon].
 * Source    Makridakis, Spiliotis & Assimakopoulos, The M4 Competition, International Journal of Forecasting 36(1), 2020,
 *           and the code of its benchmarks, github.com/Mcompetitions/M4-methods.
 */
export function naive2(training: Float64Array, period: number, horizon: number): Float64Array {
  const values = carried(training);
  const n = values.length;
  const figure = period > 1 && isSeasonal(values, period) ? multiplicativeFigure(values, period) : new Float64Array(1).fill(1);
  const level = values[n - 1]! / figure[(n - 1) % figure.length]!;
  return Float64Array.from({ length: horizon }, (_, h) => level * figure[(n + h) % figure.length]!);
}

/** Each gap with the last value before it, or the first of all. */
function carried(values: Float64Array): Float64Array {
  let last = values.find((value) => !Number.isNaN(value)) ?? NaN;
  return values.map((value) => (last = Number.isNaN(value) ? last : value));
}

function isSeasonal(values: Float64Array, period: number): boolean {
  const n = values.length;
  if (n < 3 * period || Math.floor(10 * Math.log10(n)) < period) return false;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < n; t += 1) sum += (values[t]! - mean) * (values[t - lag]! - mean);
    return sum;
  };
  const variance = covariance(0);
  let squares = 0;
  for (let lag = 1; lag < period; lag += 1) squares += (covariance(lag) / variance) ** 2;
  return Math.abs(covariance(period) / variance) > SEASON_QUANTILE * Math.sqrt((1 + 2 * squares) / n);
}

/** The mean ratio of each phase to the centred moving average, with mean 1; [m]. */
function multiplicativeFigure(values: Float64Array, period: number): Float64Array {
  const n = values.length;
  const half = period >> 1;
  const sums = new Float64Array(period);
  const counts = new Float64Array(period);
  for (let t = half; t < n - half; t += 1) {
    let sum = 0;
    for (let k = -half; k <= half; k += 1) sum += values[t + k]!;
    if (period % 2 === 0) sum -= 0.5 * (values[t - half]! + values[t + half]!);
    const ratio = (values[t]! * period) / sum;
    if (Number.isNaN(ratio)) continue;
    sums[t % period]! += ratio;
    counts[t % period]! += 1;
  }
  const figure = sums.map((sum, phase) => sum / counts[phase]!);
  const mean = figure.reduce((sum, ratio) => sum + ratio, 0) / period;
  return figure.map((ratio) => ratio / mean);
}
