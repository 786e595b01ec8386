/**
 * The straight line start + slope, start + 2·slope, …
 *
 * Shapes    result [length].
 * Units     the unit of `start`; slope per step.
 */
export function lineFrom(start: number, slope: number, length: number): Float64Array {
  const line = new Float64Array(length);
  for (let h = 0; h < length; h += 1) line[h] = start + slope * (h + 1);
  return line;
}
