/**
 * Centred running median; windows are cut short at both ends, and gaps are passed over.
 *
 * Shapes    values [n], NaN for gaps; result [n], NaN where a window holds gaps only. A window spans 2·reach + 1 steps.
 * Units     the unit of `values`.
 * Source    Tukey, Exploratory Data Analysis, 1977, ch. 7.
 */
export function runningMedian(values: Float64Array, reach: number): Float64Array {
  const n = values.length;
  // The window stays in order while it slides: one value leaves it, one enters.
  const window = new Float64Array(2 * reach + 1);
  let count = 0;
  const enter = (value: number): void => {
    if (Number.isNaN(value)) return;
    let place = count;
    while (place > 0 && window[place - 1]! > value) {
      window[place] = window[place - 1]!;
      place -= 1;
    }
    window[place] = value;
    count += 1;
  };
  const leave = (value: number): void => {
    if (Number.isNaN(value)) return;
    let place = 0;
    while (window[place] !== value) place += 1;
    count -= 1;
    for (; place < count; place += 1) window[place] = window[place + 1]!;
  };

  const medians = new Float64Array(n);
  for (let t = 0; t < Math.min(reach, n); t += 1) enter(values[t]!);
  for (let t = 0; t < n; t += 1) {
    if (t > reach) leave(values[t - reach - 1]!);
    if (t + reach < n) enter(values[t + reach]!);
    const middle = count >> 1;
    if (count === 0) medians[t] = NaN;
    else medians[t] = count % 2 === 1 ? window[middle]! : (window[middle - 1]! + window[middle]!) / 2;
  }
  return medians;
}
