import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';
import { candidatePeriods, findPeriods } from './find-periods.js';

const HOUR = 3_600_000;
const noise = (length: number, seed: number): Float64Array => {
  const draws = new Float64Array(length);
  fillNormal(draws, randomStream(seed));
  return draws;
};
const cumulated = (draws: Float64Array): Float64Array => {
  let level = 0;
  return draws.map((draw) => (level += draw));
};
/** How many of 100 series show exactly these periods. */
const shareWith = (periods: readonly number[], make: (seed: number) => Float64Array): number =>
  Array.from({ length: 100 }, (_, seed) => findPeriods(make(seed + 1)).join()).filter((found) => found === periods.join()).length;

const week = [0, 1, 1, 1, 1, -2, -2];
const daily = (t: number): number => Math.sin((t * Math.PI) / 12) + 0.5 * Math.sin((t * Math.PI) / 6);

describe('the periods of a series', () => {
  it.each<[string, { milliseconds: number } | { months: number; day: number }, number[]]>([
    ['minutes', { milliseconds: 60_000 }, [60, 1440]],
    ['5 minutes', { milliseconds: 300_000 }, [288, 2016]],
    ['15 minutes', { milliseconds: 900_000 }, [96, 672]],
    ['30 minutes', { milliseconds: 1_800_000 }, [48, 336]],
    ['hours', { milliseconds: HOUR }, [24, 168]],
    ['days', { milliseconds: 24 * HOUR }, [7, 365]],
    ['weeks', { milliseconds: 168 * HOUR }, [52]],
    ['months', { months: 1, day: 1 }, [12]],
    ['quarters', { months: 3, day: 1 }, [4]],
  ])('follow from steps of %s', (_, step, periods) => {
    expect(candidatePeriods(noise(100, 1), { step })).toEqual(periods);
  });

  it('are those that the caller names, and with a day its week', () => {
    const values = noise(100, 1);
    expect(candidatePeriods(values, { named: [24], step: { months: 1, day: 1 } })).toEqual([24, 168]);
    expect([48, 96, 288].map((day) => candidatePeriods(values, { named: [day] })[1])).toEqual([336, 672, 2016]);
    expect(candidatePeriods(values, { named: [7] })).toEqual([7]);
    expect(candidatePeriods(values, { named: [24, 30] })).toEqual([24, 30]);
    expect(candidatePeriods(values, { named: [] })).toEqual([]);
  });

  it('are looked for in the values where the step has none', () => {
    const values = noise(200, 1).map((draw, t) => 3 * week[t % 7]! + draw);
    expect(candidatePeriods(values, { step: { months: 12, day: 1 } })).toEqual([7]);
    expect(candidatePeriods(values, {})).toEqual([7]);
  });

  it('are seen in noise, on a trend and on a level that wanders', () => {
    const weekly = (draws: Float64Array): Float64Array => draws.map((draw, t) => draw + 2 * week[t % 7]!);
    expect(shareWith([7], (seed) => weekly(noise(120, seed)))).toBeGreaterThanOrEqual(98);
    expect(shareWith([7], (seed) => weekly(noise(120, seed)).map((value, t) => value + 0.2 * t))).toBeGreaterThanOrEqual(98);
    expect(shareWith([7], (seed) => weekly(cumulated(noise(120, seed))))).toBeGreaterThanOrEqual(95);
  });

  it('are seen across gaps', () => {
    const make = (seed: number): Float64Array => noise(200, seed).map((draw, t) => (draw > 1 ? NaN : draw + 2 * week[t % 7]!));
    expect(shareWith([7], make)).toBeGreaterThanOrEqual(95);
  });

  it('are the day and the week of hours, whose harmonics are none', () => {
    const byHour = (seed: number, weekend: number): Float64Array =>
      noise(1000, seed).map((draw, t) => 3 * daily(t) * (Math.floor(t / 24) % 7 < 5 ? 1 : weekend) + draw);
    expect(shareWith([24, 168], (seed) => byHour(seed, 0.3))).toBeGreaterThanOrEqual(95);
    expect(shareWith([24, 168], (seed) => byHour(seed, 1))).toBeGreaterThanOrEqual(95);
  });

  it.each<[string, (draws: Float64Array) => Float64Array]>([
    ['noise', (draws) => draws],
    ['a trend', (draws) => draws.map((draw, t) => 0.3 * t + draw)],
    ['a level that wanders', cumulated],
    ['steps that are alike', (draws) => { let last = 0; return draws.map((draw) => (last = 0.9 * last + draw)); }],
  ])('are none in %s', (_, shape) => {
    for (const length of [40, 120, 400]) {
      expect(shareWith([], (seed) => shape(noise(length, seed)))).toBeGreaterThanOrEqual(95);
    }
  });

  it('are none where there is little or nothing to see', () => {
    for (const length of [0, 1, 5, 8]) expect(findPeriods(noise(length, 1))).toEqual([]);
    expect(findPeriods(new Float64Array(100).fill(5))).toEqual([]);
    expect(findPeriods(new Float64Array(100).fill(NaN))).toEqual([]);
    expect(findPeriods(Float64Array.from({ length: 100 }, (_, t) => 2 * t))).toEqual([]);
  });
});
