/**
 * Centred running median; windows are cut short at both ends, and gaps are passed over.
 *
 * Shapes    values [n], NaN for gaps; result [n], NaN where a window holds gaps only. A window spans 2·reach + 1 steps.
 * Units     the unit of `values`.
 */
export function runningMedian(values: Float64Array, reach: number): Float64Array {
  const n = values.length;
  const window = new Float64Array(2 * reach + 1);
  const medians = new Float64Array(n);
  for (let t = 0; t < n; t += 1) {
    let count = 0;
    for (let k = Math.max(0, t - reach); k <= Math.min(n - 1, t + reach); k += 1) {
      const value = values[k]!;
      if (Number.isNaN(value)) continue;
      // Insertion keeps the few values in order without an allocation per step.
      let place = count;
      while (place > 0 && window[place - 1]! > value) {
        window[place] = window[place - 1]!;
        place -= 1;
      }
      window[place] = value;
      count += 1;
    }
    const middle = count >> 1;
    if (count === 0) medians[t] = NaN;
    else medians[t] = count % 2 === 1 ? window[middle]! : (window[middle - 1]! + window[middle]!) / 2;
  }
  return medians;
}
