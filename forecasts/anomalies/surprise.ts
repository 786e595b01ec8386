/**
 * How far the mean of neighbouring scores has to be from 0 before it is a surprise. Scores are standard normal where a
 * forecast is right, and go together from step to step: a forecast that is too low for a week is too low by the same
 * error, and a run outside the interval is one event.
 *
 * Notation  ρ error correlation, m steps in the window, variance of their mean
 *           v = (m(1 + ρ)/(1 − ρ) − 2ρ(1 − ρᵐ)/(1 − ρ)²)/m², r the correlation of means of windows one step apart. The
 *           mean of a window, in units of √v, rises above z or falls below −z as often as
 *           f(z) = 2/π·atan √((1 − r)/(1 + r))·exp(−z²/2) a step.
 * Source    Rice, Mathematical analysis of random noise, Bell System Technical Journal 23–24, 1944–45 (crossings); the
 *           angle is exact at z = 0 for steps instead of continuous time.
 */
export interface Surprise {
  /** m, in steps that were observed. */
  readonly window: number;
  /** √v. */
  readonly deviation: number;
  /** z beyond which it is one. */
  readonly threshold: number;
  /** f(z), for any z. */
  crossingsPerStep(z: number): number;
}

/**
 * What is a surprise in windows of a length, such that forecasts that are right give `perStep` of them a step.
 *
 * Units     perStep a number of events, above 0; errorCorrelation 0 to below 1.
 */
export function surpriseIn(window: number, errorCorrelation: number, perStep: number): Surprise {
  const variance = shiftedCovariance(window, errorCorrelation, 0);
  const r = shiftedCovariance(window, errorCorrelation, 1) / variance;
  const crossings = (2 / Math.PI) * Math.atan(Math.sqrt((1 - r) / (1 + r)));
  return {
    window,
    deviation: Math.sqrt(variance),
    threshold: Math.sqrt(2 * Math.log(Math.max(1, crossings / perStep))),
    crossingsPerStep: (z) => crossings * Math.exp((-z * z) / 2),
  };
}

/** Covariance of the means of two windows so many steps apart. */
function shiftedCovariance(window: number, rho: number, apart: number): number {
  let sum = 0;
  for (let lag = 1 - window; lag < window; lag += 1) sum += (window - Math.abs(lag)) * rho ** Math.abs(lag + apart);
  return sum / (window * window);
}
