import { coverage, mae, naiveScale, winklerScore } from '../forecasts/index.js';
import { naive2 } from './naive2.js';

/** A forecast as the command writes it. */
export interface ScoredForecast {
  mean: Float64Array;
  /** Lower and upper bound by level in percent. */
  intervals: ReadonlyMap<number, { lower: Float64Array; upper: Float64Array }>;
}

/** What was learnt from, what came, and what was forecast; null where that was refused. */
export interface ScoredSeries {
  training: Float64Array;
  actuals: Float64Array;
  forecast: ScoredForecast | null;
}

export interface M4Scores {
  /** How many series were scored; one that never changes from season to season has no scale, and is left out. */
  series: number;
  refused: number;
  smape: number;
  mase: number;
  owa: number;
  /** Fractions. */
  coverage80: number;
  coverage95: number;
  msis: number;
}

/**
 * Scores a set by the definitions of the M4 competition; every measure is averaged over the steps of a series, then over the
 * series. Where a forecast was refused Naive 2 takes its place, without an interval.
 *
 * Notation  y actual, f forecast, q the mean of |yₜ − yₜ₋ₘ| over the training series, [l, u] the 95 % interval, α = 0.05:
 *           sMAPE = 200·|y − f|/(|y| + |f|), and 0 where both are 0;  MASE = |y − f|/q;
 *           OWA   = ½(sMAPE/sMAPE of Naive 2 + MASE/MASE of Naive 2), of the averages over the set;
 *           MSIS  = (u − l + 2/α·max(0, l − y, y − u))/q.
 * Shapes    training [n]; actuals [horizon], NaN where nothing was observed, which is passed over; forecasts at least as long.
 * Units     sMAPE in percent, coverage as a fraction; the others are ratios.
 * Source    M4 Competitor's Guide, 2018; Makridakis, Spiliotis & Assimakopoulos, The M4 Competition, International Journal of
 *           Forecasting 36(1), 2020.
 */
export function m4Scores(set: readonly ScoredSeries[], period: number): M4Scores {
  const points: { smape: number; mase: number; naiveSmape: number; naiveMase: number }[] = [];
  const intervals: { coverage80: number; coverage95: number; msis: number }[] = [];
  for (const { training, actuals, forecast } of set) {
    const scale = naiveScale(training, period);
    const benchmark = naive2(training, period, actuals.length);
    const mean = forecast?.mean.subarray(0, actuals.length) ?? benchmark;
    const mase = mae(actuals, mean) / scale;
    if (!(scale > 0) || !Number.isFinite(mase)) continue;
    points.push({ mase, smape: smape(actuals, mean), naiveSmape: smape(actuals, benchmark), naiveMase: mae(actuals, benchmark) / scale });
    const [eighty, ninetyFive] = [80, 95].map((level) => forecast?.intervals.get(level));
    if (!eighty || !ninetyFive) continue;
    intervals.push({
      coverage80: coverage(actuals, eighty.lower, eighty.upper),
      coverage95: coverage(actuals, ninetyFive.lower, ninetyFive.upper),
      msis: winklerScore(actuals, ninetyFive.lower, ninetyFive.upper, 95) / scale,
    });
  }
  const point = averages(points);
  return {
    series: points.length,
    refused: set.filter(({ forecast }) => forecast === null).length,
    smape: point('smape'),
    mase: point('mase'),
    owa: 0.5 * (point('smape') / point('naiveSmape') + point('mase') / point('naiveMase')),
    coverage80: averages(intervals)('coverage80'),
    coverage95: averages(intervals)('coverage95'),
    msis: averages(intervals)('msis'),
  };
}

export function smape(actuals: Float64Array, mean: Float64Array): number {
  let sum = 0;
  let count = 0;
  actuals.forEach((actual, t) => {
    if (Number.isNaN(actual)) return;
    const size = Math.abs(actual) + Math.abs(mean[t]!);
    sum += size === 0 ? 0 : (200 * Math.abs(actual - mean[t]!)) / size;
    count += 1;
  });
  return sum / count;
}

function averages<Name extends string>(rows: readonly Record<Name, number>[]): (name: Name) => number {
  return (name) => rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
}
