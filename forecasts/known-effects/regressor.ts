import { InvalidRegressor } from '../errors.js';

/** How much a regressor moves the series where its value is 1. */
export interface EffectSize {
  /** In the unit of the series; or, when relative, as a fraction of what it would be otherwise: −0.3 is 30 % less. */
  readonly size: number;
  readonly isRelative: boolean;
  /** How far the size may be off, in the unit of the size; 0 when absent. */
  readonly sd?: number;
}

/** Something known in advance that moves a series: a holiday, a month start, a launch, a migration. */
export interface Regressor {
  /** Names it in the forecast; each name once in a series. */
  readonly name: string;
  /** Passing: the series goes back to where it was, as after a holiday. Lasting: it stays, as after a migration. */
  readonly kind: 'passing' | 'lasting';
  /** How much of it there is at each step, history and horizon alike; [n + horizon]. Mostly 0 or 1. */
  readonly values: Float64Array;
  /** What it does, where the caller knows; learnt from the past when absent, and left out where the past shows nothing. */
  readonly effect?: EffectSize;
}

/** An effect that a forecast counts with. */
export interface KnownEffect extends Required<EffectSize> {
  readonly name: string;
}

/** Squares of what larger ones make of a series leave the range of a double. */
const LARGEST_VALUE = 1e30;
const LARGEST_SIZE = 1e50;
/** No plan multiplies a series by more than this. */
const LARGEST_RELATIVE = 1e6;

/**
 * Refuses regressors that contradict the series or themselves, before any arithmetic touches them.
 *
 * Shapes    values of each regressor [steps], steps = n + horizon.
 * Units     none.
 * Throws    InvalidRegressor at the first without a name of its own, of another length, with a value that is no finite
 *           number, or with an effect that nothing can have.
 * Source    ours.
 */
export function checkRegressors(regressors: readonly Regressor[], steps: number): void {
  const names = new Set<string>();
  for (const { name, values, effect } of regressors) {
    if (name === '' || names.has(name)) throw new InvalidRegressor(name, 'needs a name of its own');
    names.add(name);
    if (values.length !== steps) {
      throw new InvalidRegressor(name, `needs one value for each of ${steps} steps of history and horizon, got ${values.length}`);
    }
    for (let t = 0; t < steps; t += 1) {
      if (!(Math.abs(values[t]!) <= LARGEST_VALUE)) throw new InvalidRegressor(name, `needs finite values, got ${values[t]} at index ${t}`);
    }
    if (effect) checkEffect(name, effect);
  }
}

function checkEffect(name: string, { size, isRelative, sd = 0 }: EffectSize): void {
  const largest = isRelative ? LARGEST_RELATIVE : LARGEST_SIZE;
  if (!(Math.abs(size) <= largest) || (isRelative && size < -1)) {
    throw new InvalidRegressor(name, `needs ${isRelative ? 'a relative effect of at least -1' : 'an effect of finite size'}, got ${size}`);
  }
  if (!(sd >= 0 && sd <= largest)) throw new InvalidRegressor(name, `needs a standard deviation of 0 or more, got ${sd}`);
}
