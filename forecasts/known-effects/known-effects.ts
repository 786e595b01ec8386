import { withinBounds, type ForecastDistribution } from '../paths.js';
import { checkSeries, type Series } from '../series.js';
import { learntMoves } from './learnt-effects.js';
import { givenMove, putBack, strayWith, takenOff, type Move } from './move.js';
import { checkRegressors, type KnownEffect } from './regressor.js';
import { totalCorrelation } from './total-correlation.js';

/** A series without its known effects, and the way back. */
export interface WithoutKnownEffects {
  /** What is left to forecast. */
  readonly plain: Series;
  /** The effects that were taken off, in the order of the regressors. */
  readonly effects: readonly KnownEffect[];
  /** Takes the effects off values of the series, of which the first is the first step of the grid. */
  offValues(values: Float64Array): Float64Array;
  /** Puts the effects back on values of the plain series, of which the first is this step of the grid. */
  onValues(values: Float64Array, from: number): Float64Array;
  /** Puts the effects, and how far they may be off, back on a distribution of the plain series. */
  onDistribution<Distribution extends ForecastDistribution>(distribution: Distribution, from: number): Distribution;
}

/** No step is surer than to this share of its size, nor than this share of what it would be without the effects. */
const FINEST_SHARE = 1e-3;

/**
 * Takes off a series what is known in advance to move it: by the sizes that the caller gives, and by those that the past
 * shows beyond doubt. The rest is forecast as any series, and the effects are put back on what comes out.
 *
 * Notation  f and a the factor and the addend of an effect at a step: mean·f + a, s² = (s·f)² + (mean·sd f)² + (sd a)².
 * Shapes    regressors [n + horizon]; without any effect, the very same series and distributions.
 * Units     the unit of the series.
 * Throws    InvalidRegressor; InsufficientHistory when effects leave fewer than 3 values.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §7.4 (useful predictors), §10
 *           (regression whose errors are a series of their own).
 */
export function withoutKnownEffects(series: Series, horizon: number): WithoutKnownEffects {
  const { regressors = [], values, periods, nonNegative, upperBound } = series;
  checkRegressors(regressors, values.length + horizon);
  const given = regressors.map((regressor) => (regressor.effect ? givenMove(regressor, values.length, regressor.effect) : null));
  const unexplained = present(given).reduce(takenOff, values);
  const open = regressors.filter(({ effect }) => !effect);
  const learnt = learntMoves(unexplained, periods, open);
  // What is taken off last is put back first.
  const moves = [...present(given), ...present(learnt)];
  const effects = regressors.flatMap((regressor, i) => (given[i] ?? learnt[open.indexOf(regressor)])?.effect ?? []);
  if (moves.length === 0) return { plain: series, effects, offValues: (same) => same, onValues: (same) => same, onDistribution: (same) => same };

  const rest = present(learnt).reduce(takenOff, unexplained);
  // The rest may pass a bound, or go below zero by what an amount is off: bounds hold for the whole.
  const plain = { values: rest, periods, nonNegative: nonNegative && !rest.some((value) => value < 0) };
  // Where an effect leaves nothing of the values there may be too few left.
  checkSeries(plain);
  const onValues = (part: Float64Array, from: number): Float64Array =>
    moves.reduceRight((sum, move) => putBack(sum, move, from), part).map((value) => withinBounds(value, series));
  return {
    plain,
    effects,
    offValues: (values) => present(learnt).reduce(takenOff, present(given).reduce(takenOff, values)),
    onValues,
    onDistribution: (part, from) => ({
      ...part,
      mean: onValues(part.mean, from),
      ...spreadWith(part, moves, from),
      nonNegative,
      ...(upperBound === undefined ? {} : { upperBound }),
    }),
  };
}

function present(moves: readonly (Move | null)[]): Move[] {
  return moves.filter((move) => move !== null);
}

/** The spread of a distribution with the effects; of those that last, what they are off is the same at every step. */
function spreadWith(plain: ForecastDistribution, moves: readonly Move[], from: number): Pick<ForecastDistribution, 'sd' | 'errorCorrelation'> {
  const hasCommonErrors = moves.some(({ isLasting, effect }) => isLasting && effect.sd > 0);
  let mean = plain.mean;
  let sd = plain.sd;
  let own = plain.sd;
  for (const move of moves.toReversed()) {
    sd = strayWith(sd, mean, move, from);
    if (hasCommonErrors) own = strayWith(own, mean, move.isLasting ? { ...move, sds: new Float64Array(move.sds.length) } : move, from);
    mean = putBack(mean, move, from);
  }
  return {
    sd: sd.map((s, h) => Math.max(s, FINEST_SHARE * Math.max(plain.sd[h]!, Math.abs(mean[h]!)))),
    errorCorrelation: hasCommonErrors ? totalCorrelation(own, sd, plain.errorCorrelation) : plain.errorCorrelation,
  };
}
