import { combineModels, weightiestFirst, type Combination } from '../combination.js';
import { ForecastError } from '../errors.js';
import { withoutKnownEffects } from '../known-effects/known-effects.js';
import { quantileOfSorted } from '../math/order.js';
import { prepare } from '../preparation/prepare.js';
import { seenDemandOf } from '../hidden-demand.js';
import { checkSeries, type Series } from '../series.js';
import { addWindow, coefficientsOf, emptySums, fleetMean, type FleetLags } from './fleet-regression.js';

/** A regression that series of one scale share, and how much it has to say beside the models of each series. */
export interface FleetRegression {
  readonly lags: FleetLags;
  /** A fraction, above 0. */
  readonly weight: number;
  /** Learnt from everything; [horizon × (lags + 1)]. */
  readonly coefficients: Float64Array;
  /** Learnt from all but the last two horizons: what it says at origins in the past. */
  readonly earlier: Float64Array;
}

/** What the series of one kind have in common. Plain data, to be handed to other threads. */
export interface Fleet {
  /** Of its series; it says nothing of others. */
  readonly periods: readonly number[];
  readonly linear: FleetRegression | null;
  readonly logarithmic: FleetRegression | null;
}

const NAME = 'fleet-regression';
/** Multiplications that learning may cost; that many windows, spread evenly over all series, are learnt from. */
const MOST_PRODUCTS = 4e8;
/** With fewer windows for each lag a regression learns them by heart. */
const FEWEST_WINDOWS_PER_LAG = 3;
/** Series on which it is held against the models. */
const MOST_TESTED = 80;
const FEWEST_SERIES = 8;
/** Lags reach back two of the longest seasons, and at least so many of the shortest where the series are long enough. */
const LONG_SEASONS = 2;
const SHORT_SEASONS = 16;
const MOST_SHORT_LAGS = 112;
const SHARE_FOR_LAGS = 1 / 3;
/** A season of seven days has a year of 52 whole ones. What was around the forecast steps then is looked at too. */
const YEAR_OF_SEASON: Readonly<Record<number, number>> = { 7: 364 };
/** Steps around them. */
const YEAR_BEFORE = 7;
const YEAR_AFTER = 3;
/** Of all series, so many have to reach back the year and as far again as is forecast. */
const QUARTILE = 0.25;
const WEIGHT_STEP = 0.05;
/** A weight found on the past is believed so far. */
const BELIEF = 0.5;
/** What it has to take off the error before it has a say. */
const LEAST_GAIN = 0.005;

/**
 * Learns what series of one kind have in common: a linear regression from the last values to each of the next, for the series
 * on either scale. It has a say only as far as it proves itself: it is learnt without the last two horizons, held against the
 * models of a sample of the series there, and mixed in with the weight that served best, or not at all.
 *
 * Shapes    series with the same step, of which a thousand teach as much as more; those whose periods are not the ones that most have are passed over, and so
 *           are those that cannot be forecast.
 * Units     none; `horizon` in steps.
 * Source    see `coefficientsOf` for the regression; the weight is that of a combination, Bates & Granger, The combination of
 *           forecasts, Operational Research Quarterly 20(4), 1969.
 */
export function fitFleet(series: readonly Series[], horizon: number): Fleet {
  const periods = commonPeriods(series);
  const members = series.flatMap((one): Member[] => {
    if (!isSame(one.periods, periods)) return [];
    try {
      checkSeries(one);
      // Holidays and launches are not for the others to learn.
      const { plain } = withoutKnownEffects(seenDemandOf(one).series, horizon);
      const { values, scale } = prepare(plain);
      return [{ series: plain, values, isLogarithmic: scale.isLogarithmic }];
    } catch (error) {
      if (error instanceof ForecastError) return [];
      throw error;
    }
  });
  return {
    periods,
    linear: regressionOf(members.filter(({ isLogarithmic }) => !isLogarithmic), horizon),
    logarithmic: regressionOf(members.filter(({ isLogarithmic }) => isLogarithmic), horizon),
  };
}

function commonPeriods(series: readonly Series[]): readonly number[] {
  const counts = new Map<string, { periods: readonly number[]; count: number }>();
  let common: { periods: readonly number[]; count: number } = { periods: [], count: 0 };
  for (const { periods } of series) {
    const key = periods.join();
    const counted = counts.get(key) ?? { periods, count: 0 };
    counts.set(key, counted);
    counted.count += 1;
    if (counted.count > common.count) common = counted;
  }
  return common.periods;
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((period, i) => period === other[i]);
}

/** At most so many of them, from the first to the last. */
function evenly<Item>(items: readonly Item[], most: number): Item[] {
  const every = Math.max(1, Math.ceil(items.length / most));
  return items.filter((_, i) => i % every === 0);
}

interface Member {
  readonly series: Series;
  /** As prepared, on the scale. */
  readonly values: Float64Array;
  readonly isLogarithmic: boolean;
}

function regressionOf(members: readonly Member[], horizon: number): FleetRegression | null {
  if (members.length < FEWEST_SERIES) return null;
  const lags = lagsFor(members, horizon);
  const longest = Math.max(lags.lags.at(-1)!, lags.season);
  const windows = members.map(({ values }) => Math.max(0, values.length - horizon - longest + 1));
  const total = windows.reduce((sum, count) => sum + count, 0);
  const stride = strideThrough(total * lags.lags.length ** 2, lags.season);
  if (total / stride < FEWEST_WINDOWS_PER_LAG * lags.lags.length) return null;

  const sums = emptySums(lags, horizon);
  const late: [Member, number][] = [];
  let passed = 0;
  members.forEach((member, i) => {
    const end = member.values.length - horizon;
    for (let k = (stride - (passed % stride)) % stride; k < windows[i]!; k += stride) {
      const origin = end - k;
      if (origin <= end - 2 * horizon) addWindow(sums, member.values, origin, lags);
      else late.push([member, origin]);
    }
    passed += windows[i]!;
  });
  if (sums.count < FEWEST_WINDOWS_PER_LAG * lags.lags.length) return null;
  const earlier = coefficientsOf(sums, lags);
  const weight = provenWeight(members.filter((_, i) => windows[i]! > 2 * horizon), { horizon, lags, earlier });
  if (weight === 0) return null;
  for (const [{ values }, origin] of late) addWindow(sums, values, origin, lags);
  return { lags, weight, coefficients: coefficientsOf(sums, lags), earlier };
}

/** Evenly over all windows, and at every phase of the season. */
function strideThrough(products: number, season: number): number {
  let stride = Math.max(1, Math.ceil(products / MOST_PRODUCTS));
  while (greatestCommonDivisor(stride, season) > 1) stride += 1;
  return stride;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function lagsFor(members: readonly Member[], horizon: number): FleetLags {
  const lengths = Float64Array.from(members, ({ values }) => values.length).sort();
  const typical = quantileOfSorted(lengths, QUARTILE);
  const periods = members[0]!.series.periods.filter((period) => LONG_SEASONS * period <= SHARE_FOR_LAGS * 2 * typical);
  const season = Math.min(...periods, typical) === typical ? 1 : Math.min(...periods);
  const wanted = Math.min(SHORT_SEASONS * season, MOST_SHORT_LAGS, Math.floor(SHARE_FOR_LAGS * typical));
  const last = Math.max(1, wanted, LONG_SEASONS * Math.max(...periods, 1));
  const lags = Array.from({ length: last }, (_, i) => i + 1);
  const year = YEAR_OF_SEASON[season];
  if (year !== undefined && typical >= year + YEAR_BEFORE + 4 * horizon) {
    for (let lag = Math.max(last + 1, year - horizon - YEAR_AFTER); lag <= year + YEAR_BEFORE; lag += 1) lags.push(lag);
  }
  return { lags, season };
}

/** The weight with the least error over the last two horizons of a sample of the series; 0 when none of it is worth while. */
function provenWeight(
  members: readonly Member[],
  { horizon, lags, earlier }: { horizon: number; lags: FleetLags; earlier: Float64Array },
): number {
  const gains = new Float64Array(Math.round(1 / WEIGHT_STEP) + 1);
  let count = 0;
  for (const { series, values } of evenly(members, MOST_TESTED)) {
    const { origins, meansAtOrigins } = combineModels(series, horizon);
    const errors = new Float64Array(gains.length);
    origins.forEach(({ origin, actuals }, k) => {
      if (origin < values.length - 2 * horizon) return;
      const fleet = fleetMean(values, origin, earlier, lags);
      if (!fleet) return;
      const models = meansAtOrigins[k]!;
      for (let h = 0; h < Math.min(actuals.length, fleet.length); h += 1) {
        if (Number.isNaN(actuals[h]!)) continue;
        for (let w = 0; w < errors.length; w += 1) {
          const share = w * WEIGHT_STEP;
          errors[w]! += Math.abs(actuals[h]! - (1 - share) * models[h]! - share * fleet[h]!);
        }
      }
    });
    if (!(errors[0]! > 0)) continue;
    for (let w = 0; w < gains.length; w += 1) gains[w]! += 1 - errors[w]! / errors[0]!;
    count += 1;
  }
  const best = gains.indexOf(gains.reduce((most, gain) => Math.max(most, gain), 0));
  return count >= FEWEST_SERIES && gains[best]! > LEAST_GAIN * count ? BELIEF * best * WEIGHT_STEP : 0;
}

/** The combination with what the fleet says mixed in, now and at the origins in the past. */
export function withFleet(combination: Combination, { periods }: Series, fleet: Fleet | undefined): Combination {
  const { prepared, mean, origins, meansAtOrigins, models } = combination;
  if (!fleet || !isSame(periods, fleet.periods)) return combination;
  const regression = prepared.scale.isLogarithmic ? fleet.logarithmic : fleet.linear;
  if (!regression) return combination;
  const { lags, weight, coefficients, earlier } = regression;
  const expected = fleetMean(prepared.values, prepared.values.length, coefficients, lags);
  if (!expected) return combination;
  return {
    ...combination,
    mean: mixed(mean, expected, weight),
    meansAtOrigins: meansAtOrigins.map((then, i) => {
      const expectedThen = fleetMean(prepared.values, origins[i]!.origin, earlier, lags);
      return expectedThen ? mixed(then, expectedThen, weight) : then;
    }),
    models: weightiestFirst([...models.map(({ name, weight: own }) => ({ name, weight: (1 - weight) * own })), { name: NAME, weight }]),
  };
}

/** Steps beyond the horizon of the fleet stay as the models have them. */
function mixed(models: Float64Array, fleet: Float64Array, weight: number): Float64Array {
  return models.map((value, h) => (h < fleet.length ? (1 - weight) * value + weight * fleet[h]! : value));
}

