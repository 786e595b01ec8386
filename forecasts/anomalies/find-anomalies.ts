import { InvalidQuestion } from '../errors.js';
import { medianOf } from '../math/order.js';
import { drawable, type ForecastDistribution } from '../paths.js';
import { explains, type Mark } from './marks.js';
import { findRuns, type Run } from './runs.js';
import { scoreAt } from './score.js';

/** What came of a forecast. */
export interface Outcome {
  /** [steps], up to the horizon: the values in force, restated ones as restated; NaN where nothing was observed. */
  readonly actuals: Float64Array;
  /** Steps that may deviate for reasons that are known. */
  readonly marks?: readonly Mark[];
  /** Events to be expected from forecasts that are right, per step; 0.1 in 30 steps when absent. */
  readonly falseAlarmsPerStep?: number;
}

/**
 * A spike has come back to what was expected. A change of level has lasted a week or more, and may have ended since. What
 * goes on and is younger cannot be told yet.
 */
export type AnomalyKind = 'spike' | 'level-change' | 'undecided';

/** Actuals that a forecast made before they came did not allow for. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Steps [start, end), from 0, the first forecast step. */
  readonly start: number;
  readonly end: number;
  /** It had not come back at the last step that was judged. */
  readonly isOngoing: boolean;
  /** Sums over the steps that were judged, in the unit of the series: neither gaps nor what a mark explains. */
  readonly expected: number;
  readonly actual: number;
  /** Actual less expected: for costs, the money. */
  readonly impact: number;
  /** The usual deviation of one step, actual less expected. */
  readonly size: number;
  /** The chance of anything this far off within all steps that were judged, were the forecast right. */
  readonly chanceIfNone: number;
}

const FALSE_ALARMS_PER_STEP = 0.1 / 30;
/** Steps after which a level is said to have changed: a week of days, at least. */
const STEPS_OF_A_LEVEL = 7;
/** Log odds of being back rather than not: twenty to one. */
const ODDS_OF_RETURN = 3;

/** A step that was observed and that no mark explains. */
interface Judged {
  readonly step: number;
  readonly score: number;
}

/**
 * Anomalies among actuals, judged by a forecast that was made before they came.
 *
 * Each step is turned into the standard normal score that it has in the forecast's own distribution, and `findRuns` finds
 * the runs of scores that are further off than chance makes them: at the default, single steps beyond the 99.9 % interval
 * or so, and weeks that are off in one direction by less.
 *
 * Notation  u score, d direction and δ median of d·u of a run. It has come back when the steps after it are likelier at 0
 *           than at δ by odds of e³: δ·Σ(δ/2 − d·u) ≥ 3.
 * Shapes    actuals [steps] and marks up to the horizon. Result in order of their start; no step is in two.
 * Units     the unit of the series. Every step is judged once, by its value in force: a restated one is not an event of its
 *           own, and one that is marked as restated is passed over.
 * Throws    InvalidQuestion when there are more actuals than steps, or no false alarm at all is allowed.
 * Source    Chen & Liu, Joint estimation of model parameters and outlier effects in time series, JASA 88(421), 1993 (spikes
 *           and level shifts, the greatest first); Wald, Sequential Analysis, 1947 (the odds of return).
 */
export function findAnomalies(
  forecast: ForecastDistribution,
  { actuals, marks = [], falseAlarmsPerStep = FALSE_ALARMS_PER_STEP }: Outcome,
): Anomaly[] {
  if (actuals.length > forecast.mean.length) {
    throw new InvalidQuestion('anomalies', `actuals of at most ${forecast.mean.length} steps`, actuals.length);
  }
  if (!(falseAlarmsPerStep > 0 && falseAlarmsPerStep <= 1)) {
    throw new InvalidQuestion('false alarms per step', 'a number above 0 and up to 1', falseAlarmsPerStep);
  }
  const judged = judgedSteps(forecast, actuals, marks);
  const scores = Float64Array.from(judged, ({ score }) => score);
  return findRuns(scores, forecast.errorCorrelation, falseAlarmsPerStep).map((run) => asAnomaly(run, judged, forecast, actuals));
}

function judgedSteps(forecast: ForecastDistribution, actuals: Float64Array, marks: readonly Mark[]): Judged[] {
  const drawn = drawable(forecast);
  const judged: Judged[] = [];
  actuals.forEach((actual, step) => {
    if (Number.isNaN(actual)) return;
    const deviation = actual - forecast.mean[step]!;
    if (marks.some((mark) => mark.step === step && explains(mark, deviation))) return;
    judged.push({ step, score: scoreAt(drawn, step, actual) });
  });
  return judged;
}

function asAnomaly(run: Run, judged: readonly Judged[], { mean }: ForecastDistribution, actuals: Float64Array): Anomaly {
  const { first, last, direction, chanceIfNone } = run;
  const steps = judged.slice(first, last + 1);
  let expected = 0;
  let actual = 0;
  for (const { step } of steps) {
    expected += mean[step]!;
    actual += actuals[step]!;
  }
  const level = medianOf(Float64Array.from(steps, ({ score }) => direction * score));
  const isOngoing = oddsOfReturn(judged.slice(last + 1), direction, level) < ODDS_OF_RETURN;
  const hasLasted = steps.length >= STEPS_OF_A_LEVEL;
  return {
    kind: hasLasted ? 'level-change' : isOngoing ? 'undecided' : 'spike',
    start: steps[0]!.step,
    end: steps.at(-1)!.step + 1,
    isOngoing,
    expected,
    actual,
    impact: actual - expected,
    size: medianOf(Float64Array.from(steps, ({ step }) => actuals[step]! - mean[step]!)),
    chanceIfNone,
  };
}

/** Logarithm of how much likelier the steps after a run are at what was expected than at the level of the run. */
function oddsOfReturn(after: readonly Judged[], direction: number, level: number): number {
  return after.reduce((odds, { score }) => odds + level * (level / 2 - direction * score), 0);
}
