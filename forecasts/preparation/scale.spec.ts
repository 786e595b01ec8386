import { scaleOf } from './scale.js';
import { traitsOf } from './traits.js';

const wiggle = (t: number): number => Math.sin(t * t * 1.7);

describe('scale', () => {
  const growing = Float64Array.from({ length: 140 }, (_, t) => 100 * 1.01 ** t * (1 + 0.1 * wiggle(t)));

  it('is logarithmic where the spread grows with the level', () => {
    const scale = scaleOf(growing, 7);
    expect(scale.isLogarithmic).toBe(true);
    expect(scale.from(scale.to(250))).toBeCloseTo(250, 10);
  });

  it('is linear where the spread is the same at every level, and where there are zeros', () => {
    expect(scaleOf(Float64Array.from({ length: 140 }, (_, t) => 100 + 3 * t + 5 * wiggle(t)), 7).isLogarithmic).toBe(false);
    expect(scaleOf(growing.map((value, t) => (t % 20 === 0 ? 0 : value)), 7).isLogarithmic).toBe(false);
  });

  it('does not explode on the way back', () => {
    const scale = scaleOf(growing, 7);
    const largest = growing.reduce((most, value) => Math.max(most, value), 0);
    // Twice the largest value, and from there its tangent: one e-fold further is one more of the same.
    expect(scale.from(Math.log(2 * largest) + 1)).toBeCloseTo(4 * largest, 6);
  });
});

describe('traits', () => {
  const line = Float64Array.from({ length: 80 }, (_, t) => t + 5 * wiggle(t));

  it('tell a trend from a level', () => {
    expect(traitsOf(line, line).has('trend')).toBe(true);
    const late = Float64Array.from({ length: 300 }, (_, t) => Math.max(0, t - 200) + 5 * wiggle(t));
    expect(traitsOf(late, late).has('trend')).toBe(true);
    const level = line.map((value, t) => value - t);
    expect([...traitsOf(level, level)]).toEqual(['level']);
  });

  it('see demand that comes now and then', () => {
    const now = Float64Array.from({ length: 80 }, (_, t) => (t % 3 === 0 ? 4 : 0));
    expect(traitsOf(now, now).has('zeros')).toBe(true);
  });
});
