/** How the errors of parts go together, such that their sum strays as far as the whole does; [parts] where not a number. */
export interface Dependence {
  /** Standard deviations that errors of the parts are drawn with, before they are made to add up. */
  readonly drawn: Float64Array;
  /** Correlation of these errors, by a factor that all parts have in common; 0 to 1. */
  readonly correlation: number;
  /** What each part takes of the difference between the whole and the sum of its parts; they add up to 1. */
  readonly shares: Float64Array;
  /** Standard deviation of each part once they add up: that asked for, unless it cannot be. */
  readonly sds: Float64Array;
}

/** Rounds in which variances are found that leave the parts theirs when their sum is held. */
const ROUNDS = 20;
const FINEST = 1e-9;
/** Errors are drawn with at most this many times the variance asked for, where parts have to cancel each other out. */
const MOST_INFLATION = 4;

/**
 * Finds how the errors of parts have to go together.
 *
 * Parts that stray alike make a whole that strays further than independent ones would, and parts that take from each other
 * one that hardly strays. Errors are drawn for each part, with a correlation ρ or larger variances q, and then moved so that
 * they add up to the error of the whole.
 *
 * Notation  s standard deviations of the parts, W variance of the whole, S = Σ √q. Where W ≥ Σs²: q = s² and ρ such that
 *           (1 − ρ)Σq + ρS² = W, at most 1. Where W < Σs²: ρ = 0, and q such that the parts keep their s. With the
 *           covariances cᵢ = (1 − ρ)qᵢ + ρ√qᵢ·S of part and sum, Q = Σc, shares aᵢ = cᵢ/Q, and the variance of part i is
 *           then qᵢ − aᵢ²(Q − W): s², unless one part strays further than the whole and all the others can explain, or
 *           the whole further than all parts together. Then the parts give way.
 * Shapes    sds [parts], at least one.
 * Units     one unit for all standard deviations.
 * Source    ours; the shares are the regression of normal errors on their sum.
 */
export function dependenceOf(sds: Float64Array, wholeSd: number): Dependence {
  // In units of the largest, so that no square leaves the range of a double.
  const unit = sds.reduce((largest, sd) => Math.max(largest, sd), wholeSd) || 1;
  const parts = sds.map((sd) => sd / unit);
  const whole = (wholeSd / unit) ** 2;
  const together = sumOf(parts) ** 2;
  const independent = sumOf(parts.map((sd) => sd * sd));
  const spare = together - independent;
  let correlation = 0;
  if (whole > independent) correlation = spare > FINEST * together ? Math.min(1, (whole - independent) / spare) : 1;
  const drawn = whole < independent ? cancelling(parts, whole) : parts;

  const drawnSum = sumOf(drawn);
  const covariances = drawn.map((sd) => sd * ((1 - correlation) * sd + correlation * drawnSum));
  const total = sumOf(covariances);
  // Parts that do not stray move alike, if they have to.
  const shares = covariances.map((covariance) => (total > 0 ? covariance / total : 1 / sds.length));
  return {
    drawn: drawn.map((sd) => sd * unit),
    correlation,
    shares,
    sds: drawn.map((sd, i) => unit * Math.sqrt(Math.max(0, sd * sd - shares[i]! ** 2 * (total - whole)))),
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum;
}

/** Standard deviations √q of independent errors that are back at s once their sum has been held to the variance of the whole. */
function cancelling(sds: Float64Array, whole: number): Float64Array {
  const variances = sds.map((sd) => sd * sd);
  for (let round = 0; round < ROUNDS; round += 1) {
    const sum = sumOf(variances);
    const taken = (1 - whole / sum) / sum;
    let moved = 0;
    for (let i = 0; i < sds.length; i += 1) {
      const wanted = sds[i]! * sds[i]!;
      const left = 1 - variances[i]! * taken;
      const next = left * MOST_INFLATION > 1 ? wanted / left : wanted * MOST_INFLATION;
      moved = Math.max(moved, Math.abs(next - variances[i]!) / sum);
      variances[i] = next;
    }
    if (moved < FINEST) break;
  }
  return variances.map(Math.sqrt);
}
