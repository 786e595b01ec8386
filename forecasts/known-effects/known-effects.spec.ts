import fc from 'fast-check';
import {
  forecast,
  ForecastError,
  InsufficientHistory,
  InvalidRegressor,
  pulse,
  ramp,
  simulatePaths,
  step,
  totalOver,
  wape,
  type EffectSize,
  type Forecast,
  type KnownEffect,
  type Regressor,
  type Series,
} from '../index.js';
import { fillNormal } from '../math/normal.js';
import { medianOf } from '../math/order.js';
import { randomStream } from '../math/random.js';

const DAY_MS = 86_400_000;
const WEEK = [1, 1.05, 1.06, 1.04, 1, 0.8, 0.78];
const HISTORY = 730;
const HORIZON = 92;
const REPEATS = 12;

/** 2024 begins on a Monday, which is day 0. */
const dateOf = (day: number): Date => new Date(Date.UTC(2024, 0, 1) + day * DAY_MS);
const isFirst = (day: number): boolean => dateOf(day).getUTCDate() === 1;
const isWorkday = (day: number): boolean => day % 7 < 5;
/** Some eleven holidays a year that move about, as holidays do. */
const isHoliday = (day: number): boolean => isWorkday(day) && (day * 7 + Math.floor(day / 33)) % 24 === 3;

const where = (steps: number, holds: (day: number) => boolean): Float64Array => Float64Array.from({ length: steps }, (_, day) => (holds(day) ? 1 : 0));
const passing = (name: string, values: Float64Array): Regressor => ({ name, kind: 'passing', values });
const lasting = (name: string, values: Float64Array, effect?: EffectSize): Regressor => ({ name, kind: 'lasting', values, ...(effect ? { effect } : {}) });

function calendar(steps: number): Regressor[] {
  return [
    passing('month start', where(steps, isFirst)),
    passing('month end', where(steps, (day) => isFirst(day + 1))),
    passing('holiday', where(steps, isHoliday)),
    passing('before holiday', where(steps, (day) => isWorkday(day) && !isHoliday(day) && isHoliday(day + 1))),
    passing('after holiday', where(steps, (day) => isWorkday(day) && !isHoliday(day) && isHoliday(day - 1))),
    passing('bridge day', where(steps, (day) => (day % 7 === 4 && isHoliday(day - 1)) || (day % 7 === 0 && isHoliday(day + 1)))),
  ];
}

/** A level that wanders and grows, with weekends and noise in proportion; and noise to make more of. */
function demand(seed: number, length: number): { values: Float64Array; noise: Float64Array } {
  const random = randomStream(seed);
  const draws = new Float64Array(3 * length);
  fillNormal(draws, random);
  let level = Math.log(500 + 500 * random.next());
  const growth = 0.0012 * (random.next() - 0.25);
  const values = Float64Array.from({ length }, (_, t) => {
    level += growth + 0.004 * draws[t]!;
    return Math.exp(level) * WEEK[t % 7]! * (1 + 0.03 * draws[length + t]!);
  });
  return { values, noise: draws.subarray(2 * length) };
}

/** Tax of a month on its first day, and support at a fixed fee. */
function costWithLumps(seed: number, length: number): Float64Array {
  const { values, noise } = demand(seed, length);
  return values.map((value, day) => (isFirst(day) ? value * (2 + 0.1 * noise[day]!) + 600 : value));
}

/** Nobody at work on holidays, or nearly so. */
function usageWithHolidays(seed: number, length: number): Float64Array {
  const { values, noise } = demand(seed, length);
  return values.map((value, day) => (isHoliday(day) ? value * (0.65 + 0.05 * noise[day]!) : value));
}

const series = (values: Float64Array, regressors?: readonly Regressor[]): Series => ({
  values,
  periods: [7],
  nonNegative: true,
  ...(regressors ? { regressors } : {}),
});
const question = { horizon: HORIZON, levels: [80, 95] };

/** How far off forecasts with and without regressors are, over simulated series whose future is known. */
function compare(make: (seed: number, length: number) => Float64Array, isMarked: (day: number) => boolean) {
  const scores = [false, true].map((withRegressors) => {
    const score = { wape: 0, marked: 0, markedInside: 0, markedDays: 0, monthError: 0, month: 0, monthsInside: 0, months: 0 };
    for (let seed = 1; seed <= REPEATS; seed += 1) {
      const history = HISTORY + 7 * seed;
      const truth = make(seed, history + HORIZON);
      const answer = forecast(series(truth.slice(0, history), withRegressors ? calendar(history + HORIZON) : undefined), question);
      const actuals = truth.subarray(history);
      score.wape += wape(actuals, answer.mean) / REPEATS;
      const { lower, upper } = answer.intervals[1]!;
      actuals.forEach((actual, h) => {
        if (!isMarked(history + h)) return;
        score.marked += Math.abs(actual / answer.mean[h]! - 1);
        score.markedDays += 1;
        if (actual >= lower[h]! && actual <= upper[h]!) score.markedInside += 1;
      });
      const firsts = [...actuals.keys()].filter((h) => isFirst(history + h));
      const [start, end] = firsts as [number, number];
      const total = totalOver(simulatePaths(answer, { count: 400, seed }), { start, end });
      const charged = actuals.subarray(start, end).reduce((sum, value) => sum + value, 0);
      score.monthError += answer.mean.subarray(start, end).reduce((sum, value) => sum + value, 0) - charged;
      score.month += charged;
      score.months += 1;
      if (charged >= total.quantile(0.025) && charged <= total.quantile(0.975)) score.monthsInside += 1;
    }
    return {
      wape: score.wape,
      markedError: score.marked / score.markedDays,
      markedCoverage: score.markedInside / score.markedDays,
      monthBias: score.monthError / score.month,
      monthCoverage: score.monthsInside / score.months,
    };
  });
  return { without: scores[0]!, with: scores[1]! };
}

describe('known effects', () => {
  it('leave a forecast as it is, to the bit, where there are none', () => {
    const { values } = demand(3, 300);
    const plain = forecast(series(values), question);
    expect(plain.effects).toEqual([]);
    expect(forecast(series(values, []), question)).toEqual(plain);
    // Nothing, always the same, never seen, and once only.
    const idle = [new Float64Array(392), new Float64Array(392).fill(3), pulse(392, { at: 350 }), pulse(392, { at: 100 })];
    expect(forecast(series(values, idle.map((x, i) => passing(`idle ${i}`, x))), question)).toEqual(plain);
    expect(forecast(series(values, [lasting('planned without a size', step(392, { from: 310 }))]), question)).toEqual(plain);
  });

  it('make the total of a month unbiased where bills come on its first day', () => {
    const { without, with: known } = compare(costWithLumps, isFirst);
    expect(without.monthBias).toBeLessThan(-0.03);
    expect(Math.abs(known.monthBias)).toBeLessThan(0.015);
    expect(known.monthCoverage).toBeGreaterThan(0.85);
    expect(without.markedError).toBeGreaterThan(0.5);
    expect(known.markedError).toBeLessThan(0.1);
    expect(known.markedCoverage).toBeGreaterThan(0.85);
    expect(known.wape).toBeLessThan(0.6 * without.wape);
  });

  it('put holidays where they will be, and their spread with them', () => {
    const { without, with: known } = compare(usageWithHolidays, isHoliday);
    expect(without.markedError).toBeGreaterThan(0.25);
    expect(known.markedError).toBeLessThan(0.1);
    expect(known.markedCoverage).toBeGreaterThan(0.85);
    expect(known.wape).toBeLessThan(0.9 * without.wape);
  });

  it('take a holiday hour by hour, as the share of each hour that it is', () => {
    const hours = 26 * 168;
    // From midnight to midnight, on changing workdays.
    const isOff = (hour: number): boolean => isHoliday(Math.floor(hour / 24)) || Math.floor(hour / 24) === 26 * 7 + 2;
    const { noise } = demand(15, hours + 168);
    const profile = (hour: number): number => (1 + 0.5 * Math.sin(((hour % 24) - 9) * (Math.PI / 12))) * WEEK[Math.floor(hour / 24) % 7]!;
    const truth = Float64Array.from({ length: hours + 168 }, (_, hour) => 300 * profile(hour) * (1 + 0.02 * noise[hour]!) * (isOff(hour) ? 0.6 : 1));
    const asked: Series = {
      values: truth.slice(0, hours),
      periods: [24, 168],
      nonNegative: true,
      regressors: [passing('holiday', where(hours + 168, isOff))],
    };
    const { mean, effects } = forecast(asked, { horizon: 168, levels: [95] });
    expect(effects[0]).toMatchObject({ name: 'holiday', isRelative: true, size: expect.closeTo(-0.4, 1) });
    const off = [...mean.keys()].filter((h) => isOff(hours + h));
    expect(off.length).toBeGreaterThanOrEqual(24);
    for (const h of off) expect(Math.abs(mean[h]! / truth[hours + h]! - 1)).toBeLessThan(0.15);
  });

  it('cost less than a hundredth of the accuracy where the calendar does nothing', () => {
    const { without, with: useless } = compare((seed, length) => demand(seed, length).values, isHoliday);
    expect(useless.wape).toBeLessThan(1.01 * without.wape);
  });

  it('say what they are', () => {
    // Twice as large at the end as at the beginning: what is a fraction shows as one.
    const values = usageWithHolidays(1, HISTORY).map((value, day) => value * 2 ** (day / HISTORY));
    const { effects } = forecast(series(values, calendar(HISTORY + HORIZON)), question);
    expect(effects).toEqual([{ name: 'holiday', size: expect.any(Number), sd: expect.any(Number), isRelative: true }]);
    expect(effects[0]!.size).toBeCloseTo(-0.35, 1);
    expect(effects[0]!.sd).toBeCloseTo(0.05, 1);
  });

  it('are told from the spike that met one of them', () => {
    const values = usageWithHolidays(2, HISTORY);
    values[values.findLastIndex((_, day) => isHoliday(day) && day < 700)] = 1e6;
    const { effects } = forecast(series(values, calendar(HISTORY + HORIZON)), question);
    expect(effects.map(({ name }) => name)).toEqual(['holiday']);
    expect(shareOf(effects[0]!, values)).toBeCloseTo(-0.35, 1);
  });

  it('are counted once when two regressors are the same', () => {
    const values = usageWithHolidays(4, HISTORY);
    const holidays = where(HISTORY + HORIZON, isHoliday);
    const once = forecast(series(values, [passing('holiday', holidays)]), question);
    const twice = forecast(series(values, [passing('holiday', holidays), passing('again', holidays)]), question);
    expect(twice).toEqual(once);
  });

  it('are learnt across gaps, and bridge one at the end', () => {
    const values = usageWithHolidays(5, HISTORY).map((value, day) => (day < 20 || day >= 720 || day % 11 === 0 ? NaN : value));
    const regressors = [passing('holiday', where(HISTORY + HORIZON, isHoliday))];
    const { effects, mean } = forecast(series(values, regressors), question);
    expect(shareOf(effects[0]!, values)).toBeCloseTo(-0.35, 1);
    const ordinary = forecast(series(values), question);
    mean.forEach((value, h) => {
      const ratio = value / ordinary.mean[h]!;
      if (isHoliday(HISTORY + h)) expect(ratio).toBeLessThan(0.8);
      else expect(ratio).toBeGreaterThan(0.9);
    });
  });

  it('tell a migration whose date is known from a level that may yet go back', () => {
    const from = HISTORY - 20;
    const values = demand(6, HISTORY).values.map((value, day) => (day < from ? value : 0.6 * value));
    const guessed = forecast(series(values), question);
    const known = forecast(series(values, [lasting('migration', step(HISTORY + HORIZON, { from }))]), question);
    expect(known.effects[0]).toMatchObject({ name: 'migration', isRelative: true });
    expect(known.effects[0]!.size).toBeCloseTo(-0.4, 1);
    expect(Math.abs(known.mean[9]! / guessed.mean[9]! - 1)).toBeLessThan(0.1);
    expect(widthOf(known, 9)).toBeLessThan(0.5 * widthOf(guessed, 9));
  });

  it('carry a rollout on to its end, as far as the past shows what it does', () => {
    const rollout = ramp(HISTORY + HORIZON, { from: HISTORY - 30, to: HISTORY + 10 });
    const { values } = demand(7, HISTORY + HORIZON);
    const truth = values.map((value, day) => value * (1 + 0.8 * rollout[day]!));
    const { mean, effects } = forecast(series(truth.slice(0, HISTORY), [lasting('rollout', rollout)]), question);
    expect(Math.abs(effects[0]!.size - 0.8)).toBeLessThan(2 * effects[0]!.sd);
    const week = [...mean.subarray(14, 21)].reduce((sum, value) => sum + value, 0);
    const actual = truth.subarray(HISTORY + 14, HISTORY + 21).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(week / actual - 1)).toBeLessThan(0.12);
  });

  it('do not take an ordinary wandering for a migration', () => {
    let taken = 0;
    for (let seed = 1; seed <= REPEATS; seed += 1) {
      const regressors = [5, 20, 200].map((ago) => lasting(`${ago} days ago`, step(300 + HORIZON, { from: 300 - ago })));
      taken += forecast(series(demand(seed, 300).values, regressors), question).effects.length;
    }
    // Of 36.
    expect(taken).toBeLessThanOrEqual(1);
  });

  it('count with a planned launch by the size that the caller gives', () => {
    const { values } = demand(8, 300);
    const plain = forecast(series(values), question);
    const launch = step(392, { from: 310 });
    const fraction = forecast(series(values, [lasting('launch', launch, { size: 0.3, isRelative: true })]), question);
    const amount = forecast(series(values, [lasting('launch', launch, { size: 200, isRelative: false })]), question);
    plain.mean.forEach((mean, h) => {
      expect(fraction.mean[h]).toBeCloseTo(h < 10 ? mean : 1.3 * mean, 8);
      expect(fraction.sd[h]).toBeCloseTo(h < 10 ? plain.sd[h]! : 1.3 * plain.sd[h]!, 8);
      expect(amount.mean[h]).toBeCloseTo(h < 10 ? mean : mean + 200, 8);
      expect(amount.sd[h]).toBeCloseTo(plain.sd[h]!, 8);
    });
    expect(fraction.effects).toEqual([{ name: 'launch', size: 0.3, isRelative: true, sd: 0 }]);
  });

  it('are less sure from a launch on whose size is uncertain, in every total by as much', () => {
    const { values } = demand(9, 300);
    const plain = forecast(series(values), question);
    const unsure = forecast(
      series(values, [lasting('launch', step(392, { from: 310 }), { size: 200, isRelative: false, sd: 100 })]),
      question,
    );
    plain.sd.forEach((sd, h) => expect(unsure.sd[h]).toBeCloseTo(h < 10 ? sd : Math.hypot(sd, 100), 8));
    expect(unsure.errorCorrelation).toBeGreaterThan(plain.errorCorrelation);

    const spreadOf = (answer: Forecast): number => {
      const total = totalOver(simulatePaths(answer, { count: 2000, seed: 1 }), { start: 0, end: HORIZON });
      return (total.quantile(0.9) - total.quantile(0.1)) / 2.3;
    };
    // What the launch is off it is off on each of its 82 days.
    const expected = Math.hypot(spreadOf(plain), 82 * 100);
    expect(Math.abs(spreadOf(unsure) / expected - 1)).toBeLessThan(0.1);
  });

  it('stay within the bounds of the quantity', () => {
    const { values } = demand(10, 300);
    const closing = lasting('closing', step(392, { from: 305 }), { size: -5000, isRelative: false, sd: 50 });
    const closed = forecast(series(values, [closing]), question);
    expect(closed.mean.subarray(5).every((mean) => mean === 0)).toBe(true);
    expect(closed.intervals[1]!.lower.subarray(5).every((lower) => lower === 0)).toBe(true);
    const doubling = lasting('doubling', step(392, { from: 305 }), { size: 1, isRelative: true });
    const full = forecast({ ...series(values, [doubling]), upperBound: 1000 }, question);
    expect(Math.max(...full.mean, ...full.intervals[1]!.upper)).toBeLessThanOrEqual(1000);
  });

  it('let a series be shut down', () => {
    const shutDown = lasting('shutdown', step(392, { from: 300 }), { size: -1, isRelative: true });
    const { mean, intervals } = forecast(series(demand(11, 300).values, [shutDown]), question);
    expect(mean.every((value) => value === 0)).toBe(true);
    intervals[1]!.upper.forEach((upper) => expect(upper).toBeGreaterThan(0));
  });

  it.each<[string, Partial<Regressor>, string]>([
    ['of another length', { values: new Float64Array(391) }, 'regressor "odd" needs one value for each of 392 steps of history and horizon, got 391'],
    ['without a number', { values: new Float64Array(392).fill(NaN, 7, 8) }, 'regressor "odd" needs finite values, got NaN at index 7'],
    ['beyond all numbers', { values: new Float64Array(392).fill(Infinity, 9) }, 'regressor "odd" needs finite values, got Infinity at index 9'],
    ['of no size', { effect: { size: NaN, isRelative: false } }, 'regressor "odd" needs an effect of finite size, got NaN'],
    ['that takes more than all', { effect: { size: -1.5, isRelative: true } }, 'regressor "odd" needs a relative effect of at least -1, got -1.5'],
    ['of a negative deviation', { effect: { size: 1, isRelative: true, sd: -1 } }, 'regressor "odd" needs a standard deviation of 0 or more, got -1'],
    ['without a name', { name: '' }, 'regressor "" needs a name of its own'],
    ['named like another', { name: 'fine' }, 'regressor "fine" needs a name of its own'],
  ])('refuse a regressor %s', (_, odd, message) => {
    const fine = passing('fine', new Float64Array(392));
    const asked = series(demand(12, 300).values, [fine, { ...fine, name: 'odd', ...odd }]);
    expect(() => forecast(asked, question)).toThrow(InvalidRegressor);
    expect(() => forecast(asked, question)).toThrow(message);
  });

  it('refuse a series of which they leave nothing', () => {
    const off: Regressor = { ...passing('off', new Float64Array(392).fill(1)), effect: { size: -1, isRelative: true } };
    expect(() => forecast(series(demand(13, 300).values, [off]), question)).toThrow(InsufficientHistory);
  });

  it('give the same answer to the bit, and leave the regressors as they were', () => {
    const asked = series(costWithLumps(14, 400), calendar(400 + HORIZON));
    const before = asked.regressors!.map(({ values }) => Float64Array.from(values));
    expect(forecast(asked, question)).toEqual(forecast(asked, question));
    expect(asked.regressors!.map(({ values }) => values)).toEqual(before);
  });

  it('answer any regressors soundly, or refuse them by name', () => {
    const steps = (length: number): fc.Arbitrary<Float64Array> =>
      fc
        .oneof(
          { weight: 4, arbitrary: fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: length, maxLength: length }) },
          { weight: 2, arbitrary: fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: length, maxLength: length }) },
          { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 0, 0, 1e-200, 5e-324, 1e29, -3, 1), { minLength: length, maxLength: length }) },
          { weight: 1, arbitrary: fc.integer({ min: -5, max: length + 5 }).map((from) => [...step(length, { from })]) },
          { weight: 1, arbitrary: fc.integer({ min: -5, max: length }).map((from) => [...ramp(length, { from, to: from + 20 })]) },
          { weight: 1, arbitrary: fc.constantFrom(0, 1, -2).map((x) => new Array<number>(length).fill(x)) },
          { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 1, NaN, Infinity), { minLength: length, maxLength: length }) },
        )
        .map((values) => Float64Array.from(values));
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: 0, max: 1000, noNaN: true }) },
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 100, 100) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, 1e6, 1e-300, 1e99) },
    );
    const effect = fc.option(
      fc.record({
        size: fc.oneof(fc.double({ min: -2, max: 10, noNaN: true }), fc.constantFrom(-1, 0, 1e49, -1e49)),
        isRelative: fc.boolean(),
        sd: fc.constantFrom(0, 0.5, 1e40),
      }),
      { nil: undefined },
    );
    const odd = fc.record({ n: fc.integer({ min: 3, max: 150 }), horizon: fc.integer({ min: 1, max: 40 }) }).chain(({ n, horizon }) =>
      fc.record({
        horizon: fc.constant(horizon),
        values: fc.array(value, { minLength: n, maxLength: n }),
        periods: fc.constantFrom([], [7], [2], [24], [7, 30]),
        nonNegative: fc.boolean(),
        upperBound: fc.option(fc.double({ min: 1, max: 1e6, noNaN: true }), { nil: undefined }),
        regressors: fc.array(
          fc.record({ kind: fc.constantFrom('passing' as const, 'lasting' as const), values: steps(n + horizon), effect }),
          { maxLength: 4 },
        ),
      }),
    );

    let answered = 0;
    fc.assert(
      fc.property(odd, ({ values, regressors, periods, nonNegative, upperBound, horizon }) => {
        const named = regressors.map((regressor, i) => ({ ...regressor, name: `regressor ${i}` }));
        let answer: Forecast;
        try {
          answer = forecast(
            { values: Float64Array.from(values), periods, nonNegative, upperBound, regressors: named },
            { horizon, levels: [50, 99] },
          );
        } catch (error) {
          if (error instanceof ForecastError) return;
          throw error;
        }
        answered += 1;
        expectSound(answer, { nonNegative, upperBound });
      }),
      { numRuns: 1000, seed: 20261124 },
    );
    expect(answered).toBeGreaterThan(300);
  });
});

/** An effect as a share of what a series mostly is. */
function shareOf({ size, isRelative }: KnownEffect, values: Float64Array): number {
  return isRelative ? size : size / medianOf(values.filter((value, day) => !Number.isNaN(value) && isWorkday(day)));
}

function widthOf({ intervals }: Forecast, h: number): number {
  return intervals[0]!.upper[h]! - intervals[0]!.lower[h]!;
}

/** What holds for every forecast, whatever the regressors. */
function expectSound({ mean, sd, intervals, effects, errorCorrelation, accuracy }: Forecast, { nonNegative, upperBound }: Pick<Series, 'nonNegative' | 'upperBound'>): void {
  const numbers = [...mean, ...sd, errorCorrelation, ...effects.flatMap((effect) => [effect.size, effect.sd]), ...Object.values(accuracy ?? {})];
  if (!numbers.every((number) => number === null || Number.isFinite(number))) throw new Error('not finite');
  for (const { lower, upper } of intervals) {
    mean.forEach((value, h) => {
      // At a bound that every path would pass there is nothing left on one side.
      const isSound = lower[h]! <= value && value <= upper[h]! && (lower[h]! < upper[h]! || value === upperBound);
      if (!isSound) throw new Error(`step ${h}: ${lower[h]} … ${value} … ${upper[h]}`);
      if (nonNegative && lower[h]! < 0) throw new Error(`step ${h}: lower bound ${lower[h]} below zero`);
      if (upperBound !== undefined && upper[h]! > upperBound) throw new Error(`step ${h}: above the upper bound`);
    });
  }
}
