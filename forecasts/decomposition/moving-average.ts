/**
 * Centred moving average over one season, which cancels the season and leaves the trend. An even period takes half of
 * each end value (a 2×m average), so that the window stays centred.
 *
 * Notation  y values, n their count, m period.
 * Shapes    values [n], n > m; result [n], carried flat over the half season at either end where no full window fits.
 * Units     the unit of `values`; period in steps.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §3.3.
 */
export function centredMovingAverage(values: Float64Array, period: number): Float64Array {
  const n = values.length;
  const half = period >> 1;
  const trend = new Float64Array(n);
  const isEven = period % 2 === 0;

  // A running sum, begun afresh once a season: the rounding dust of a wild value goes no further than that.
  let sum = 0;
  let untilAfresh = 0;
  for (let t = half; t < n - half; t += 1, untilAfresh -= 1) {
    if (untilAfresh === 0) {
      untilAfresh = period;
      sum = 0;
      for (let k = t - half; k <= t + half; k += 1) sum += values[k]!;
    } else {
      sum += values[t + half]! - values[t - half - 1]!;
    }
    trend[t] = (isEven ? sum - 0.5 * (values[t - half]! + values[t + half]!) : sum) / period;
  }
  trend.fill(trend[half]!, 0, half);
  trend.fill(trend[n - half - 1]!, n - half);
  return trend;
}
