import { fillGaps } from '../preparation/gaps.js';
import { scaleOf } from '../preparation/scale.js';
import { cutSpikes } from '../preparation/spikes.js';
import { lastingEffects, levelOf } from './lasting-effects.js';
import { givenMove, learntMove, type Move } from './move.js';
import { occurrencesOf } from './occurrences.js';
import { passingEffects, type Column, type ScaledHistory } from './passing-effects.js';
import type { Regressor } from './regressor.js';

/** A regressor of which the past shows less than this share of its range says nothing of the rest. */
const LEAST_SEEN = 0.25;
/** Seasons but the shortest are taken off once they were seen this often: two years cannot tell Christmas from the season. */
const SEASONS_TO_TELL = 6;
/** With more of the series marked than this, the rest is no longer a series to compare with. */
const LARGEST_MARKED_SHARE = 0.5;

/**
 * What the past shows of regressors: first of those that last, then, on the level that these leave, of those that pass.
 * Effects are learnt on the scale on which the series is modelled, as fractions where its spread grows with its level.
 *
 * Shapes    values [n], NaN for gaps; regressors [n + horizon]; result [regressors], null where the past shows nothing.
 * Units     the unit of the values.
 * Source    see `lastingEffects` and `passingEffects`.
 */
export function learntMoves(values: Float64Array, periods: readonly number[], regressors: readonly Regressor[]): (Move | null)[] {
  const n = values.length;
  const moves: (Move | null)[] = regressors.map(() => null);
  const first = values.findIndex((value) => !Number.isNaN(value));
  const end = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  const seen = regressors.flatMap((regressor, index) => {
    const column = regressor.values.subarray(first, end);
    return isSeen(regressor.values, end) ? [{ ...regressor, index, column, occurrences: occurrencesOf(column) }] : [];
  });
  if (seen.length === 0) return moves;
  const lasting = seen.filter(({ kind }) => kind === 'lasting');
  const passing = seen.filter(({ kind }) => kind === 'passing');

  const ascending = [...new Set(periods)].sort((a, b) => a - b);
  const seasons = ascending.filter((period, i) => (i === 0 ? 2 : SEASONS_TO_TELL) * period <= end - first);
  const { observed, isLogarithmic } = withoutSpikes(values.subarray(first, end), passing, ascending[0] ?? 1);
  const level = Float64Array.from(fillGaps(observed, ascending));
  const history = { values: level, observed, isLogarithmic };

  const changes = lastingEffects(history, lasting.map(({ column }) => column), seasons);
  lasting.forEach(({ index, column }, i) => {
    const effect = changes[i];
    if (!effect) return;
    for (let t = 0; t < level.length; t += 1) level[t]! -= levelOf(effect, column[t]!);
    moves[index] = givenMove(regressors[index]!, n, effect);
  });
  const effects = passingEffects(history, passing, seasons);
  passing.forEach(({ index }, i) => {
    const effect = effects[i];
    if (effect) moves[index] = learntMove(regressors[index]!, effect);
  });
  return moves.map((move) => (move && Number.isFinite(move.effect.size) && Number.isFinite(move.effect.sd) ? move : null));
}

/**
 * The series on its scale, with spikes cut. Steps that a regressor marks have no say in what a spike is and in the choice of
 * the scale, and are not cut: what they are is the question.
 */
function withoutSpikes(values: Float64Array, columns: readonly Column[], shortest: number): Omit<ScaledHistory, 'values'> {
  const rest = Float64Array.from(values);
  let marked = 0;
  for (const { occurrences } of columns) {
    for (const { start, end } of occurrences) {
      rest.fill(NaN, start, end);
      marked += end - start;
    }
  }
  if (marked > LARGEST_MARKED_SHARE * values.length) rest.set(values);
  const observed = cutSpikes(rest);
  const scale = scaleOf(observed, shortest);
  let lowest = Infinity;
  for (let t = 0; t < values.length; t += 1) {
    if (Number.isNaN(observed[t]!)) observed[t] = values[t]!;
    if (observed[t]! < lowest) lowest = observed[t]!;
  }
  const isLogarithmic = scale.isLogarithmic && lowest > 0;
  return { observed: isLogarithmic ? observed.map(Math.log) : observed, isLogarithmic };
}

/** Whether the history [0, n) shows enough of a regressor to tell what it does. */
function isSeen(x: Float64Array, n: number): boolean {
  let lowest = Infinity;
  let highest = -Infinity;
  let past = 0;
  for (let t = 0; t < x.length; t += 1) {
    const value = x[t]!;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    if (t === n - 1) past = highest - lowest;
  }
  return past > 0 && past >= LEAST_SEEN * (highest - lowest);
}
