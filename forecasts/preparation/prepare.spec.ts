import { alignLevel, findLevelShift, shiftVariance } from './level-shift.js';
import { prepare } from './prepare.js';
import { cutSpikes } from './spikes.js';

const week = [0, 10, 20, 10, 0, -20, -20];
const weekly = (length: number, level = 100): Float64Array =>
  Float64Array.from({ length }, (_, t) => level + week[t % 7]!);
const wiggle = (t: number): number => Math.sin(t * t * 1.7);

describe('gaps', () => {
  it('are filled with the season on a line between neighbours, and stay gaps for scoring', () => {
    const values = weekly(70);
    values.fill(NaN, 30, 40);
    const prepared = prepare({ values, periods: [7], nonNegative: true });
    for (let t = 30; t < 40; t += 1) expect(Math.abs(prepared.values[t]! - 100 - week[t % 7]!)).toBeLessThan(0.5);
    expect(prepared.observed[35]).toBeNaN();
  });

  it('at either end are cut off and counted', () => {
    const values = Float64Array.of(NaN, NaN, 4, NaN, 6, 7, NaN, NaN, NaN);
    const prepared = prepare({ values, periods: [], nonNegative: true });
    expect([...prepared.values]).toEqual([4, 5, 6, 7]);
    expect(prepared.gapAtEnd).toBe(3);
  });
});

describe('spikes', () => {
  it('are cut back to the scale of the rest', () => {
    const values = Float64Array.from({ length: 60 }, (_, t) => 100 + wiggle(t));
    values[50] = 1e6;
    expect(cutSpikes(values)[50]).toBeLessThan(120);
    expect(cutSpikes(values)[49]).toBe(values[49]);
  });

  it('that recur, as month ends do, are left', () => {
    const values = Float64Array.from({ length: 120 }, (_, t) => (t % 30 === 29 ? 500 : 100) + wiggle(t));
    expect(cutSpikes(values)).toEqual(cutSpikes(cutSpikes(values)));
    expect(cutSpikes(values)[59]).toBeGreaterThan(490);
  });

  it.each([2, 5, 6])('that come every %d days, with nothing in between, are left', (every) => {
    const lumps = Float64Array.from({ length: 60 }, (_, t) => (t % every === 0 ? 40 : 0));
    expect(cutSpikes(lumps)).toEqual(lumps);
  });

  it('are not seen in a steady climb, nor in a change that lasts', () => {
    const climb = Float64Array.from({ length: 50 }, (_, t) => 3 * t);
    expect(cutSpikes(climb)).toEqual(climb);
    const step = Float64Array.from({ length: 60 }, (_, t) => (t < 50 ? 100 : 300) + wiggle(t));
    expect(cutSpikes(step)).toEqual(step);
  });
});

describe('level shifts', () => {
  it('are found a week before the end, to the step, under a weekly season', () => {
    const values = Float64Array.from(weekly(90), (value, t) => value + wiggle(t) + (t >= 83 ? 60 : 0));
    const shift = findLevelShift({ values, periods: [7] })!;
    expect(shift.at).toBe(83);
    expect(Math.abs(shift.size - 60)).toBeLessThan(5);
    const aligned = alignLevel(values, shift);
    expect(Math.abs(aligned[0]! - 160)).toBeLessThan(6);
    expect(aligned[89]).toBe(values[89]);
  });

  it('are not seen in steady growth, nor in noise', () => {
    const growth = Float64Array.from({ length: 90 }, (_, t) => 100 + 2 * t + wiggle(t));
    expect(findLevelShift({ values: growth, periods: [7] })).toBeNull();
    const noise = Float64Array.from({ length: 90 }, (_, t) => 100 + 5 * wiggle(t));
    expect(findLevelShift({ values: noise, periods: [] })).toBeNull();
  });

  it('of a single day are not followed where days make up weeks, and of two days are', () => {
    const hours = (lowFor: number): Float64Array =>
      Float64Array.from({ length: 24 * 28 }, (_, t) => (t >= 24 * 28 - lowFor ? 30 : 100) + 5 * Math.sin((2 * Math.PI * t) / 24) + wiggle(t));
    const holiday = findLevelShift({ values: hours(26), periods: [24, 168] });
    expect(holiday).toMatchObject({ at: 24 * 28 - 26, isCertain: false });
    expect(findLevelShift({ values: hours(50), periods: [24, 168] })?.isCertain).toBe(true);
    expect(findLevelShift({ values: hours(26), periods: [24] })?.isCertain).toBe(true);
  });

  it('widen the interval to the old level while they are young', () => {
    const shift = { at: 83, size: 60, window: 7, isCertain: true };
    expect(1.96 * Math.sqrt(shiftVariance(shift, 90, 1))).toBeGreaterThan(60);
    expect(Math.sqrt(shiftVariance(shift, 90, 60))).toBeLessThan(3);
    expect(shiftVariance(null, 90, 1)).toBe(0);
  });
});
