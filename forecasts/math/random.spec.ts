import { randomStream } from './random.js';

describe('random stream', () => {
  const take = (seed: number, count: number): number[] => {
    const stream = randomStream(seed);
    return Array.from({ length: count }, () => stream.next());
  };

  it('repeats itself for the same seed, and differs for the next', () => {
    expect(take(42, 50)).toEqual(take(42, 50));
    expect(take(42, 50)).not.toEqual(take(43, 50));
  });

  it('starts differently for seeds that differ in one bit', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => take(seed, 1)[0]!);
    expect(new Set(firsts).size).toBe(2000);
    const mean = firsts.reduce((sum, value) => sum + value, 0) / 2000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });

  it('fills the unit interval evenly and stays off its ends', () => {
    const values = take(1, 50_000);
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    const counts = new Array<number>(10).fill(0);
    for (const value of values) counts[Math.floor(value * 10)]! += 1;
    // χ² with 9 degrees of freedom stays below 27.9 in 999 of 1,000 cases.
    expect(counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0)).toBeLessThan(27.9);
  });
});
