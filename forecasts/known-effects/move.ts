import type { EffectSize, KnownEffect, Regressor } from './regressor.js';

/** What an effect does to each step of history and horizon: value·move where it is relative, value + move where not. */
export interface Move {
  readonly effect: KnownEffect;
  readonly isLasting: boolean;
  /** [n + horizon]; factors or addends. */
  readonly moves: Float64Array;
  /** Standard deviations of the moves; [n + horizon]. */
  readonly sds: Float64Array;
}

/** The largest factor that is learnt, and the least, as one to it; as a logarithm. */
const FURTHEST = Math.log(1000);
/** No learnt effect takes away more than this. */
const LOWEST_FRACTION = -0.999;
/** A factor below this cannot be undone: what is left tells nothing of what there was. */
const LOWEST_FACTOR = 0.1;
/** What has been brought down to nothing is counted from this share. */
const LEAST_NOW = 1e-3;

/**
 * The move that a caller's size makes: b·x, or 1 + b·x where it is relative. One that lasts is counted from the last step
 * of the history on, so that the rest of the series lies on the level of today throughout.
 *
 * Shapes    values of the regressor [n + horizon], n steps of them history; result alike.
 * Units     addends in the unit of the series; factors have none.
 * Source    ours.
 */
export function givenMove({ name, values, kind }: Regressor, n: number, { size, isRelative, sd = 0 }: EffectSize): Move {
  const now = kind === 'lasting' ? values[n - 1]! : 0;
  const factorNow = Math.max(LEAST_NOW, 1 + size * now);
  return {
    effect: { name, size, isRelative, sd },
    isLasting: kind === 'lasting',
    moves: values.map((x) => (isRelative ? Math.max(0, 1 + size * x) / factorNow : size * (x - now))),
    sds: values.map((x) => (isRelative ? (sd * Math.abs(x - now)) / factorNow : sd * Math.abs(x - now))),
  };
}

/**
 * The move of a passing effect that was learnt: b·x, or (1 + b)ˣ where it is relative, as logarithms add up.
 *
 * Shapes    values of the regressor and result [n + horizon].
 * Units     addends in the unit of the series; factors have none.
 * Source    ours.
 */
export function learntMove({ name, values }: Regressor, { size, isRelative, sd }: Required<EffectSize>): Move {
  const growth = Math.log1p(Math.max(LOWEST_FRACTION, size));
  const perGrowth = sd / Math.exp(growth);
  const moves = new Float64Array(values.length);
  const sds = new Float64Array(values.length);
  for (let t = 0; t < values.length; t += 1) {
    const x = values[t]!;
    moves[t] = isRelative ? Math.exp(Math.max(-FURTHEST, Math.min(FURTHEST, growth * x))) : size * x;
    sds[t] = Math.abs(x) * (isRelative ? moves[t]! * perGrowth : sd);
  }
  return { effect: { name, size, isRelative, sd }, isLasting: false, moves, sds };
}

/**
 * The values of the history without a move; a gap where nothing is left of them.
 *
 * Shapes    values and result [n], the first n steps of the move.
 * Units     the unit of the values.
 * Source    ours.
 */
export function takenOff(values: Float64Array, { effect: { isRelative }, moves }: Move): Float64Array {
  const rest = new Float64Array(values.length);
  for (let t = 0; t < rest.length; t += 1) {
    if (!isRelative) rest[t] = values[t]! - moves[t]!;
    else rest[t] = moves[t]! < LOWEST_FACTOR ? NaN : values[t]! / moves[t]!;
  }
  return rest;
}

/**
 * Values of which the first is the step `from` of the grid, with a move.
 *
 * Shapes    values and result of any length that the move reaches over.
 * Units     the unit of the values.
 * Source    ours.
 */
export function putBack(values: Float64Array, { effect: { isRelative }, moves }: Move, from: number): Float64Array {
  const whole = new Float64Array(values.length);
  for (let h = 0; h < whole.length; h += 1) whole[h] = isRelative ? values[h]! * moves[from + h]! : values[h]! + moves[from + h]!;
  return whole;
}

/**
 * Standard deviations around a mean, both without a move, with it.
 *
 * Notation  s² becomes (s·f)² + (mean·sd f)² with a factor f, and s² + (sd a)² with an addend a.
 * Shapes    sd, mean and result of one length; the first is the step `from` of the grid.
 * Units     the unit of the mean.
 * Source    the rules for the variance of a product, to the first order, and of a sum.
 */
export function strayWith(
  sd: Float64Array,
  mean: Float64Array,
  { effect: { isRelative }, moves, sds }: Move,
  from: number,
): Float64Array {
  const strayed = new Float64Array(sd.length);
  for (let h = 0; h < sd.length; h += 1) {
    const own = isRelative ? sd[h]! * moves[from + h]! : sd[h]!;
    const added = isRelative ? mean[h]! * sds[from + h]! : sds[from + h]!;
    strayed[h] = added === 0 ? own : Math.sqrt(own * own + added * added);
  }
  return strayed;
}
