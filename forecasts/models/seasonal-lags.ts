import { InsufficientHistory } from '../errors.js';
import { continueLags, lagCoefficients, lagObservations } from '../math/lag-regression.js';
import type { ForecastModel } from '../model.js';
import type { Trait } from '../preparation/traits.js';

const RIDGE = 1e-3;

/**
 * Ridge regression on seasonal lags: each value is a weighted mean of the same step in seasons before, corrected by how far
 * the last steps strayed. Where seasons repeat closely this alone is hard to beat.
 *
 * Notation  y observations, n their count, z deviations from their mean, L lags in steps:
 *           zₜ = β₀ + Σ βₗ·zₜ₋ₗ, β by least squares with a penalty of a thousandth of what the variance contributes.
 * Shapes    values [n]; mean [horizon]; parameters [lags + 1]. `lagsOf` gets the periods, ascending, and gives ascending
 *           lags, or none when the model does not apply.
 * Units     the unit of `values`.
 * Throws    InsufficientHistory below the longest lag and two observations per coefficient, or without a fitting period.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §9.9 (seasonal autoregression);
 *           Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., §3.4.1 (ridge).
 */
function seasonalLags(
  name: string,
  description: string,
  lagsOf: (shortest: number, longest: number) => readonly number[],
  requires?: Trait,
): ForecastModel {
  const lagsFor = (periods: readonly number[]): readonly number[] => {
    const lags = periods.length === 0 ? [] : lagsOf(periods[0]!, periods.at(-1)!);
    return [...new Set(lags)].sort((a, b) => a - b);
  };
  const requiredObservations = (periods: readonly number[]): number => {
    const lags = lagsFor(periods);
    return lags.length === 0 ? Infinity : Math.max(2 * periods.at(-1)!, lagObservations(lags));
  };
  return {
    name,
    description,
    ...(requires ? { requires } : {}),
    requiredObservations,

    fit({ values, periods }, learnt) {
      const required = requiredObservations(periods);
      if (values.length < required) throw new InsufficientHistory({ model: name, observations: values.length, required });
      const lags = lagsFor(periods);
      const parameters = lagCoefficients(values, { lags, ridge: RIDGE }, learnt);
      return { parameters, forecast: (horizon) => continueLags(values, lags, parameters, horizon) };
    },
  };
}

/** More than this many short seasons in a long one would be more coefficients than a series can teach. */
const MOST_MULTIPLES = 7;

/** The multiples of a short season that make up a long one, the long one itself included. */
function multiples(shortest: number, longest: number): number[] {
  const count = Math.round(longest / shortest);
  return count < 2 || count > MOST_MULTIPLES ? [] : Array.from({ length: count }, (_, i) => (i + 1) * shortest);
}

/** The last steps and the last two seasons, for periods long enough that these do not say the same. */
export const recentSeasonLags = seasonalLags(
  'recent-season-lags',
  'the last steps and the same step of the last two seasons, weighed by regression',
  (m) => (m < 12 ? [] : m < 24 ? [1, 2, m, m + 1] : [1, 2, 3, m, m + 1, m + 2, 2 * m]),
  'level',
);

/** The same step of each of the last four seasons, for periods that come by often. */
export const manySeasonsLags = seasonalLags(
  'many-seasons-lags',
  'the last steps and the same step of the last four seasons, weighed by regression',
  (m) => (m < 12 ? [1, 2, m, m + 1, 2 * m, 3 * m, 4 * m] : []),
  'level',
);

/** Every day of the last week. */
export const wholeSeasonLags = seasonalLags(
  'whole-season-lags',
  'the last steps and the same step of every short season within the last long one, weighed by regression',
  (m, M) => (multiples(m, M).length === 0 ? [] : [1, 2, m, m + 1, ...multiples(m, M), M + 1]),
);

/** The last two days and the last week, at the same hour: no error of the last steps is carried on. */
export const fewSeasonsLags = seasonalLags(
  'few-seasons-lags',
  'the same step of the last two short seasons and of the last long one, weighed by regression',
  (m, M) => (multiples(m, M).length === 0 ? [] : [m, 2 * m, M]),
);

/** The last two weeks, at the same hour and a day before. */
export const twoSeasonsLags = seasonalLags(
  'two-seasons-lags',
  'the last step and the same step of the last two long seasons and of the short season before them',
  (m, M) => (multiples(m, M).length === 0 ? [] : [1, m, M, M + 1, M + m, 2 * M]),
);

/** Some days of the last two weeks, at the same hour. */
export const scatteredSeasonsLags = seasonalLags(
  'scattered-seasons-lags',
  'the same step of some short seasons and of the last two long ones, weighed by regression',
  (m, M) => (multiples(m, M).length < 5 ? [] : [m, 3 * m, 5 * m, M, 2 * M]),
);
