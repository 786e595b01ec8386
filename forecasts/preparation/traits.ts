/** What a series shows, where some models make sense only if it does. */
export type Trait = 'trend' | 'level' | 'zeros' | 'few';

const BLOCKS = 8;
/** Growth that began lately is evident in the last third, where that is long enough to tell it from a wave. */
const RECENT_SHARE = 1 / 3;
const FEWEST_RECENT = 96;
/** Below this there is little to smooth. */
const FEW_OBSERVATIONS = 16;
/** Mean change between blocks in standard errors: with seven changes, a walk without direction passes it once in a hundred. */
const EVIDENT = 3.5;
/** With this share of zeros a series is demand that comes now and then. */
const SHARE_OF_ZEROS = 0.3;

/**
 * The traits of a series.
 *
 * A series has an evident trend, or else a level. A trend is evident when the series, or the last third of a long one, rose
 * (or fell) by more than chance from block to block of eight.
 *
 * Notation  bᵢ mean of block i, dᵢ = bᵢ₊₁ − bᵢ: a trend when |mean d| > 3.5·sd(d)/√7.
 * Shapes    adjusted [n], without seasons; no trend below n = 16. observed [n], NaN for gaps.
 * Units     both in the unit of the series, or in one that its zeros keep.
 * Source    Student, The probable error of a mean, Biometrika 6(1), 1908 (the t statistic of the changes); the blocks are ours.
 */
export function traitsOf(adjusted: Float64Array, observed: Float64Array): ReadonlySet<Trait> {
  const recent = adjusted.subarray(adjusted.length - Math.floor(RECENT_SHARE * adjusted.length));
  const trend = hasTrend(adjusted) || (recent.length >= FEWEST_RECENT && hasTrend(recent));
  const traits = new Set<Trait>([trend ? 'trend' : 'level']);
  if (adjusted.length < FEW_OBSERVATIONS) traits.add('few');
  let zeros = 0;
  let count = 0;
  for (let t = 0; t < observed.length; t += 1) {
    if (observed[t] === 0) zeros += 1;
    if (!Number.isNaN(observed[t]!)) count += 1;
  }
  if (zeros >= SHARE_OF_ZEROS * count) traits.add('zeros');
  return traits;
}

function hasTrend(values: Float64Array): boolean {
  const size = Math.floor(values.length / BLOCKS);
  if (size < 2) return false;
  const first = values.length - BLOCKS * size;
  const blocks = Array.from({ length: BLOCKS }, (_, i) => {
    let sum = 0;
    for (let t = first + i * size; t < first + (i + 1) * size; t += 1) sum += values[t]!;
    return sum / size;
  });
  const changes = blocks.slice(1).map((block, i) => block - blocks[i]!);
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  const squares = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (changes.length - 1) / changes.length);
  return Math.abs(mean) > EVIDENT * standardError && mean !== 0;
}
