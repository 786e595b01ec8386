import { censoringOf } from './censoring.js';
import { InvalidSeries } from './errors.js';
import { forecast, type Forecast } from './index.js';

const limit = 64;
const question = { horizon: 30, levels: [80] };
const wiggle = (t: number): number => 0.8 * Math.sin(t * t * 1.7);
/** GPUs asked for: a week's rhythm, growth of one in three days, and for two weeks now more than there are. */
const demand = Float64Array.from({ length: 120 }, (_, t) => 28 + t / 3 + [0, 1, 1, 0, 0, -3, -3][t % 7]! + wiggle(t));
const allocated = demand.map((value) => Math.min(limit, value));
const limits = new Float64Array(120).fill(limit);
const asked = { periods: [7], nonNegative: true };
const upper = ({ intervals }: Forecast): Float64Array => intervals[0]!.upper;

describe('what a limit hides', () => {
  it('is told by step and by stretch, with what goes on', () => {
    const { isCensored, stretches, censoredShare } = censoringOf(
      Float64Array.of(3, 10, 9.95, NaN, 10, 4, 7, NaN, 12, 12),
      Float64Array.of(10, 10, 10, 10, 10, 10, NaN, 12, 12, 12),
    );
    expect([...isCensored]).toEqual([0, 1, 1, 0, 1, 0, 0, 0, 1, 1]);
    expect(stretches).toEqual([
      { start: 1, end: 5, isOngoing: false },
      { start: 8, end: 10, isOngoing: true },
    ]);
    expect(censoredShare).toBe(5 / 8);
    expect(censoringOf(new Float64Array(2).fill(NaN), new Float64Array(2)).censoredShare).toBe(0);
    expect(censoringOf(Float64Array.of(9), Float64Array.of(10), 0.1).censoredShare).toBe(1);
    expect(() => censoringOf(new Float64Array(3), new Float64Array(2))).toThrow(InvalidSeries);
  });
});

describe('a pool at its limit for two weeks', () => {
  it('is forecast above its limit where the queue is known', () => {
    const answer = forecast({ ...asked, values: demand }, question);
    expect(answer.censoredShare).toBe(0);
    for (let h = 7; h < 30; h += 1) expect(answer.mean[h]!).toBeGreaterThan(limit);
  });

  it('is said to be at its limit where only what is allocated is known, and goes on growing behind it', () => {
    const answer = forecast({ ...asked, values: allocated, limits }, question);
    const blind = forecast({ ...asked, values: allocated }, question);
    expect(censoringOf(allocated, limits).stretches.at(-1)).toMatchObject({ end: 120, isOngoing: true });
    expect(answer.censoredShare).toBeGreaterThan(0.05);
    for (let h = 0; h < 30; h += 1) {
      expect(upper(answer)[h]!).toBeGreaterThan(limit);
      expect(answer.mean[h]!).toBeGreaterThan(blind.mean[h]!);
    }
    // Demand a month ahead is 77 without the noise; what is allocated says 64 for ever.
    expect(Math.abs(answer.mean[29]! - 77)).toBeLessThan(8);
    expect(answer.intervals[0]!.lower[29]!).toBeLessThan(77);
    expect(upper(answer)[29]!).toBeGreaterThan(77);
  });

  it('is at least at it, where nothing before it grew', () => {
    const flat = Float64Array.from({ length: 100 }, (_, t) => (t < 86 ? 40 + wiggle(t) : limit));
    const answer = forecast({ ...asked, values: flat, limits: limits.subarray(0, 100) }, question);
    expect(answer.mean[0]!).toBeGreaterThan(limit - 1);
    expect(upper(answer)[0]!).toBeGreaterThan(limit);
  });

  it('leaves the chance of more where it was at its limit all along', () => {
    const answer = forecast({ ...asked, values: limits, limits }, question);
    expect(answer.censoredShare).toBe(1);
    expect(upper(answer)[0]!).toBeGreaterThan(1.15 * limit);
  });
});

describe('limits of the past', () => {
  it('are no demand either: a pool that was full until it grew is filled up at least to what it was', () => {
    const until = 60;
    const values = demand.map((value, t) => (t < until ? Math.min(36, value) : value));
    const low = limits.map((_, t) => (t < until ? 36 : 200));
    const answer = forecast({ ...asked, values, limits: low }, question);
    const whole = forecast({ ...asked, values: demand }, question);
    expect(answer.censoredShare).toBeGreaterThan(0.2);
    for (let h = 0; h < 30; h += 1) expect(Math.abs(answer.mean[h]! - whole.mean[h]!)).toBeLessThan(6);
  });

  it('change nothing where nothing was at them', () => {
    const far = forecast({ ...asked, values: demand, limits: new Float64Array(120).fill(1000) }, question);
    expect(far).toEqual(forecast({ ...asked, values: demand }, question));
  });

  it('are one for each value', () => {
    expect(() => forecast({ ...asked, values: demand, limits: new Float64Array(3) }, question)).toThrow(InvalidSeries);
  });
});
